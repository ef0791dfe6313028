/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-local-token.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "codec/stile-base64url.h"

/**
 * stile_http_local_token_make:
 *
 * Returns: (transfer full) (nullable): a new token, in characters that a URL holds as they are; %NULL when the system has
 *   no randomness
 */
char *
stile_http_local_token_make (void)
{
  guint8 bytes[STILE_HTTP_LOCAL_TOKEN_SIZE];

  if (gnutls_rnd (GNUTLS_RND_KEY, bytes, sizeof bytes) < 0)
    return NULL;

  return stile_base64url_encode (bytes, sizeof bytes);
}

/**
 * stile_http_local_token_is_valid:
 * @text: from a file
 *
 * Returns: whether it can be a token: base64url, of a length that nobody guesses
 */
gboolean
stile_http_local_token_is_valid (const char *text)
{
  gsize length = strlen (text);

  if (length < STILE_HTTP_LOCAL_TOKEN_MIN_LENGTH || length > STILE_HTTP_LOCAL_TOKEN_MAX_LENGTH)
    return FALSE;

  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && *text != '-' && *text != '_')
      return FALSE;

  return TRUE;
}

/**
 * stile_http_local_token_matches:
 * @candidate: what somebody says, not terminated
 * @length: bytes of it
 *
 * How long it takes tells the length of the token, and nothing else.
 */
gboolean
stile_http_local_token_matches (const char *token, const char *candidate, gsize length)
{
  return length == strlen (token) && gnutls_memcmp (token, candidate, length) == 0;
}

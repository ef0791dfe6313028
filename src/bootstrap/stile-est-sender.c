/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-sender.h"

#include <string.h>

#include "codec/stile-base64url.h"
#include "codec/stile-secret.h"

/*
 * Who an EST request says it is from, and whether anybody else can read it.  Nothing here is judged: that is what
 * StileEstGuard does.
 */

/* "Basic", and base64 of a name and a password of 256 characters each. */
#define MAX_AUTHORIZATION 1024

/**
 * stile_est_sender_is_private:
 *
 * Returns: whether nobody else can read what is said: passwords and keys go no other way (RFC 7030 section 3.2.3)
 */
gboolean
stile_est_sender_is_private (StileExchange *exchange)
{
  return stile_exchange_get_session (exchange) != NULL ||
         stile_exchange_get_own_certificate (exchange) != NULL;
}

static char *
decode_basic (const char *field)
{
  g_autoptr (GBytes) bytes = NULL;
  const char *text;
  gsize length;
  char *decoded;

  if (field == NULL || strlen (field) > MAX_AUTHORIZATION || g_ascii_strncasecmp (field, "Basic ", 6) != 0)
    return NULL;
  bytes = stile_base64url_decode_standard (field + 6, -1, NULL);
  if (bytes == NULL)
    return NULL;

  text = g_bytes_get_data (bytes, &length);
  decoded = length > 0 && memchr (text, '\0', length) == NULL ? g_strndup (text, length) : NULL;
  stile_secret_wipe ((gpointer)text, length);
  return decoded;
}

/**
 * stile_est_sender_get_user:
 * @password: (out) (optional) (transfer full): wipe it
 *
 * Returns: (transfer full) (nullable): the user that the request says it is from (RFC 7617 section 2)
 */
char *
stile_est_sender_get_user (StileHttpMessage *request, char **password)
{
  char *pair = decode_basic (stile_http_message_get_field (request, "authorization"));
  char *colon = pair != NULL ? strchr (pair, ':') : NULL;
  char *user = NULL;

  if (colon != NULL)
    {
      user = g_strndup (pair, (gsize)(colon - pair));
      if (password != NULL)
        *password = g_strdup (colon + 1);
    }
  if (pair != NULL)
    stile_secret_free (pair, strlen (pair));

  return user;
}

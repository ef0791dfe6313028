/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-est-body.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-base64url.h"
#include "codec/stile-pem.h"
#include "codec/stile-secret.h"

/* Bodies of EST: DER in base64, whatever Content-Transfer-Encoding says (RFC 8951 section 3).  Peers disagree about
 * line breaks, padding, and whether it is base64 at all; what they mean is never in doubt.  Keys travel in them too:
 * all that comes out is wiped when it goes. */

#define DER_SEQUENCE 0x30

/* Bytes that are one third of a line of 64 characters with its break, for g_base64_encode_step(). */
#define LINE_BYTES 48
#define LINE_CHARACTERS 64

static gboolean
check_size (gsize size, gsize limit, GError **error)
{
  if (size <= limit)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
               g_dngettext (GETTEXT_PACKAGE, "The body has %zu byte, the limit is %zu",
                            "The body has %zu bytes, the limit is %zu", size),
               size, limit);
  return FALSE;
}

/* Base64 without white space, and with the padding that belongs to it when there was none. */
static char *
tidy (const char *text, gsize length, gsize *tidied)
{
  char *out = g_malloc (length + 4);
  gsize count = 0;

  for (gsize i = 0; i < length; i++)
    if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r' && text[i] != '\n')
      out[count++] = text[i];
  if (count > 0 && out[count - 1] != '=')
    while (count % 4 != 0)
      out[count++] = '=';

  *tidied = count;
  return out;
}

static GBytes *
decode_base64 (const char *text, gsize length, GError **error)
{
  gsize count;
  char *tidied = tidy (text, length, &count);
  g_autoptr (GBytes) der = stile_base64url_decode_standard (tidied, (gssize)count, error);
  GBytes *secret = NULL;

  if (der != NULL)
    {
      /* No one else has seen it yet: it can be wiped in its place. */
      secret = stile_secret_bytes_new (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
      stile_secret_wipe ((gpointer)g_bytes_get_data (der, NULL), g_bytes_get_size (der));
    }
  stile_secret_free (tidied, length + 4);

  return secret;
}

/**
 * stile_est_body_decode:
 * @body: base64 with any white space or none, with padding or without; PEM; or DER
 * @limit: bytes of DER that make sense
 * @error: %G_IO_ERROR_INVALID_DATA, or %G_IO_ERROR_MESSAGE_TOO_LARGE
 *
 * Which of them it is shows: DER of anything that EST carries begins with 0x30, base64 of it with "M".
 *
 * Returns: (transfer full): the DER, not looked at any further; wiped when it goes
 */
GBytes *
stile_est_body_decode (GBytes *body, gsize limit, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  StilePemBlock block;
  g_autoptr (GBytes) der = NULL;

  /* Four characters for three bytes, and every other one a space: more cannot be meant. */
  if (!check_size (length, limit * 3 + STILE_PEM_MAX_LABEL * 4, error))
    return NULL;
  if (length > 0 && text[0] == DER_SEQUENCE && (length < 2 || !g_ascii_isspace (text[1])))
    der = stile_secret_bytes_new ((const guint8 *)text, length);
  else if (length > 0 && stile_pem_find_block (&block, text, text + length) && block.body != NULL)
    der = decode_base64 (block.body, block.body_length, error);
  else
    der = decode_base64 (text, length, error);
  if (der == NULL || !check_size (g_bytes_get_size (der), limit, error))
    return NULL;

  return g_steal_pointer (&der);
}

/**
 * stile_est_body_encode:
 * @der: what to send
 *
 * Lines of 64 characters with a break behind the last: every known peer takes that, some take nothing else (BOOTSTRAP
 * 1.2).
 *
 * Returns: (transfer full): the body; wiped when it goes
 */
GBytes *
stile_est_body_encode (GBytes *der)
{
  gsize length = g_bytes_get_size (der);
  const guint8 *bytes = g_bytes_get_data (der, NULL);
  gsize room = (length / LINE_BYTES + 1) * (LINE_CHARACTERS + 1) + 1;
  char *text = g_malloc (room);
  gsize written = 0;
  GBytes *body;

  for (gsize at = 0; at < length; at += LINE_BYTES)
    {
      int state = 0;
      int save = 0;

      written += g_base64_encode_step (bytes + at, MIN (length - at, LINE_BYTES), FALSE, text + written,
                                       &state, &save);
      written += g_base64_encode_close (FALSE, text + written, &state, &save);
      text[written++] = '\n';
    }

  body = stile_secret_bytes_new ((const guint8 *)text, written);
  stile_secret_free (text, room);
  return body;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-keys.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "codec/stile-base64url.h"
#include "codec/stile-content-coding.h"
#include "codec/stile-hex.h"

/**
 * stile_cli_keys_clear:
 *
 * Frees the options.
 */
void
stile_cli_keys_clear (StileCliKeys *self)
{
  g_free (self->cipher);
  g_free (self->keys);
  g_free (self->sender);
  g_free (self->session);
}

static StileKeys *
make_keys (StileCliKeys *self, GError **error)
{
  const StileAead *aead = stile_aead_lookup_coding (self->cipher != NULL ? self->cipher : "aes128gcm");
  g_autoptr (GBytes) block = NULL;
  StileKeys *keys;

  if (aead == NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("There is no cipher “%s”"), self->cipher);
      return NULL;
    }
  if (self->keys == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("--keys with the exported block is missing"));
      return NULL;
    }

  block = stile_hex_decode (self->keys, error);
  keys = block != NULL ? stile_keys_new (&stile_keys_application, aead, block, error) : NULL;
  if (keys == NULL)
    stile_error_convert (error, STILE_ERROR_SETTINGS);
  return keys;
}

static gboolean
find_sender (StileCliKeys *self, StileRole *sender, GError **error)
{
  const char *text = self->sender != NULL ? self->sender : "client";

  *sender = strcmp (text, "server") == 0 ? STILE_ROLE_SERVER : STILE_ROLE_CLIENT;
  if (*sender == STILE_ROLE_SERVER || strcmp (text, "client") == 0)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("--sender is client or server, not “%s”"), text);
  return FALSE;
}

/* Hex, or base64url as it stands in the cookie. */
static GBytes *
read_session (StileCliKeys *self, GError **error)
{
  const char *text = self->session != NULL ? self->session : "";
  g_autoptr (GBytes) id = strlen (text) == 2 * STILE_SEALER_ID_SIZE ? stile_hex_decode (text, NULL)
                                                                    : stile_base64url_decode (text, -1, NULL);

  if (id != NULL && g_bytes_get_size (id) == STILE_SEALER_ID_SIZE)
    return g_steal_pointer (&id);

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               g_dngettext (GETTEXT_PACKAGE, "--session is an id of %d byte, in hex or as in the cookie",
                            "--session is an id of %d bytes, in hex or as in the cookie",
                            STILE_SEALER_ID_SIZE),
               STILE_SEALER_ID_SIZE);
  return NULL;
}

/**
 * stile_cli_keys_make_sealer:
 * @sealing: whether we are the sender, or the one who opens
 *
 * Returns: (transfer full): a sealer with the given keys
 */
StileSealer *
stile_cli_keys_make_sealer (StileCliKeys *self, gboolean sealing, GError **error)
{
  StileRole sender;
  g_autoptr (GBytes) id = NULL;
  StileKeys *keys;

  if (!find_sender (self, &sender, error))
    return NULL;
  id = read_session (self, error);
  keys = id != NULL ? make_keys (self, error) : NULL;

  return keys != NULL ? stile_sealer_new (keys, sealing ? sender : stile_role_other (sender),
                                          g_bytes_get_data (id, NULL))
                      : NULL;
}

/**
 * stile_cli_keys_read_input:
 *
 * Returns: (transfer full): standard input, up to the size of a sealed message
 */
GBytes *
stile_cli_keys_read_input (GError **error)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();
  guint8 part[65536];
  ssize_t length;

  while ((length = read (STDIN_FILENO, part, sizeof part)) > 0)
    {
      g_byte_array_append (input, part, (guint)length);
      if (input->len > STILE_CONTENT_CODING_MAX_SIZE)
        {
          g_set_error (error, STILE_ERROR, STILE_ERROR_LIMIT,
                       g_dngettext (GETTEXT_PACKAGE, "The input has more than %d byte",
                                    "The input has more than %d bytes", STILE_CONTENT_CODING_MAX_SIZE),
                       STILE_CONTENT_CODING_MAX_SIZE);
          return NULL;
        }
    }
  if (length == 0)
    return g_byte_array_free_to_bytes (g_steal_pointer (&input));

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("Reading standard input failed"));
  return NULL;
}

/**
 * stile_cli_keys_write_output:
 *
 * Writes @bytes to standard output, as they are.
 */
gboolean
stile_cli_keys_write_output (GBytes *bytes, GError **error)
{
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  if (fwrite (data, 1, length, stdout) == length && fflush (stdout) == 0)
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("Writing standard output failed"));
  return FALSE;
}

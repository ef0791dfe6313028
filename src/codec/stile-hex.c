/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-hex.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

static const char digits[] = "0123456789abcdef";

/**
 * stile_hex_encode:
 * @bytes: (array length=length) (nullable): what to write down
 * @length: bytes of it
 *
 * Returns: (transfer full): two lower-case digits a byte
 */
char *
stile_hex_encode (const guint8 *bytes, gsize length)
{
  gsize size;
  char *text;

  g_return_val_if_fail (bytes != NULL || length == 0, NULL);
  if (!g_size_checked_mul (&size, length, 2) || !g_size_checked_add (&size, size, 1))
    g_assert_not_reached ();

  text = g_malloc (size);
  for (gsize i = 0; i < length; i++)
    {
      text[2 * i] = digits[bytes[i] >> 4];
      text[2 * i + 1] = digits[bytes[i] & 15];
    }
  text[2 * length] = '\0';

  return text;
}

/**
 * stile_hex_encode_bytes:
 * @bytes: what to write down
 *
 * Returns: (transfer full): two lower-case digits a byte
 */
char *
stile_hex_encode_bytes (GBytes *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  return stile_hex_encode (data, length);
}

/**
 * stile_hex_decode:
 * @text: digits of either case, nothing between them
 * @error: %G_IO_ERROR_INVALID_DATA for an odd number of digits or anything else than digits
 *
 * Returns: (transfer full): the bytes
 */
GBytes *
stile_hex_decode (const char *text, GError **error)
{
  gsize length = strlen (text);
  g_autofree guint8 *bytes = g_malloc (length / 2 + 1);

  if (length % 2 != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("Hexadecimal text has two digits a byte, this one has %zu in all"), length);
      return NULL;
    }

  for (gsize i = 0; i < length; i++)
    {
      int digit = g_ascii_xdigit_value (text[i]);

      if (digit < 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("Character %zu is no hexadecimal digit"), i + 1);
          return NULL;
        }
      bytes[i / 2] = (guint8)(i % 2 == 0 ? digit << 4 : bytes[i / 2] | digit);
    }

  return g_bytes_new_take (g_steal_pointer (&bytes), length / 2);
}

/**
 * stile_hex_group:
 * @hex: digits, "a1b2c3d4e5f6"
 * @group: digits in a group
 *
 * For fingerprints that people compare by eye.
 *
 * Returns: (transfer full): "A1B2 C3D4 E5F6" for groups of 4
 */
char *
stile_hex_group (const char *hex, gsize group)
{
  GString *text = g_string_new (NULL);

  g_return_val_if_fail (group > 0, g_string_free (text, FALSE));

  for (gsize i = 0; hex[i] != '\0'; i++)
    {
      if (i > 0 && i % group == 0)
        g_string_append_c (text, ' ');
      g_string_append_c (text, g_ascii_toupper (hex[i]));
    }

  return g_string_free (text, FALSE);
}

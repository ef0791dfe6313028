/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-base64url.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* A text that is being decoded, six bits a character. */
typedef struct
{
  guint8 *bytes;
  gsize length;
  guint32 bits;
  guint count; /* of bits that wait for a whole byte: 0, 2, 4 or 6 */
} Decoder;

static int
value_of (char c, char sixty_two, char sixty_three)
{
  if (g_ascii_isupper (c))
    return c - 'A';
  if (g_ascii_islower (c))
    return c - 'a' + 26;
  if (g_ascii_isdigit (c))
    return c - '0' + 52;
  if (c == sixty_two)
    return 62;

  return c == sixty_three ? 63 : -1;
}

static void
decoder_push (Decoder *self, guint32 value)
{
  self->bits = self->bits << 6 | value;
  self->count += 6;
  if (self->count < 8)
    return;

  self->count -= 8;
  self->bytes[self->length++] = (guint8)(self->bits >> self->count);
}

/* RFC 4648 section 3.5: another text would decode to the same bytes, were the bits left over not zero. */
static gboolean
decoder_finish (Decoder *self, GError **error)
{
  const char *problem = NULL;

  if (self->count == 6)
    problem = "Base64 text ends in the middle of a byte";
  else if ((self->bits & ((1u << self->count) - 1)) != 0)
    problem = "Base64 text ends with bits that belong to no byte";
  if (problem == NULL)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, problem);
  return FALSE;
}

static GBytes *
refuse_character (gsize index, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("Character %zu does not belong into base64 text"), index + 1);
  return NULL;
}

/**
 * stile_base64url_encode:
 * @bytes: (array length=length) (nullable): what to write down
 * @length: bytes of it
 *
 * Writes base64url without padding (RFC 4648 section 5, RFC 7515 section 2).
 *
 * Returns: (transfer full): the text
 */
char *
stile_base64url_encode (const guint8 *bytes, gsize length)
{
  GString *text;

  g_return_val_if_fail (bytes != NULL || length == 0, NULL);

  text = g_string_sized_new (length + length / 3 + 4);
  for (gsize i = 0; i < length; i += 3)
    {
      gsize part = MIN (length - i, 3);
      guint32 bits = (guint32)bytes[i] << 16;

      if (part > 1)
        bits |= (guint32)bytes[i + 1] << 8;
      if (part > 2)
        bits |= bytes[i + 2];
      for (gsize j = 0; j <= part; j++)
        g_string_append_c (text, alphabet[bits >> (18 - 6 * j) & 63]);
    }

  return g_string_free (text, FALSE);
}

/**
 * stile_base64url_decode:
 * @text: base64url
 * @length: characters of it, or -1 when it ends with a NUL
 * @error: %G_IO_ERROR_INVALID_DATA for padding, any other character, or bits left over
 *
 * No two texts decode to the same bytes.
 *
 * Returns: (transfer full): the bytes
 */
GBytes *
stile_base64url_decode (const char *text, gssize length, GError **error)
{
  gsize size = length < 0 ? strlen (text) : (gsize)length;
  g_autofree guint8 *bytes = g_malloc (size / 4 * 3 + 3);
  Decoder decoder = { bytes, 0, 0, 0 };

  for (gsize i = 0; i < size; i++)
    {
      int value = value_of (text[i], '-', '_');

      if (value < 0)
        return refuse_character (i, error);
      decoder_push (&decoder, (guint32)value);
    }
  if (!decoder_finish (&decoder, error))
    return NULL;

  return g_bytes_new_take (g_steal_pointer (&bytes), decoder.length);
}

/* One "=" for a last group of two bytes, two for one of a single byte: the bits left over are two or four. */
static gboolean
check_padding (Decoder *decoder, guint padding, GError **error)
{
  if (decoder->count == 6 || padding == decoder->count / 2)
    return decoder_finish (decoder, error);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("Base64 text ends with %u padding characters in place of %u"), padding, decoder->count / 2);
  return FALSE;
}

/**
 * stile_base64url_decode_standard:
 * @text: base64 with "+", "/" and padding, as EST bodies and PEM have it
 * @length: characters of it, or -1 when it ends with a NUL
 * @error: %G_IO_ERROR_INVALID_DATA for any other character, missing padding, or bits left over
 *
 * Passes over line breaks, tabs and spaces: RFC 8951 section 3.1 has senders that break lines and some that do not.
 *
 * Returns: (transfer full): the bytes
 */
GBytes *
stile_base64url_decode_standard (const char *text, gssize length, GError **error)
{
  gsize size = length < 0 ? strlen (text) : (gsize)length;
  g_autofree guint8 *bytes = g_malloc (size / 4 * 3 + 3);
  Decoder decoder = { bytes, 0, 0, 0 };
  guint padding = 0;

  for (gsize i = 0; i < size; i++)
    {
      int value = value_of (text[i], '+', '/');

      if (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n')
        continue;
      if (text[i] == '=' && padding < 2)
        padding++;
      else if (value < 0 || padding > 0)
        return refuse_character (i, error);
      else
        decoder_push (&decoder, (guint32)value);
    }
  if (!check_padding (&decoder, padding, error))
    return NULL;

  return g_bytes_new_take (g_steal_pointer (&bytes), decoder.length);
}

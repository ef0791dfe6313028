/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-binary-reader.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

/**
 * stile_binary_reader_invalid:
 * @reason: what is wrong, "it ends within a number"
 *
 * Returns: %FALSE, with %G_IO_ERROR_INVALID_DATA
 */
gboolean
stile_binary_reader_invalid (GError **error, const char *reason)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The binary HTTP message is not valid: %s"),
               reason);
  return FALSE;
}

/**
 * stile_binary_reader_at_end:
 *
 * Returns: whether there is nothing left
 */
gboolean
stile_binary_reader_at_end (const StileBinaryReader *self)
{
  return self->offset == self->length;
}

/**
 * stile_binary_reader_read_integer:
 * @value: (out): less than 2^62
 *
 * Reads an integer of one, two, four or eight bytes; its first two bits say which (RFC 9000 section 16).
 */
gboolean
stile_binary_reader_read_integer (StileBinaryReader *self, guint64 *value, GError **error)
{
  gsize left = self->length - self->offset;
  gsize size = left > 0 ? (gsize)1 << (self->bytes[self->offset] >> 6) : 1;

  if (left < size)
    return stile_binary_reader_invalid (error, _ ("it ends within a number"));

  *value = self->bytes[self->offset] & 0x3f;
  for (gsize i = 1; i < size; i++)
    *value = *value << 8 | self->bytes[self->offset + i];
  self->offset += size;

  return TRUE;
}

/**
 * stile_binary_reader_read_part:
 * @part: (out caller-allocated): what the length stands before, valid as long as the bytes
 *
 * Reads a length and steps over as many bytes.
 */
gboolean
stile_binary_reader_read_part (StileBinaryReader *self, StileBinaryReader *part, GError **error)
{
  guint64 length;
  gsize left;

  if (!stile_binary_reader_read_integer (self, &length, error))
    return FALSE;

  left = self->length - self->offset;
  if (length > left)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("The binary HTTP message is not valid: %" PRIu64 " bytes should follow, %zu do"),
                   length, left);
      return FALSE;
    }

  *part = (StileBinaryReader){ self->bytes + self->offset, (gsize)length, 0 };
  self->offset += (gsize)length;
  return TRUE;
}

/**
 * stile_binary_reader_to_string:
 * @part: from stile_binary_reader_read_part()
 *
 * Returns: (transfer full): all of @part, in no particular encoding; an error when there is a NUL in it
 */
char *
stile_binary_reader_to_string (const StileBinaryReader *part, GError **error)
{
  if (part->length > 0 && memchr (part->bytes, '\0', part->length) != NULL)
    {
      stile_binary_reader_invalid (error, _ ("a text holds a NUL"));
      return NULL;
    }

  return g_strndup ((const char *)part->bytes, part->length);
}

/**
 * stile_binary_reader_read_string:
 *
 * Returns: (transfer full): the next part, in no particular encoding; an error when there is a NUL in it
 */
char *
stile_binary_reader_read_string (StileBinaryReader *self, GError **error)
{
  StileBinaryReader part;

  return stile_binary_reader_read_part (self, &part, error) ? stile_binary_reader_to_string (&part, error)
                                                            : NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-der-writer.h"

#define LONG_FORM 0x80

static void
append_length (GByteArray *out, gsize length)
{
  guint8 bytes[sizeof (gsize) + 1];
  guint count = 0;

  if (length < LONG_FORM)
    {
      bytes[0] = (guint8)length;
      g_byte_array_append (out, bytes, 1);
      return;
    }

  for (gsize rest = length; rest > 0; rest >>= 8)
    count++;
  bytes[0] = (guint8)(LONG_FORM | count);
  for (guint i = count; i > 0; i--, length >>= 8)
    bytes[i] = (guint8)length;
  g_byte_array_append (out, bytes, count + 1);
}

/**
 * stile_der_writer_append:
 * @contents: (array length=length) (nullable): what is inside
 */
void
stile_der_writer_append (GByteArray *out, guint8 tag, const guint8 *contents, gsize length)
{
  g_byte_array_append (out, &tag, 1);
  append_length (out, length);
  if (length > 0)
    g_byte_array_append (out, contents, (guint)length);
}

/**
 * stile_der_writer_append_array:
 * @contents: what is inside
 */
void
stile_der_writer_append_array (GByteArray *out, guint8 tag, GByteArray *contents)
{
  stile_der_writer_append (out, tag, contents->data, contents->len);
}

/**
 * stile_der_writer_append_bytes:
 * @contents: what is inside
 */
void
stile_der_writer_append_bytes (GByteArray *out, guint8 tag, GBytes *contents)
{
  stile_der_writer_append (out, tag, g_bytes_get_data (contents, NULL), g_bytes_get_size (contents));
}

/**
 * stile_der_writer_append_integer:
 * @value: from 0 to 127, as versions are
 */
void
stile_der_writer_append_integer (GByteArray *out, guint value)
{
  const guint8 byte = (guint8)value;

  g_assert (value <= 127);
  stile_der_writer_append (out, STILE_DER_INTEGER, &byte, 1);
}

static void
append_arc (GByteArray *out, guint64 arc)
{
  guint shift = 0;

  while (arc >> shift > 0x7f)
    shift += 7;
  for (;; shift -= 7)
    {
      guint8 byte = (guint8)((arc >> shift & 0x7f) | (shift > 0 ? 0x80 : 0));

      g_byte_array_append (out, &byte, 1);
      if (shift == 0)
        return;
    }
}

static gboolean
append_arcs (GByteArray *out, char **numbers)
{
  guint64 arcs[STILE_DER_MAX_ARCS];
  guint count = g_strv_length (numbers);

  if (count < 2 || count > STILE_DER_MAX_ARCS)
    return FALSE;
  for (guint i = 0; i < count; i++)
    if (!g_ascii_string_to_unsigned (numbers[i], 10, 0, G_MAXUINT32, &arcs[i], NULL))
      return FALSE;
  if (arcs[0] > 2 || (arcs[0] < 2 && arcs[1] > 39))
    return FALSE;

  append_arc (out, arcs[0] * 40 + arcs[1]);
  for (guint i = 2; i < count; i++)
    append_arc (out, arcs[i]);
  return TRUE;
}

/**
 * stile_der_writer_append_oid:
 * @oid: "1.2.840.113549.1.7.2"
 *
 * Returns: whether @oid is one; nothing is written when it is not
 */
gboolean
stile_der_writer_append_oid (GByteArray *out, const char *oid)
{
  g_auto (GStrv) numbers = g_strsplit (oid, ".", STILE_DER_MAX_ARCS + 1);
  g_autoptr (GByteArray) contents = g_byte_array_new ();

  if (!append_arcs (contents, numbers))
    return FALSE;

  stile_der_writer_append_array (out, STILE_DER_OBJECT_IDENTIFIER, contents);
  return TRUE;
}

static int
compare_encodings (gconstpointer a, gconstpointer b)
{
  return g_bytes_compare (*(GBytes *const *)a, *(GBytes *const *)b);
}

/**
 * stile_der_writer_append_set_of:
 * @elements: (element-type GBytes): whole values; are put in DER's order (X.690 section 11.6)
 */
void
stile_der_writer_append_set_of (GByteArray *out, guint8 tag, GPtrArray *elements)
{
  g_autoptr (GByteArray) contents = g_byte_array_new ();

  g_ptr_array_sort (elements, compare_encodings);
  for (guint i = 0; i < elements->len; i++)
    g_byte_array_append (contents, g_bytes_get_data (elements->pdata[i], NULL),
                         (guint)g_bytes_get_size (elements->pdata[i]));
  stile_der_writer_append_array (out, tag, contents);
}

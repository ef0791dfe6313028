/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-der.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define CONSTRUCTED 0x20
#define TAG_NUMBER 0x1f
#define LONG_FORM 0x80

/* Bytes of a length: 4 GB is more than any limit above this reader lets in. */
#define MAX_LENGTH_BYTES 4

/* How a value begins; @length means nothing when it is @indefinite. */
typedef struct
{
  guint8 tag;
  gboolean indefinite;
  gsize length;
} Header;

/**
 * stile_der_reader:
 * @bytes: what is to be read; is to live as long as the reader and its elements
 *
 * Returns: a reader at the first byte
 */
StileDerReader
stile_der_reader (const guint8 *bytes, gsize length, StileDerRules rules)
{
  return (StileDerReader){ .bytes = bytes, .length = length, .rules = rules };
}

/**
 * stile_der_invalid:
 * @reason: what is wrong, "it ends within a value"
 *
 * Returns: %FALSE, with %G_IO_ERROR_INVALID_DATA
 */
gboolean
stile_der_invalid (GError **error, const char *reason)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The ASN.1 value is not valid: %s"), reason);
  return FALSE;
}

/**
 * stile_der_at_end:
 *
 * Returns: whether there is nothing left
 */
gboolean
stile_der_at_end (const StileDerReader *self)
{
  return self->offset == self->length;
}

/**
 * stile_der_next_is:
 *
 * Returns: whether there is a value left and it begins with @tag
 */
gboolean
stile_der_next_is (const StileDerReader *self, guint8 tag)
{
  return !stile_der_at_end (self) && self->bytes[self->offset] == tag;
}

static gboolean
read_byte (StileDerReader *self, guint8 *byte, GError **error)
{
  if (stile_der_at_end (self))
    return stile_der_invalid (error, _ ("it ends within a value"));

  *byte = self->bytes[self->offset++];
  return TRUE;
}

static gboolean
read_long_length (StileDerReader *self, guint count, Header *header, GError **error)
{
  guint8 byte = 0;

  if (count > MAX_LENGTH_BYTES)
    return stile_der_invalid (error, _ ("a length has more than four bytes"));

  for (guint i = 0; i < count; i++)
    {
      if (!read_byte (self, &byte, error))
        return FALSE;
      if (i == 0 && byte == 0 && self->rules == STILE_DER_STRICT)
        return stile_der_invalid (error, _ ("a length is written longer than it is"));
      header->length = header->length << 8 | byte;
    }
  if (header->length < LONG_FORM && self->rules == STILE_DER_STRICT)
    return stile_der_invalid (error, _ ("a length is written longer than it is"));

  return TRUE;
}

static gboolean
read_header (StileDerReader *self, Header *header, GError **error)
{
  guint8 byte = 0;

  *header = (Header){ 0 };
  if (!read_byte (self, &header->tag, error) || !read_byte (self, &byte, error))
    return FALSE;
  if ((header->tag & TAG_NUMBER) == TAG_NUMBER)
    return stile_der_invalid (error, _ ("a tag is above 30"));

  if (byte > LONG_FORM)
    return read_long_length (self, byte - LONG_FORM, header, error);

  header->length = byte;
  header->indefinite = byte == LONG_FORM;
  if (header->indefinite && (self->rules == STILE_DER_STRICT || !(header->tag & CONSTRUCTED)))
    return stile_der_invalid (error, _ ("a length is indefinite"));

  return TRUE;
}

/* Two zero bytes end a value of indefinite length (X.690 section 8.1.5). */
static gboolean
at_end_of_contents (const StileDerReader *self)
{
  return self->length - self->offset >= 2 && self->bytes[self->offset] == 0 &&
         self->bytes[self->offset + 1] == 0;
}

/* Values inside are stepped over one by one: only that tells where the end of this one is. */
static gboolean
read_indefinite (StileDerReader *self, StileDerElement *element, GError **error)
{
  StileDerReader contents = element->contents;
  StileDerElement inner;

  contents.length = self->length - self->offset;
  while (!at_end_of_contents (&contents))
    if (!stile_der_read_any (&contents, &inner, error))
      return FALSE;

  element->contents.length = contents.offset;
  self->offset += contents.offset + 2;
  return TRUE;
}

static gboolean
read_definite (StileDerReader *self, gsize length, StileDerElement *element, GError **error)
{
  gsize left = self->length - self->offset;

  if (length > left)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("The ASN.1 value is not valid: %zu bytes should follow, %zu do"), length, left);
      return FALSE;
    }

  element->contents.length = length;
  self->offset += length;
  return TRUE;
}

/**
 * stile_der_read_any:
 * @element: (out caller-allocated): the next value, valid as long as the bytes
 * @error: %G_IO_ERROR_INVALID_DATA, or %G_IO_ERROR_MESSAGE_TOO_LARGE below %STILE_DER_MAX_DEPTH levels
 */
gboolean
stile_der_read_any (StileDerReader *self, StileDerElement *element, GError **error)
{
  gsize begin = self->offset;
  Header header;

  if (self->depth >= STILE_DER_MAX_DEPTH)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   _ ("The ASN.1 value nests %u deep or more, the limit is %d"), self->depth + 1,
                   STILE_DER_MAX_DEPTH);
      return FALSE;
    }
  if (!read_header (self, &header, error))
    return FALSE;

  element->tag = header.tag;
  element->begin = self->bytes + begin;
  element->contents = stile_der_reader (self->bytes + self->offset, 0, self->rules);
  element->contents.depth = self->depth + 1;
  if (header.indefinite ? !read_indefinite (self, element, error)
                        : !read_definite (self, header.length, element, error))
    return FALSE;

  element->size = self->offset - begin;
  return TRUE;
}

/**
 * stile_der_read:
 * @tag: what the next value has to be
 * @element: (out caller-allocated): the value, valid as long as the bytes
 */
gboolean
stile_der_read (StileDerReader *self, guint8 tag, StileDerElement *element, GError **error)
{
  if (stile_der_at_end (self))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("The ASN.1 value is not valid: tag 0x%02x is missing"), tag);
      return FALSE;
    }
  if (!stile_der_next_is (self, tag))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("The ASN.1 value is not valid: tag 0x%02x is where 0x%02x should be"),
                   self->bytes[self->offset], tag);
      return FALSE;
    }

  return stile_der_read_any (self, element, error);
}

/**
 * stile_der_read_end:
 *
 * Returns: %FALSE, with an error, when something is left
 */
gboolean
stile_der_read_end (const StileDerReader *self, GError **error)
{
  return stile_der_at_end (self) || stile_der_invalid (error, _ ("something follows its last part"));
}

static gboolean
read_arc (StileDerReader *self, guint64 *arc, GError **error)
{
  guint8 byte = 0;

  *arc = 0;
  do
    {
      if (!read_byte (self, &byte, error))
        return FALSE;
      if ((*arc == 0 && byte == 0x80) || *arc >> 56 != 0)
        return stile_der_invalid (error, _ ("an object identifier’s number is too long"));
      *arc = *arc << 7 | (byte & 0x7f);
    }
  while (byte & 0x80);

  return TRUE;
}

static char *
read_arcs (StileDerReader *self, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 arc;
  guint64 root;

  if (!read_arc (self, &arc, error))
    return NULL;
  root = MIN (arc / 40, 2);
  g_string_append_printf (text, "%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT, root, arc - root * 40);
  for (guint i = 2; !stile_der_at_end (self); i++)
    {
      if (i == STILE_DER_MAX_ARCS)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                       g_dngettext (GETTEXT_PACKAGE,
                                    "An object identifier has %u number or more, the limit is %d",
                                    "An object identifier has %u numbers or more, the limit is %d", i + 1),
                       i + 1, STILE_DER_MAX_ARCS);
          return NULL;
        }
      if (!read_arc (self, &arc, error))
        return NULL;
      g_string_append_printf (text, ".%" G_GUINT64_FORMAT, arc);
    }

  return g_strdup (text->str);
}

/**
 * stile_der_read_oid:
 *
 * Returns: (transfer full): the next value, an object identifier, as "1.2.840.113549.1.7.2"
 */
char *
stile_der_read_oid (StileDerReader *self, GError **error)
{
  StileDerElement element;

  if (!stile_der_read (self, STILE_DER_OBJECT_IDENTIFIER, &element, error))
    return NULL;

  return read_arcs (&element.contents, error);
}

/**
 * stile_der_read_integer:
 * @value: (out): the next value, an integer from 0 to 32767, as versions and salt lengths are
 */
gboolean
stile_der_read_integer (StileDerReader *self, guint *value, GError **error)
{
  StileDerElement element;

  if (!stile_der_read (self, STILE_DER_INTEGER, &element, error))
    return FALSE;
  if (element.contents.length < 1 || element.contents.length > 2 || element.contents.bytes[0] > 127)
    return stile_der_invalid (error, _ ("an integer is negative or too large"));

  *value = 0;
  for (gsize i = 0; i < element.contents.length; i++)
    *value = *value << 8 | element.contents.bytes[i];
  return TRUE;
}

/* A constructed string is a row of strings, each of them perhaps constructed (X.690 section 8.7.3). */
static gboolean
append_octets (GByteArray *out, StileDerElement *element, GError **error)
{
  StileDerElement piece;

  if (!(element->tag & CONSTRUCTED))
    {
      g_byte_array_append (out, element->contents.bytes, (guint)element->contents.length);
      return TRUE;
    }

  while (!stile_der_at_end (&element->contents))
    if (!stile_der_read_any (&element->contents, &piece, error) || !append_octets (out, &piece, error))
      return FALSE;

  return TRUE;
}

static gboolean
check_octets (const StileDerElement *element, GError **error)
{
  StileDerReader contents = element->contents;
  StileDerElement piece;

  if (element->tag == STILE_DER_OCTET_STRING)
    return TRUE;
  if (element->tag != (STILE_DER_OCTET_STRING | CONSTRUCTED) || contents.rules == STILE_DER_STRICT)
    return stile_der_invalid (error, _ ("an octet string should be there"));

  while (!stile_der_at_end (&contents))
    if (!stile_der_read_any (&contents, &piece, error) || !check_octets (&piece, error))
      return FALSE;

  return TRUE;
}

/**
 * stile_der_read_octets:
 *
 * Returns: (transfer full): what is in the next value, an octet string, perhaps in pieces
 */
GBytes *
stile_der_read_octets (StileDerReader *self, GError **error)
{
  g_autoptr (GByteArray) octets = g_byte_array_new ();
  StileDerElement element;

  if (!stile_der_read_any (self, &element, error) || !check_octets (&element, error) ||
      !append_octets (octets, &element, error))
    return NULL;

  return g_byte_array_free_to_bytes (g_steal_pointer (&octets));
}

/**
 * stile_der_element_to_bytes:
 *
 * Returns: (transfer full): the whole value, identifier and length included
 */
GBytes *
stile_der_element_to_bytes (const StileDerElement *element)
{
  return g_bytes_new (element->begin, element->size);
}

/**
 * stile_der_element_get_contents:
 *
 * Returns: (transfer full): what is inside
 */
GBytes *
stile_der_element_get_contents (const StileDerElement *element)
{
  return g_bytes_new (element->contents.bytes, element->contents.length);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* SignedData in BER, constructed strings included, has twelve levels; nothing that Stile reads nests deeper. */
#define STILE_DER_MAX_DEPTH 16

/* Arcs of an object identifier: the longest in use have some fifteen. */
#define STILE_DER_MAX_ARCS 32

/* Tags of ITU-T X.690, with the bit for "constructed" where it belongs. */
#define STILE_DER_INTEGER 0x02
#define STILE_DER_BIT_STRING 0x03
#define STILE_DER_OCTET_STRING 0x04
#define STILE_DER_NULL 0x05
#define STILE_DER_OBJECT_IDENTIFIER 0x06
#define STILE_DER_UTF8_STRING 0x0c
#define STILE_DER_PRINTABLE_STRING 0x13
#define STILE_DER_IA5_STRING 0x16
#define STILE_DER_UTC_TIME 0x17
#define STILE_DER_GENERALIZED_TIME 0x18
#define STILE_DER_SEQUENCE 0x30
#define STILE_DER_SET 0x31
/* [n], constructed, and [n] in place of a primitive type's tag. */
#define STILE_DER_CONTEXT(n) (0xa0 | (n))
#define STILE_DER_CONTEXT_PRIMITIVE(n) (0x80 | (n))

/**
 * StileDerRules:
 * @STILE_DER_STRICT: one way to write each value (X.690 section 10)
 * @STILE_DER_BER: indefinite lengths, long lengths and strings in pieces too
 */
typedef enum
{
  STILE_DER_STRICT,
  STILE_DER_BER,
} StileDerRules;

/**
 * StileDerReader:
 * @bytes: what is read, not owned
 * @length: bytes of it
 * @offset: how far reading has come, never past @length
 * @depth: constructed values that this one is in
 * @rules: what is taken
 *
 * Reads values one after the other; what is in a constructed one is read with a reader of its own.
 */
typedef struct
{
  const guint8 *bytes;
  gsize length;
  gsize offset;
  guint depth;
  StileDerRules rules;
} StileDerReader;

/**
 * StileDerElement:
 * @tag: the identifier octet
 * @begin: where the value begins, identifier and length included, not owned
 * @size: bytes from there to the value's end
 * @contents: what is inside
 */
typedef struct
{
  guint8 tag;
  const guint8 *begin;
  gsize size;
  StileDerReader contents;
} StileDerElement;

StileDerReader stile_der_reader (const guint8 *bytes, gsize length, StileDerRules rules);
gboolean stile_der_invalid (GError **error, const char *reason);
gboolean stile_der_at_end (const StileDerReader *self);
gboolean stile_der_next_is (const StileDerReader *self, guint8 tag);
gboolean
stile_der_read_any (StileDerReader *self, StileDerElement *element, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_der_read (StileDerReader *self, guint8 tag, StileDerElement *element, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_der_read_end (const StileDerReader *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_der_read_oid (StileDerReader *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean
stile_der_read_integer (StileDerReader *self, guint *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_der_read_octets (StileDerReader *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_der_element_to_bytes (const StileDerElement *element);
GBytes *stile_der_element_get_contents (const StileDerElement *element);

G_END_DECLS

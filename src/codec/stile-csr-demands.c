/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-csr-demands.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define OID_EC_PUBLIC_KEY "1.2.840.10045.2.1"
#define OID_RSA "1.2.840.113549.1.1.1"

#define DER_BOOLEAN 0x01

/* Bytes of an integer that says how many bits a key has: 65536 bits are more than anybody can use. */
#define MAX_SIZE_BYTES 3

/**
 * stile_csr_demands_init:
 * @self: (out caller-allocated): demands nothing
 */
void
stile_csr_demands_init (StileCsrDemands *self)
{
  *self = (StileCsrDemands){ .algorithm = GNUTLS_PK_UNKNOWN };
  self->extensions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  self->open = g_ptr_array_new_with_free_func (g_free);
}

/**
 * stile_csr_demands_clear:
 * @self: what is in it is freed
 */
void
stile_csr_demands_clear (StileCsrDemands *self)
{
  g_clear_pointer (&self->extensions, g_hash_table_unref);
  g_clear_pointer (&self->open, g_ptr_array_unref);
}

/* --- keys --- */

static void
set_key (StileCsrDemands *self, gnutls_pk_algorithm_t algorithm, guint bits)
{
  if (self->algorithm == GNUTLS_PK_UNKNOWN || (self->algorithm == algorithm && self->bits == 0))
    {
      self->algorithm = algorithm;
      self->bits = bits;
    }
}

/**
 * stile_csr_demands_note_oid:
 * @oid: an algorithm, a curve, or neither
 */
void
stile_csr_demands_note_oid (StileCsrDemands *self, const char *oid)
{
  gnutls_ecc_curve_t curve = gnutls_oid_to_ecc_curve (oid);

  if (strcmp (oid, OID_EC_PUBLIC_KEY) == 0)
    set_key (self, GNUTLS_PK_ECDSA, 0);
  else if (strcmp (oid, OID_RSA) == 0)
    set_key (self, GNUTLS_PK_RSA, 0);
  else if (curve == GNUTLS_ECC_CURVE_ED25519 || curve == GNUTLS_ECC_CURVE_ED448)
    set_key (self, gnutls_oid_to_pk (oid), 0);
  else if (curve != GNUTLS_ECC_CURVE_INVALID)
    set_key (self, GNUTLS_PK_ECDSA, (guint)GNUTLS_CURVE_TO_BITS (curve));
}

static guint
read_size (const StileDerElement *element)
{
  guint value = 0;

  if (element->tag != STILE_DER_INTEGER || element->contents.length > MAX_SIZE_BYTES)
    return 0;
  for (gsize i = 0; i < element->contents.length; i++)
    value = value << 8 | element->contents.bytes[i];

  return value;
}

/* RFC 7030 section 4.5.2: the curve of an EC key, or the bits of an RSA key. */
static void
note_key_value (StileCsrDemands *self, const char *oid, const StileDerElement *value)
{
  StileDerReader reader = stile_der_reader (value->begin, value->size, STILE_DER_STRICT);

  if (strcmp (oid, OID_RSA) == 0)
    set_key (self, GNUTLS_PK_RSA, read_size (value));
  else if (strcmp (oid, OID_EC_PUBLIC_KEY) == 0 && value->tag == STILE_DER_OBJECT_IDENTIFIER)
    {
      g_autofree char *curve = stile_der_read_oid (&reader, NULL);

      if (curve != NULL)
        stile_csr_demands_note_oid (self, curve);
    }
}

/* How long an RSA key is shows a made-up modulus of that length (RFC 9908 section 3.4). */
static guint
measure_modulus (const StileDerElement *bits)
{
  StileDerReader reader;
  StileDerElement key;
  StileDerElement modulus;
  gsize length;

  if (bits->contents.length < 1)
    return 0;
  reader = stile_der_reader (bits->contents.bytes + 1, bits->contents.length - 1, STILE_DER_STRICT);
  if (!stile_der_read (&reader, STILE_DER_SEQUENCE, &key, NULL) ||
      !stile_der_read (&key.contents, STILE_DER_INTEGER, &modulus, NULL))
    return 0;

  length = modulus.contents.length;
  if (length > 0 && modulus.contents.bytes[0] == 0)
    length--;
  return (guint)length * 8;
}

/* --- extensions --- */

static gboolean
read_extension (StileCsrDemands *self, StileDerReader *list, GError **error)
{
  StileDerElement extension;
  StileDerElement critical;
  g_autofree char *oid = NULL;
  g_autoptr (GBytes) value = NULL;

  if (!stile_der_read (list, STILE_DER_SEQUENCE, &extension, error))
    return FALSE;
  oid = stile_der_read_oid (&extension.contents, error);
  if (oid == NULL)
    return FALSE;
  if (stile_der_next_is (&extension.contents, DER_BOOLEAN) &&
      !stile_der_read_any (&extension.contents, &critical, error))
    return FALSE;
  if (stile_der_at_end (&extension.contents))
    {
      g_ptr_array_add (self->open, g_steal_pointer (&oid));
      return TRUE;
    }

  value = stile_der_read_octets (&extension.contents, error);
  if (value == NULL || !stile_der_read_end (&extension.contents, error))
    return FALSE;
  g_hash_table_replace (self->extensions, g_steal_pointer (&oid), g_steal_pointer (&value));
  return TRUE;
}

/* RFC 7030's own example has bare OIDs where RFC 2985 has a list of extensions. */
static gboolean
read_extensions (StileCsrDemands *self, const StileDerElement *value, GError **error)
{
  StileDerReader reader = stile_der_reader (value->begin, value->size, STILE_DER_STRICT);
  StileDerElement list;

  if (value->tag == STILE_DER_OBJECT_IDENTIFIER)
    {
      g_autofree char *oid = stile_der_read_oid (&reader, error);

      if (oid == NULL)
        return FALSE;
      g_ptr_array_add (self->open, g_steal_pointer (&oid));
      return TRUE;
    }

  if (!stile_der_read (&reader, STILE_DER_SEQUENCE, &list, error))
    return FALSE;
  while (!stile_der_at_end (&list.contents))
    {
      if (g_hash_table_size (self->extensions) + self->open->len >= STILE_CSR_DEMANDS_MAX_EXTENSIONS)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                       g_dngettext (GETTEXT_PACKAGE,
                                    "The service asks for more than %d extension in a certificate request",
                                    "The service asks for more than %d extensions in a certificate request",
                                    STILE_CSR_DEMANDS_MAX_EXTENSIONS),
                       STILE_CSR_DEMANDS_MAX_EXTENSIONS);
          return FALSE;
        }
      if (!read_extension (self, &list.contents, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * stile_csr_demands_note_value:
 * @oid: of the attribute
 * @value: one of its values
 * @error: when the value is not what the attribute has
 */
gboolean
stile_csr_demands_note_value (StileCsrDemands *self,
                              const char *oid,
                              const StileDerElement *value,
                              GError **error)
{
  note_key_value (self, oid, value);
  if (strcmp (oid, STILE_CSR_DEMANDS_EXTENSION_REQUEST) == 0 ||
      strcmp (oid, STILE_CSR_DEMANDS_EXTENSION_TEMPLATE) == 0)
    return read_extensions (self, value, error);

  return TRUE;
}

/**
 * stile_csr_demands_note_key:
 * @key: SubjectPublicKeyInfoTemplate: an algorithm, perhaps a key that is none (RFC 9908 section 3.4)
 */
gboolean
stile_csr_demands_note_key (StileCsrDemands *self, StileDerReader *key, GError **error)
{
  StileDerElement algorithm;
  StileDerElement element;
  g_autofree char *oid = NULL;

  if (!stile_der_read (key, STILE_DER_SEQUENCE, &algorithm, error))
    return FALSE;
  oid = stile_der_read_oid (&algorithm.contents, error);
  if (oid == NULL)
    return FALSE;

  stile_csr_demands_note_oid (self, oid);
  if (!stile_der_at_end (&algorithm.contents))
    {
      if (!stile_der_read_any (&algorithm.contents, &element, error))
        return FALSE;
      note_key_value (self, oid, &element);
    }
  if (!stile_der_next_is (key, STILE_DER_BIT_STRING))
    return TRUE;
  if (!stile_der_read_any (key, &element, error))
    return FALSE;
  if (strcmp (oid, OID_RSA) == 0)
    set_key (self, GNUTLS_PK_RSA, measure_modulus (&element));

  return TRUE;
}

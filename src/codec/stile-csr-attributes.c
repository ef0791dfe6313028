/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-csr-attributes.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-csr-demands.h"
#include "codec/stile-der-writer.h"
#include "codec/stile-est-body.h"

typedef struct
{
  char *oid;
  GPtrArray *values; /* of GBytes; NULL for an OID that stands by itself */
  gboolean inner;    /* read out of a template: is not written again */
} Entry;

/**
 * StileCsrAttributes:
 *
 * What a service asks of certificate requests: the answer to EST's /csrattrs (RFC 7030 section 4.5.2, RFC 9908).  What
 * it does not understand it keeps: somebody else may.
 */
struct _StileCsrAttributes
{
  GObject parent_instance;

  GPtrArray *entries; /* of Entry */
  StileCsrDemands demands;
};

G_DEFINE_FINAL_TYPE (StileCsrAttributes, stile_csr_attributes, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->oid);
  g_clear_pointer (&entry->values, g_ptr_array_unref);
  g_free (entry);
}

static void
stile_csr_attributes_finalize (GObject *object)
{
  StileCsrAttributes *self = STILE_CSR_ATTRIBUTES (object);

  g_ptr_array_unref (self->entries);
  stile_csr_demands_clear (&self->demands);

  G_OBJECT_CLASS (stile_csr_attributes_parent_class)->finalize (object);
}

static void
stile_csr_attributes_class_init (StileCsrAttributesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_csr_attributes_finalize;
}

static void
stile_csr_attributes_init (StileCsrAttributes *self)
{
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  stile_csr_demands_init (&self->demands);
}

/**
 * stile_csr_attributes_new:
 *
 * Returns: (transfer full): nothing is asked for
 */
StileCsrAttributes *
stile_csr_attributes_new (void)
{
  return g_object_new (STILE_TYPE_CSR_ATTRIBUTES, NULL);
}

static gboolean
refuse_count (GError **error, int limit)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
               g_dngettext (GETTEXT_PACKAGE,
                            "The service asks for more than %d thing in a certificate request",
                            "The service asks for more than %d things in a certificate request", limit),
               limit);
  return FALSE;
}

/* --- reading --- */

static gboolean
read_attributes (StileCsrAttributes *self, StileDerReader *list, gboolean inner, GError **error);

/* CertificationRequestInfoTemplate: version, perhaps a name, perhaps a key, attributes (RFC 9908 section 3.4). */
static gboolean
read_template (StileCsrAttributes *self, const StileDerElement *value, GError **error)
{
  StileDerReader reader = stile_der_reader (value->begin, value->size, STILE_DER_STRICT);
  StileDerElement info;
  StileDerElement part;
  guint version;

  if (!stile_der_read (&reader, STILE_DER_SEQUENCE, &info, error) ||
      !stile_der_read_integer (&info.contents, &version, error))
    return FALSE;

  while (!stile_der_at_end (&info.contents))
    {
      if (!stile_der_read_any (&info.contents, &part, error))
        return FALSE;
      if (part.tag == STILE_DER_CONTEXT (1) && !read_attributes (self, &part.contents, TRUE, error))
        return FALSE;
      if (part.tag == STILE_DER_CONTEXT (0) &&
          !stile_csr_demands_note_key (&self->demands, &part.contents, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
note_value (StileCsrAttributes *self, const Entry *entry, const StileDerElement *value, GError **error)
{
  /* A template in a template means nothing. */
  if (strcmp (entry->oid, STILE_CSR_ATTRIBUTES_TEMPLATE) == 0 && !entry->inner)
    return read_template (self, value, error);

  return stile_csr_demands_note_value (&self->demands, entry->oid, value, error);
}

static gboolean
read_values (StileCsrAttributes *self, Entry *entry, StileDerReader *attribute, GError **error)
{
  StileDerElement set;
  StileDerElement value;

  entry->values = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  if (!stile_der_read (attribute, STILE_DER_SET, &set, error) || !stile_der_read_end (attribute, error))
    return FALSE;

  while (!stile_der_at_end (&set.contents))
    {
      if (entry->values->len == STILE_CSR_ATTRIBUTES_MAX_VALUES)
        return refuse_count (error, STILE_CSR_ATTRIBUTES_MAX_VALUES);
      if (!stile_der_read_any (&set.contents, &value, error))
        return FALSE;
      g_ptr_array_add (entry->values, stile_der_element_to_bytes (&value));
      if (!note_value (self, entry, &value, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_oid (const char *oid)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();

  return stile_der_writer_append_oid (out, oid);
}

static Entry *
add_entry (StileCsrAttributes *self, char *oid)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->oid = oid;
  g_ptr_array_add (self->entries, entry);
  stile_csr_demands_note_oid (&self->demands, oid);
  return entry;
}

/* AttrOrOID. */
static gboolean
read_attribute (StileCsrAttributes *self, StileDerReader *list, gboolean inner, GError **error)
{
  gboolean bare = stile_der_next_is (list, STILE_DER_OBJECT_IDENTIFIER);
  StileDerElement attribute;
  char *oid;
  Entry *entry;

  if (!bare && !stile_der_read (list, STILE_DER_SEQUENCE, &attribute, error))
    return FALSE;
  oid = stile_der_read_oid (bare ? list : &attribute.contents, error);
  if (oid == NULL)
    return FALSE;
  if (!is_oid (oid))
    {
      g_free (oid);
      return stile_der_invalid (error, "an object identifier cannot be written");
    }

  entry = add_entry (self, oid);
  entry->inner = inner;
  return bare || read_values (self, entry, &attribute.contents, error);
}

static gboolean
read_attributes (StileCsrAttributes *self, StileDerReader *list, gboolean inner, GError **error)
{
  while (!stile_der_at_end (list))
    {
      if (self->entries->len == STILE_CSR_ATTRIBUTES_MAX_COUNT)
        return refuse_count (error, STILE_CSR_ATTRIBUTES_MAX_COUNT);
      if (!read_attribute (self, list, inner, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * stile_csr_attributes_parse_der:
 * @der: CsrAttrs, nothing before or after it
 * @error: %G_IO_ERROR_INVALID_DATA, or %G_IO_ERROR_MESSAGE_TOO_LARGE
 *
 * Returns: (transfer full): what is asked for, perhaps nothing
 */
StileCsrAttributes *
stile_csr_attributes_parse_der (GBytes *der, GError **error)
{
  g_autoptr (StileCsrAttributes) self = stile_csr_attributes_new ();
  gsize length;
  const guint8 *bytes = g_bytes_get_data (der, &length);
  StileDerReader reader = stile_der_reader (bytes, length, STILE_DER_STRICT);
  StileDerElement list;

  if (length > STILE_CSR_ATTRIBUTES_MAX_SIZE)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   g_dngettext (GETTEXT_PACKAGE, "The list of what to ask for has %zu byte, the limit is %d",
                                "The list of what to ask for has %zu bytes, the limit is %d", length),
                   length, STILE_CSR_ATTRIBUTES_MAX_SIZE);
      return NULL;
    }
  if (!stile_der_read (&reader, STILE_DER_SEQUENCE, &list, error) || !stile_der_read_end (&reader, error) ||
      !read_attributes (self, &list.contents, FALSE, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * stile_csr_attributes_parse_est:
 * @body: of type application/csrattrs: base64 with any white space, PEM, or DER (RFC 8951 section 3); an empty one asks
 *   for nothing
 * @error: as stile_csr_attributes_parse_der()
 *
 * Returns: (transfer full): what is asked for, perhaps nothing
 */
StileCsrAttributes *
stile_csr_attributes_parse_est (GBytes *body, GError **error)
{
  g_autoptr (GBytes) der = NULL;

  if (g_bytes_get_size (body) == 0)
    return stile_csr_attributes_new ();

  der = stile_est_body_decode (body, STILE_CSR_ATTRIBUTES_MAX_SIZE, error);
  return der != NULL ? stile_csr_attributes_parse_der (der, error) : NULL;
}

/* --- writing --- */

/**
 * stile_csr_attributes_add_oid:
 * @oid: "1.2.840.113549.1.9.7"
 *
 * Returns: whether @oid is one, and there was room
 */
gboolean
stile_csr_attributes_add_oid (StileCsrAttributes *self, const char *oid)
{
  if (!is_oid (oid) || self->entries->len == STILE_CSR_ATTRIBUTES_MAX_COUNT)
    return FALSE;

  add_entry (self, g_strdup (oid));
  return TRUE;
}

static Entry *
find (StileCsrAttributes *self, const char *oid)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (strcmp (entry->oid, oid) == 0)
        return entry;
    }

  return NULL;
}

/**
 * stile_csr_attributes_add_value:
 * @oid: of the attribute; it is made when there is none yet
 * @value: DER of one value
 *
 * Returns: whether both are what they should be, and there was room
 */
gboolean
stile_csr_attributes_add_value (StileCsrAttributes *self, const char *oid, GBytes *value)
{
  StileDerReader reader =
      stile_der_reader (g_bytes_get_data (value, NULL), g_bytes_get_size (value), STILE_DER_STRICT);
  Entry *entry = find (self, oid);
  StileDerElement element;

  if (!stile_der_read_any (&reader, &element, NULL) || !stile_der_at_end (&reader))
    return FALSE;
  if (entry == NULL && !stile_csr_attributes_add_oid (self, oid))
    return FALSE;

  entry = find (self, oid);
  if (entry->values == NULL)
    entry->values = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  if (entry->values->len == STILE_CSR_ATTRIBUTES_MAX_VALUES)
    return FALSE;
  g_ptr_array_add (entry->values, g_bytes_ref (value));
  return note_value (self, entry, &element, NULL);
}

static void
append_entry (GByteArray *out, const Entry *entry)
{
  g_autoptr (GByteArray) attribute = g_byte_array_new ();

  if (entry->values == NULL)
    {
      stile_der_writer_append_oid (out, entry->oid);
      return;
    }

  stile_der_writer_append_oid (attribute, entry->oid);
  stile_der_writer_append_set_of (attribute, STILE_DER_SET, entry->values);
  stile_der_writer_append_array (out, STILE_DER_SEQUENCE, attribute);
}

/**
 * stile_csr_attributes_to_der:
 *
 * Returns: (transfer full): CsrAttrs
 */
GBytes *
stile_csr_attributes_to_der (StileCsrAttributes *self)
{
  g_autoptr (GByteArray) list = g_byte_array_new ();
  g_autoptr (GByteArray) out = g_byte_array_new ();

  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);

      if (!entry->inner)
        append_entry (list, entry);
    }

  stile_der_writer_append_array (out, STILE_DER_SEQUENCE, list);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/**
 * stile_csr_attributes_to_est:
 *
 * Returns: (transfer full): a body of type application/csrattrs
 */
GBytes *
stile_csr_attributes_to_est (StileCsrAttributes *self)
{
  g_autoptr (GBytes) der = stile_csr_attributes_to_der (self);

  return stile_est_body_encode (der);
}

/* --- what is asked for --- */

/**
 * stile_csr_attributes_is_empty:
 *
 * Returns: whether nothing is asked for
 */
gboolean
stile_csr_attributes_is_empty (StileCsrAttributes *self)
{
  return self->entries->len == 0;
}

/**
 * stile_csr_attributes_list:
 *
 * Returns: (transfer full) (array zero-terminated=1): OIDs of all that is asked for, in order, those in a template too
 */
char **
stile_csr_attributes_list (StileCsrAttributes *self)
{
  char **oids = g_new0 (char *, self->entries->len + 1);

  for (guint i = 0; i < self->entries->len; i++)
    oids[i] = g_strdup (((Entry *)g_ptr_array_index (self->entries, i))->oid);

  return oids;
}

/**
 * stile_csr_attributes_has:
 * @oid: of an attribute, an algorithm or anything
 *
 * Returns: whether it is in the list, with values or without
 */
gboolean
stile_csr_attributes_has (StileCsrAttributes *self, const char *oid)
{
  return find (self, oid) != NULL;
}

/**
 * stile_csr_attributes_wants_challenge_password:
 *
 * Returns: whether the request must be linked with the TLS session (RFC 7030 section 3.5)
 */
gboolean
stile_csr_attributes_wants_challenge_password (StileCsrAttributes *self)
{
  return stile_csr_attributes_has (self, STILE_CSR_ATTRIBUTES_CHALLENGE_PASSWORD);
}

/**
 * stile_csr_attributes_get_key:
 * @algorithm: (out): of the key
 * @bits: (out): for gnutls_privkey_generate(), with the curve in it; 0 for any
 *
 * Returns: whether a kind of key is asked for; the first of several
 */
gboolean
stile_csr_attributes_get_key (StileCsrAttributes *self, gnutls_pk_algorithm_t *algorithm, guint *bits)
{
  *algorithm = self->demands.algorithm;
  *bits = self->demands.bits;
  return *algorithm != GNUTLS_PK_UNKNOWN;
}

static gnutls_digest_algorithm_t
to_hash (const char *oid)
{
  gnutls_sign_algorithm_t sign = gnutls_oid_to_sign (oid);

  /* These have a hash of their own inside: the OID asks for a key, and for no hash of the request. */
  if (sign == GNUTLS_SIGN_EDDSA_ED25519 || sign == GNUTLS_SIGN_EDDSA_ED448)
    return GNUTLS_DIG_UNKNOWN;

  return sign != GNUTLS_SIGN_UNKNOWN ? gnutls_sign_get_hash_algorithm (sign) : gnutls_oid_to_digest (oid);
}

/**
 * stile_csr_attributes_get_hash:
 *
 * Returns: what the request is to be signed with: SHA-256, SHA-384 or SHA-512, the first of several;
 *   %GNUTLS_DIG_UNKNOWN when that is left open
 */
gnutls_digest_algorithm_t
stile_csr_attributes_get_hash (StileCsrAttributes *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);
      gnutls_digest_algorithm_t hash = to_hash (entry->oid);

      if (hash == GNUTLS_DIG_SHA256 || hash == GNUTLS_DIG_SHA384 || hash == GNUTLS_DIG_SHA512)
        return hash;
    }

  return GNUTLS_DIG_UNKNOWN;
}

/**
 * stile_csr_attributes_get_extensions:
 *
 * Returns: (transfer none) (element-type utf8 GBytes): what extensions the request is to have: OID to DER of the value
 */
GHashTable *
stile_csr_attributes_get_extensions (StileCsrAttributes *self)
{
  return self->demands.extensions;
}

/**
 * stile_csr_attributes_list_open_extensions:
 *
 * Returns: (transfer full) (array zero-terminated=1): OIDs of extensions whose value the client has to know
 */
char **
stile_csr_attributes_list_open_extensions (StileCsrAttributes *self)
{
  char **oids = g_new0 (char *, self->demands.open->len + 1);

  for (guint i = 0; i < self->demands.open->len; i++)
    oids[i] = g_strdup (g_ptr_array_index (self->demands.open, i));

  return oids;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-certificate-request.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-der-writer.h"

#define OID_SUBJECT_ALT_NAME "2.5.29.17"

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_crq_t, gnutls_x509_crq_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_pubkey_t, gnutls_pubkey_deinit, NULL)

typedef struct
{
  gnutls_x509_crq_t crq;
  int r; /* of the first call that failed */
} Writer;

static void
set_name (Writer *self, const char *oid, const char *value)
{
  if (self->r >= 0 && value != NULL)
    self->r = gnutls_x509_crq_set_dn_by_oid (self->crq, oid, 0, value, (unsigned int)strlen (value));
}

static void
set_host (Writer *self, const char *name)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (name);

  if (address != NULL)
    self->r = gnutls_x509_crq_set_subject_alt_name (
        self->crq, GNUTLS_SAN_IPADDRESS, g_inet_address_to_bytes (address),
        (unsigned int)g_inet_address_get_native_size (address), GNUTLS_FSAN_APPEND);
  else
    self->r = gnutls_x509_crq_set_subject_alt_name (self->crq, GNUTLS_SAN_DNSNAME, name,
                                                    (unsigned int)strlen (name), GNUTLS_FSAN_APPEND);
}

static void
set_extension (Writer *self, const char *oid, GBytes *value)
{
  if (self->r >= 0)
    self->r = gnutls_x509_crq_set_extension_by_oid (self->crq, oid, (gpointer)g_bytes_get_data (value, NULL),
                                                    g_bytes_get_size (value), 0);
}

/* In order of the OIDs: the same template gives the same request. */
static void
set_extensions (Writer *self, GHashTable *extensions)
{
  g_autoptr (GList) oids = g_list_sort (g_hash_table_get_keys (extensions), (GCompareFunc)strcmp);

  for (GList *oid = oids; oid != NULL; oid = oid->next)
    set_extension (self, oid->data, g_hash_table_lookup (extensions, oid->data));
}

static void
set_key (Writer *self, gnutls_pubkey_t public_key)
{
  self->r = gnutls_x509_crq_set_version (self->crq, 1);
  if (self->r >= 0)
    self->r = gnutls_x509_crq_set_pubkey (self->crq, public_key);
}

static void
fill (Writer *self, const StileCertificateRequestTemplate *wanted)
{
  if (wanted->subject == NULL)
    {
      set_name (self, GNUTLS_OID_X520_COMMON_NAME, wanted->common_name);
      set_name (self, "2.5.4.5", wanted->serial_number);
    }
  if (wanted->subject_alt_name != NULL)
    set_extension (self, OID_SUBJECT_ALT_NAME, wanted->subject_alt_name);
  else
    for (const char *const *name = wanted->dns_names; name != NULL && *name != NULL && self->r >= 0; name++)
      set_host (self, *name);
  if (wanted->extensions != NULL)
    set_extensions (self, wanted->extensions);
  if (wanted->challenge_password != NULL && self->r >= 0)
    self->r = gnutls_x509_crq_set_challenge_password (self->crq, wanted->challenge_password);
}

/* What GnuTLS wrote, taken apart: all but the subject goes on as it is. */
typedef struct
{
  StileDerElement version;
  StileDerElement subject;
  StileDerElement key;
  StileDerElement attributes;
  StileDerElement algorithm;
} Parts;

static gboolean
take_apart (Parts *parts, const gnutls_datum_t *der, GError **error)
{
  StileDerReader reader = stile_der_reader (der->data, der->size, STILE_DER_STRICT);
  StileDerElement request;
  StileDerElement info;

  return stile_der_read (&reader, STILE_DER_SEQUENCE, &request, error) &&
         stile_der_read (&request.contents, STILE_DER_SEQUENCE, &info, error) &&
         stile_der_read (&info.contents, STILE_DER_INTEGER, &parts->version, error) &&
         stile_der_read (&info.contents, STILE_DER_SEQUENCE, &parts->subject, error) &&
         stile_der_read (&info.contents, STILE_DER_SEQUENCE, &parts->key, error) &&
         stile_der_read (&info.contents, STILE_DER_CONTEXT (0), &parts->attributes, error) &&
         stile_der_read (&request.contents, STILE_DER_SEQUENCE, &parts->algorithm, error);
}

static void
append_element (GByteArray *out, const StileDerElement *element)
{
  g_byte_array_append (out, element->begin, (guint)element->size);
}

static gboolean
append_signature (GByteArray *out,
                  gnutls_sign_algorithm_t algorithm,
                  GByteArray *info,
                  gnutls_privkey_t key,
                  GError **error)
{
  gnutls_datum_t message = { info->data, info->len };
  gnutls_datum_t signature = { NULL, 0 };
  g_autoptr (GByteArray) bits = g_byte_array_new ();
  int r = gnutls_privkey_sign_data2 (key, algorithm, 0, &message, &signature);

  if (r < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Signing the certificate request: %s"),
                   gnutls_strerror (r));
      return FALSE;
    }

  /* No bit of the last byte is unused. */
  g_byte_array_append (bits, (const guint8 *)"", 1);
  g_byte_array_append (bits, signature.data, signature.size);
  gnutls_free (signature.data);
  stile_der_writer_append_array (out, STILE_DER_BIT_STRING, bits);
  return TRUE;
}

/* GnuTLS writes names anew, with the string types that it likes: a renewal has to ask for the very name of the old
 * certificate (RFC 7030 section 4.2.2), so that is put in its place and the request signed again. */
static GBytes *
put_subject (
    gnutls_x509_crq_t crq, const gnutls_datum_t *der, GBytes *subject, gnutls_privkey_t key, GError **error)
{
  g_autoptr (GByteArray) info = g_byte_array_new ();
  g_autoptr (GByteArray) signed_info = g_byte_array_new ();
  g_autoptr (GByteArray) request = g_byte_array_new ();
  int algorithm = gnutls_x509_crq_get_signature_algorithm (crq);
  Parts parts;

  if (!take_apart (&parts, der, error))
    return NULL;

  append_element (info, &parts.version);
  g_byte_array_append (info, g_bytes_get_data (subject, NULL), (guint)g_bytes_get_size (subject));
  append_element (info, &parts.key);
  append_element (info, &parts.attributes);
  stile_der_writer_append_array (signed_info, STILE_DER_SEQUENCE, info);
  g_byte_array_set_size (info, 0);
  g_byte_array_append (info, signed_info->data, signed_info->len);
  append_element (info, &parts.algorithm);
  if (!append_signature (info, (gnutls_sign_algorithm_t)algorithm, signed_info, key, error))
    return NULL;

  stile_der_writer_append_array (request, STILE_DER_SEQUENCE, info);
  return g_byte_array_free_to_bytes (g_steal_pointer (&request));
}

static gboolean
fail (GError **error, int r)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Writing the certificate request: %s"),
               gnutls_strerror (r));
  return FALSE;
}

static GBytes *
write_der (Writer *self, GBytes *subject, gnutls_privkey_t key, GError **error)
{
  gnutls_datum_t der = { NULL, 0 };
  GBytes *bytes;
  int r = gnutls_x509_crq_export2 (self->crq, GNUTLS_X509_FMT_DER, &der);

  if (r < 0)
    return fail (error, r), NULL;

  bytes =
      subject != NULL ? put_subject (self->crq, &der, subject, key, error) : g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  return bytes;
}

/**
 * stile_certificate_request_create:
 * @wanted: what to ask for
 * @key: whose public half is to be certified; signs
 * @error: %G_IO_ERROR_FAILED, also when a token does not sign
 *
 * Names in @dns_names that are IP addresses are asked for as such.
 *
 * Returns: (transfer full): the request
 */
StileCertificateRequest *
stile_certificate_request_create (const StileCertificateRequestTemplate *wanted,
                                  gnutls_privkey_t key,
                                  GError **error)
{
  g_auto (gnutls_x509_crq_t) crq = NULL;
  g_auto (gnutls_pubkey_t) public_key = NULL;
  g_autoptr (GBytes) der = NULL;
  gnutls_digest_algorithm_t hash = wanted->hash;
  Writer writer = { NULL, 0 };

  gnutls_pubkey_init (&public_key);
  gnutls_x509_crq_init (&crq);
  writer.crq = crq;
  writer.r = gnutls_pubkey_import_privkey (public_key, key, 0, 0);
  if (writer.r >= 0)
    set_key (&writer, public_key);
  fill (&writer, wanted);
  if (writer.r >= 0 && hash == GNUTLS_DIG_UNKNOWN)
    writer.r = gnutls_pubkey_get_preferred_hash_algorithm (public_key, &hash, NULL);
  if (writer.r >= 0)
    writer.r = gnutls_x509_crq_privkey_sign (crq, key, hash, 0);
  if (writer.r < 0)
    return fail (error, writer.r), NULL;

  der = write_der (&writer, wanted->subject, key, error);
  return der != NULL ? stile_certificate_request_new_from_der (der, error) : NULL;
}

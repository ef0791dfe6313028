/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-cms-writer.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>

#include "codec/stile-cms-algorithms.h"
#include "codec/stile-cms-attributes.h"
#include "codec/stile-der-writer.h"

#define SIGNED_DATA "1.2.840.113549.1.7.2"
#define RSA_SHA256 "1.2.840.113549.1.1.11"

/* SignedData with a content that is not id-data has version 3, and a signer by issuer and serial number version 1
 * (RFC 5652 section 5.1, 5.3). */
#define VERSION 3
#define SIGNER_VERSION 1

static const StileCmsAlgorithm *
choose_algorithm (StileCertificate *certificate, GError **error)
{
  gnutls_pubkey_t key;
  const StileCmsAlgorithm *algorithm;

  gnutls_pubkey_init (&key);
  gnutls_pubkey_import_x509 (key, stile_certificate_get_x509 (certificate), 0);
  algorithm = stile_cms_algorithms_for_key (key, error);
  gnutls_pubkey_deinit (key);

  return algorithm;
}

/* Parameters are left out (RFC 5754 section 2, 3.3; RFC 8419 section 2.1), but for RSA (RFC 5754 section 3.2). */
static void
append_algorithm (GByteArray *out, const char *oid)
{
  g_autoptr (GByteArray) identifier = g_byte_array_new ();

  stile_der_writer_append_oid (identifier, oid);
  if (g_strcmp0 (oid, RSA_SHA256) == 0)
    stile_der_writer_append (identifier, STILE_DER_NULL, NULL, 0);
  stile_der_writer_append_array (out, STILE_DER_SEQUENCE, identifier);
}

static void
append_content (GByteArray *out, GBytes *content, const char *content_type)
{
  g_autoptr (GByteArray) octets = g_byte_array_new ();
  g_autoptr (GByteArray) info = g_byte_array_new ();

  stile_der_writer_append_bytes (octets, STILE_DER_OCTET_STRING, content);
  stile_der_writer_append_oid (info, content_type);
  stile_der_writer_append_array (info, STILE_DER_CONTEXT (0), octets);
  stile_der_writer_append_array (out, STILE_DER_SEQUENCE, info);
}

static void
append_certificates (GByteArray *out, GPtrArray *chain)
{
  g_autoptr (GPtrArray) certificates = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  for (guint i = 0; i < chain->len; i++)
    g_ptr_array_add (certificates, g_bytes_ref (stile_certificate_get_der (chain->pdata[i])));
  stile_der_writer_append_set_of (out, STILE_DER_CONTEXT (0), certificates);
}

static void
append_signer_id (GByteArray *out, StileCertificate *certificate)
{
  g_autoptr (GByteArray) id = g_byte_array_new ();
  gnutls_x509_crt_t x509 = stile_certificate_get_x509 (certificate);
  gnutls_datum_t issuer = { NULL, 0 };
  guint8 serial[128];
  gsize length = sizeof serial;

  if (gnutls_x509_crt_get_raw_issuer_dn (x509, &issuer) >= 0)
    g_byte_array_append (id, issuer.data, issuer.size);
  if (gnutls_x509_crt_get_serial (x509, serial, &length) >= 0)
    stile_der_writer_append (id, STILE_DER_INTEGER, serial, length);
  stile_der_writer_append_array (out, STILE_DER_SEQUENCE, id);
  gnutls_free (issuer.data);
}

static GBytes *
make_attributes (GBytes *content,
                 const char *content_type,
                 gint64 signing_time,
                 const StileCmsAlgorithm *algorithm)
{
  guint8 hash[64];
  gsize length;
  const void *data = g_bytes_get_data (content, &length);
  g_autoptr (GBytes) digest = NULL;

  if (gnutls_hash_fast (algorithm->digest, data, length, hash) < 0)
    g_assert_not_reached ();
  digest = g_bytes_new (hash, gnutls_hash_get_len (algorithm->digest));

  return stile_cms_attributes_write (&(StileCmsAttributes){
      .content_type = (char *)content_type, .message_digest = digest, .signing_time = signing_time });
}

static gboolean
append_signature (GByteArray *out,
                  GBytes *attributes,
                  gnutls_privkey_t key,
                  const StileCmsAlgorithm *algorithm,
                  GError **error)
{
  const gnutls_datum_t data = { (guint8 *)g_bytes_get_data (attributes, NULL),
                                (unsigned int)g_bytes_get_size (attributes) };
  gnutls_datum_t value = { NULL, 0 };
  int r = gnutls_privkey_sign_data2 (key, algorithm->sign, 0, &data, &value);

  if (r < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The key did not sign: %s"), gnutls_strerror (r));
      return FALSE;
    }

  stile_der_writer_append (out, STILE_DER_OCTET_STRING, value.data, value.size);
  gnutls_free (value.data);
  return TRUE;
}

static gboolean
append_signer_info (GByteArray *out,
                    GBytes *attributes,
                    gnutls_privkey_t key,
                    StileCertificate *certificate,
                    const StileCmsAlgorithm *algorithm,
                    GError **error)
{
  g_autoptr (GByteArray) info = g_byte_array_new ();
  g_autoptr (GByteArray) infos = g_byte_array_new ();
  guint begin;

  stile_der_writer_append_integer (info, SIGNER_VERSION);
  append_signer_id (info, certificate);
  append_algorithm (info, algorithm->digest_oid);
  begin = info->len;
  g_byte_array_append (info, g_bytes_get_data (attributes, NULL), (guint)g_bytes_get_size (attributes));
  info->data[begin] = STILE_DER_CONTEXT (0);
  append_algorithm (info, algorithm->oid);
  if (!append_signature (info, attributes, key, algorithm, error))
    return FALSE;

  stile_der_writer_append_array (infos, STILE_DER_SEQUENCE, info);
  stile_der_writer_append_array (out, STILE_DER_SET, infos);
  return TRUE;
}

static GBytes *
wrap (GByteArray *signed_data)
{
  g_autoptr (GByteArray) sequence = g_byte_array_new ();
  g_autoptr (GByteArray) content_info = g_byte_array_new ();
  g_autoptr (GByteArray) message = g_byte_array_new ();

  stile_der_writer_append_array (sequence, STILE_DER_SEQUENCE, signed_data);
  stile_der_writer_append_oid (content_info, SIGNED_DATA);
  stile_der_writer_append_array (content_info, STILE_DER_CONTEXT (0), sequence);
  stile_der_writer_append_array (message, STILE_DER_SEQUENCE, content_info);

  return g_byte_array_free_to_bytes (g_steal_pointer (&message));
}

/**
 * stile_cms_writer_sign:
 * @content: what to sign; goes into the message as it is
 * @content_type: an object identifier
 * @key: of the first of @chain
 * @chain: (element-type StileCertificate): all go into the message
 * @signing_time: Unix seconds, or %G_MININT64 to say none
 *
 * Returns: (transfer full): SignedData in a ContentInfo, in DER
 */
GBytes *
stile_cms_writer_sign (GBytes *content,
                       const char *content_type,
                       gnutls_privkey_t key,
                       GPtrArray *chain,
                       gint64 signing_time,
                       GError **error)
{
  StileCertificate *certificate = g_ptr_array_index (chain, 0);
  const StileCmsAlgorithm *algorithm = choose_algorithm (certificate, error);
  g_autoptr (GByteArray) signed_data = g_byte_array_new ();
  g_autoptr (GByteArray) digests = g_byte_array_new ();
  g_autoptr (GBytes) attributes = NULL;

  if (algorithm == NULL)
    return NULL;

  stile_der_writer_append_integer (signed_data, VERSION);
  append_algorithm (digests, algorithm->digest_oid);
  stile_der_writer_append_array (signed_data, STILE_DER_SET, digests);
  append_content (signed_data, content, content_type);
  append_certificates (signed_data, chain);
  attributes = make_attributes (content, content_type, signing_time, algorithm);
  if (!append_signer_info (signed_data, attributes, key, certificate, algorithm, error))
    return NULL;

  return wrap (signed_data);
}

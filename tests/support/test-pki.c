/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/test-pki.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "codec/stile-certificate-bundle.h"

#define HOUR (60 * 60)
#define DAY (24 * HOUR)

/* In the arc for documentation (RFC 5612): nobody looks for it. */
#define PADDING_OID "1.3.6.1.4.1.32473.1"

struct _TestPki
{
  gatomicrefcount references;
  TestPki *issuer; /* NULL for a root */
  gnutls_x509_privkey_t key;
  StileCertificate *certificate;
};

static void
check (int r)
{
  if (r < 0)
    g_error ("test-pki: %s", gnutls_strerror (r));
}

TestPki *
test_pki_ref (TestPki *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
test_pki_unref (TestPki *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_clear_pointer (&self->issuer, test_pki_unref);
  g_clear_object (&self->certificate);
  gnutls_x509_privkey_deinit (self->key);
  g_free (self);
}

static gnutls_x509_privkey_t
make_key (const TestPkiOptions *options)
{
  static const struct
  {
    gnutls_pk_algorithm_t algorithm;
    unsigned int bits;
  } table[] = {
    [TEST_PKI_P256] = { GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1) },
    [TEST_PKI_P384] = { GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP384R1) },
    [TEST_PKI_ED25519] = { GNUTLS_PK_EDDSA_ED25519, 0 },
    [TEST_PKI_RSA] = { GNUTLS_PK_RSA, 2048 },
  };
  gnutls_x509_privkey_t key;

  check (gnutls_x509_privkey_init (&key));
  if (options->same_key_as != NULL)
    check (gnutls_x509_privkey_cpy (key, options->same_key_as->key));
  else
    check (gnutls_x509_privkey_generate (key, table[options->key].algorithm, table[options->key].bits, 0));

  return key;
}

static void
set_names (gnutls_x509_crt_t crt, const TestPkiOptions *options)
{
  gsize length = options->name_length;

  if (length == 0 && options->name != NULL)
    length = strlen (options->name);
  if (options->organization != NULL)
    check (gnutls_x509_crt_set_dn_by_oid (crt, GNUTLS_OID_X520_ORGANIZATION_NAME, 0, options->organization,
                                          (unsigned int)strlen (options->organization)));
  if (length > 0)
    check (gnutls_x509_crt_set_dn_by_oid (crt, GNUTLS_OID_X520_COMMON_NAME, 0, options->name,
                                          (unsigned int)length));
  if (options->serial_number != NULL)
    check (gnutls_x509_crt_set_dn_by_oid (crt, "2.5.4.5", 0, options->serial_number,
                                          (unsigned int)strlen (options->serial_number)));
}

static void
set_masa_url (gnutls_x509_crt_t crt, const char *url)
{
  g_autoptr (GByteArray) value = g_byte_array_new ();
  guint8 head[2] = { 0x16, (guint8)strlen (url) }; /* IA5String, short form */

  g_assert_cmpuint (strlen (url), <, 128);
  g_byte_array_append (value, head, sizeof head);
  g_byte_array_append (value, (const guint8 *)url, (guint)strlen (url));
  check (gnutls_x509_crt_set_extension_by_oid (crt, "1.3.6.1.5.5.7.1.32", value->data, value->len, 0));
}

static void
set_hosts (gnutls_x509_crt_t crt, const char *hosts)
{
  g_auto (GStrv) names = g_strsplit (hosts, ",", -1);

  for (char **name = names; *name != NULL; name++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (*name);

      if (address != NULL)
        check (gnutls_x509_crt_set_subject_alt_name (
            crt, GNUTLS_SAN_IPADDRESS, g_inet_address_to_bytes (address),
            (unsigned int)g_inet_address_get_native_size (address), GNUTLS_FSAN_APPEND));
      else
        check (gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_DNSNAME, *name,
                                                     (unsigned int)strlen (*name), GNUTLS_FSAN_APPEND));
    }
}

static void
set_times (gnutls_x509_crt_t crt, const TestPkiOptions *options)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gint64 begins = options->begins != 0 ? options->begins : -HOUR;
  gint64 ends = options->ends != 0 ? options->ends : DAY;

  check (gnutls_x509_crt_set_activation_time (crt, (time_t)(now + begins)));
  check (gnutls_x509_crt_set_expiration_time (crt, (time_t)(now + ends)));
}

static void
set_uses (gnutls_x509_crt_t crt, const TestPkiOptions *options)
{
  check (gnutls_x509_crt_set_basic_constraints (crt, options->authority ? 1 : 0, -1));
  if (options->authority)
    {
      check (gnutls_x509_crt_set_key_usage (crt, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN));
      return;
    }

  check (gnutls_x509_crt_set_key_usage (crt, GNUTLS_KEY_DIGITAL_SIGNATURE));
  if (options->purpose != NULL)
    {
      g_auto (GStrv) purposes = g_strsplit (options->purpose, ",", -1);

      for (char **purpose = purposes; *purpose != NULL && **purpose != '\0'; purpose++)
        check (gnutls_x509_crt_set_key_purpose_oid (crt, *purpose, 0));
      return;
    }
  check (gnutls_x509_crt_set_key_purpose_oid (crt, GNUTLS_KP_TLS_WWW_SERVER, 0));
  check (gnutls_x509_crt_set_key_purpose_oid (crt, GNUTLS_KP_TLS_WWW_CLIENT, 0));
}

static void
set_subject_key_id (gnutls_x509_crt_t crt, gnutls_x509_privkey_t key)
{
  guint8 id[64];
  size_t size = sizeof id;

  check (gnutls_x509_privkey_get_key_id (key, 0, id, &size));
  check (gnutls_x509_crt_set_subject_key_id (crt, id, size));
}

static void
set_authority_key_id (gnutls_x509_crt_t crt, gnutls_x509_privkey_t issuer_key)
{
  guint8 id[64];
  size_t size = sizeof id;

  check (gnutls_x509_privkey_get_key_id (issuer_key, 0, id, &size));
  check (gnutls_x509_crt_set_authority_key_id (crt, id, size));
}

static void
set_padding (gnutls_x509_crt_t crt, gsize padding)
{
  g_autofree guint8 *zeros = g_malloc0 (padding);

  if (padding > 0)
    check (gnutls_x509_crt_set_extension_by_oid (crt, PADDING_OID, zeros, padding, 0));
}

static void
set_serial (gnutls_x509_crt_t crt)
{
  static guint32 last = 0x1000;
  guint32 serial = GUINT32_TO_BE (++last);

  check (gnutls_x509_crt_set_serial (crt, &serial, sizeof serial));
}

static void
sign (gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer, gnutls_x509_privkey_t key)
{
  unsigned int bits = 0;
  gnutls_digest_algorithm_t digest = GNUTLS_DIG_SHA256;

  switch (gnutls_x509_privkey_get_pk_algorithm2 (key, &bits))
    {
    case GNUTLS_PK_EDDSA_ED25519:
      digest = GNUTLS_DIG_SHA512;
      break;
    case GNUTLS_PK_ECDSA:
      digest = bits > 256 ? GNUTLS_DIG_SHA384 : GNUTLS_DIG_SHA256;
      break;
    default:
      break;
    }

  check (gnutls_x509_crt_sign2 (crt, issuer, key, digest, 0));
}

static StileCertificate *
to_certificate (gnutls_x509_crt_t crt)
{
  gnutls_datum_t der = { NULL, 0 };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  StileCertificate *certificate;

  check (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &der));
  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  certificate = stile_certificate_new_from_der (bytes, &error);
  g_assert_no_error (error);

  return certificate;
}

/**
 * test_pki_issue:
 * @issuer: (nullable): who signs; %NULL for a certificate that signs itself
 * @options: what it says
 *
 * Returns: (transfer full): a new certificate and its key.  @issuer need not be an authority
 */
TestPki *
test_pki_issue (TestPki *issuer, const TestPkiOptions *options)
{
  TestPki *self = g_new0 (TestPki, 1);
  gnutls_x509_privkey_t issuer_key;
  gnutls_x509_crt_t crt;

  g_atomic_ref_count_init (&self->references);
  self->issuer = issuer != NULL ? test_pki_ref (issuer) : NULL;
  self->key = make_key (options);
  issuer_key = issuer != NULL ? issuer->key : self->key;

  check (gnutls_x509_crt_init (&crt));
  check (gnutls_x509_crt_set_version (crt, 3));
  check (gnutls_x509_crt_set_key (crt, self->key));
  set_serial (crt);
  set_names (crt, options);
  set_times (crt, options);
  set_uses (crt, options);
  if (!options->without_key_id)
    set_subject_key_id (crt, self->key);
  set_authority_key_id (crt, issuer_key);
  if (options->hosts != NULL)
    set_hosts (crt, options->hosts);
  if (options->masa_url != NULL)
    set_masa_url (crt, options->masa_url);
  set_padding (crt, options->padding);
  sign (crt, issuer != NULL ? stile_certificate_get_x509 (issuer->certificate) : crt, issuer_key);
  self->certificate = to_certificate (crt);
  gnutls_x509_crt_deinit (crt);

  return self;
}

/**
 * test_pki_authority_new:
 * @name: its common name
 *
 * Returns: (transfer full): a root that may issue others
 */
TestPki *
test_pki_authority_new (const char *name, TestPkiKey key)
{
  return test_pki_issue (NULL, &(TestPkiOptions){ .name = name, .key = key, .authority = TRUE });
}

StileCertificate *
test_pki_get_certificate (TestPki *self)
{
  return self->certificate;
}

GBytes *
test_pki_get_der (TestPki *self)
{
  return stile_certificate_get_der (self->certificate);
}

gnutls_x509_privkey_t
test_pki_get_key (TestPki *self)
{
  return self->key;
}

GPtrArray *
test_pki_get_chain (TestPki *self)
{
  GPtrArray *chain = g_ptr_array_new_with_free_func (g_object_unref);

  do
    {
      g_ptr_array_add (chain, g_object_ref (self->certificate));
      self = self->issuer;
    }
  while (self != NULL && self->issuer != NULL);

  return chain;
}

char *
test_pki_get_chain_pem (TestPki *self)
{
  g_autoptr (GPtrArray) chain = test_pki_get_chain (self);

  return stile_certificate_bundle_to_pem (chain);
}

char *
test_pki_get_key_pem (TestPki *self)
{
  gnutls_datum_t pem = { NULL, 0 };
  char *text;

  check (gnutls_x509_privkey_export2_pkcs8 (self->key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem));
  text = g_strndup ((const char *)pem.data, pem.size);
  gnutls_free (pem.data);

  return text;
}

GPtrArray *
test_pki_list (TestPki *first, ...)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);
  va_list arguments;

  va_start (arguments, first);
  for (TestPki *pki = first; pki != NULL; pki = va_arg (arguments, TestPki *))
    g_ptr_array_add (list, g_object_ref (pki->certificate));
  va_end (arguments);

  return list;
}

StileCertificate *
test_pki_forge (TestPki *self)
{
  gsize length;
  const guint8 *der = g_bytes_get_data (test_pki_get_der (self), &length);
  guint8 *copy = g_memdup2 (der, length);
  g_autoptr (GBytes) bytes = g_bytes_new_take (copy, length);
  g_autoptr (GError) error = NULL;
  StileCertificate *certificate;

  copy[length - 1] ^= 1;
  certificate = stile_certificate_new_from_der (bytes, &error);
  g_assert_no_error (error);

  return certificate;
}

char *
test_pki_directory_new (void)
{
  g_autoptr (GError) error = NULL;
  char *directory = g_dir_make_tmp ("stile-test-XXXXXX", &error);

  g_assert_no_error (error);
  return directory;
}

/**
 * test_pki_directory_remove:
 * @directory: from test_pki_directory_new(); goes with all that is in it; links are not followed
 */
void
test_pki_directory_remove (const char *directory)
{
  g_autoptr (GDir) entries = g_dir_open (directory, 0, NULL);
  const char *name;

  g_assert_nonnull (entries);
  while ((name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        test_pki_directory_remove (path);
      else
        g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

static char *
save (const char *directory, const char *name, const char *suffix, const char *text)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);
  char *path = g_build_filename (directory, file, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);

  return path;
}

char *
test_pki_save_chain (TestPki *self, const char *directory, const char *name)
{
  g_autofree char *pem = test_pki_get_chain_pem (self);

  return save (directory, name, ".pem", pem);
}

char *
test_pki_save_key (TestPki *self, const char *directory, const char *name)
{
  g_autofree char *pem = test_pki_get_key_pem (self);

  return save (directory, name, ".key", pem);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <gnutls/abstract.h>
#include <string.h>

#include "codec/stile-certificate-path.h"
#include "codec/stile-hex.h"
#include "support/test-pki.h"

#define SERIAL_NUMBER "2.5.4.5"
#define MASA_URL "1.3.6.1.5.5.7.1.32"
#define AUTHORITY_KEY_ID "2.5.29.35"
#define SUBJECT_KEY_ID "2.5.29.14"
#define ANY_PURPOSE "2.5.29.37.0"

typedef void (*Fill) (gnutls_x509_crt_t crt, gconstpointer data);

/* A certificate that signs itself with @pki's key, with nothing in it but what @fill puts there. */
static StileCertificate *
make (TestPki *pki, Fill fill, gconstpointer data)
{
  gnutls_x509_crt_t crt;
  gnutls_datum_t der = { NULL, 0 };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  StileCertificate *certificate;

  gnutls_x509_crt_init (&crt);
  gnutls_x509_crt_set_version (crt, 3);
  gnutls_x509_crt_set_serial (crt, "\1", 1);
  gnutls_x509_crt_set_activation_time (crt, 0);
  gnutls_x509_crt_set_expiration_time (crt, 1);
  gnutls_x509_crt_set_key (crt, test_pki_get_key (pki));
  fill (crt, data);
  g_assert_cmpint (gnutls_x509_crt_sign2 (crt, crt, test_pki_get_key (pki), GNUTLS_DIG_SHA256, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &der), ==, 0);
  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  gnutls_x509_crt_deinit (crt);
  certificate = stile_certificate_new_from_der (bytes, &error);
  g_assert_no_error (error);

  return certificate;
}

static void
fill_nothing (gnutls_x509_crt_t crt, gconstpointer data)
{
}

static void
fill_serials (gnutls_x509_crt_t crt, gconstpointer data)
{
  for (const char *const *serial = data; *serial != NULL; serial++)
    g_assert_cmpint (
        gnutls_x509_crt_set_dn_by_oid (crt, SERIAL_NUMBER, 0, *serial, (unsigned int)strlen (*serial)), ==,
        0);
}

static void
test_device_serial (void)
{
  static const struct
  {
    const char *serials[3];
    const char *expected;
  } table[] = {
    { { "00-D0-E5-F2-00-02" }, "00-D0-E5-F2-00-02" },
    { { "PID:CHIMAY-U-AC SN:FDO27361XTF" }, "PID:CHIMAY-U-AC SN:FDO27361XTF" },
    { { " a,b+c=\"d\"\\ " }, " a,b+c=\"d\"\\ " },
    { { "#0102" }, "#0102" },
    { { NULL }, NULL },
    { { "1", "2" }, NULL },
    { { "1", "1" }, NULL },
  };
  g_autoptr (TestPki) pki = test_pki_authority_new ("Key", TEST_PKI_P256);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (StileCertificate) certificate = make (pki, fill_serials, table[i].serials);
      g_autofree char *serial = stile_certificate_path_get_device_serial (certificate);

      g_assert_cmpstr (serial, ==, table[i].expected);
    }
}

static void
fill_nul_serial (gnutls_x509_crt_t crt, gconstpointer data)
{
  g_assert_cmpint (gnutls_x509_crt_set_dn_by_oid (crt, SERIAL_NUMBER, 0,
                                                  "12\0"
                                                  "34",
                                                  5),
                   ==, 0);
}

/* What somebody would compare only up to the NUL is no serial number. */
static void
test_a_serial_with_a_nul_is_none (void)
{
  g_autoptr (TestPki) pki = test_pki_authority_new ("Key", TEST_PKI_P256);
  g_autoptr (StileCertificate) certificate = make (pki, fill_nul_serial, NULL);

  g_assert_null (stile_certificate_path_get_device_serial (certificate));
}

/* An extension's value, in hexadecimal. */
typedef struct
{
  const char *oid;
  const char *hex;
} Extension;

static void
fill_extension (gnutls_x509_crt_t crt, gconstpointer data)
{
  const Extension *extension = data;
  g_autoptr (GBytes) value = stile_hex_decode (extension->hex, NULL);

  g_assert_cmpint (gnutls_x509_crt_set_extension_by_oid (crt, extension->oid, g_bytes_get_data (value, NULL),
                                                         g_bytes_get_size (value), 0),
                   ==, 0);
}

static void
test_masa_url (void)
{
  static const struct
  {
    const char *der;
    const char *expected;
  } table[] = {
    { "1609612e6578616d706c65", "a.example" },
    { "160e612e6578616d706c653a393434", NULL }, /* longer than it is */
    { "160e612e6578616d706c653a39343433", "a.example:9443" },
    { "1610612e6578616d706c652f783f793d7a23", "a.example/x?y=z#" },
    { "0c09612e6578616d706c65", NULL },   /* UTF8String */
    { "1609612e6578616d706c6500", NULL }, /* something behind it */
    { "168109612e6578616d706c65", NULL }, /* a length that is no DER */
    { "3680160961000000", NULL },         /* a constructed one */
    { "1609610a6578616d706c65", NULL },   /* a line break */
    { "160961006578616d706c65", NULL },   /* a NUL */
    { "160961206578616d706c65", NULL },   /* a space */
    { "1609617f6578616d706c65", NULL },   /* DEL */
    { "160961e96578616d706c65", NULL },   /* beyond ASCII */
    { "1600", NULL },                     /* nothing */
    { "16", NULL },
  };
  g_autoptr (TestPki) pki = test_pki_authority_new ("Key", TEST_PKI_P256);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const Extension extension = { MASA_URL, table[i].der };
      g_autoptr (StileCertificate) certificate = make (pki, fill_extension, &extension);
      g_autofree char *url = stile_certificate_path_get_masa_url (certificate);

      g_assert_cmpstr (url, ==, table[i].expected);
    }
}

static void
fill_purpose (gnutls_x509_crt_t crt, gconstpointer data)
{
  g_assert_cmpint (gnutls_x509_crt_set_key_purpose_oid (crt, GNUTLS_KP_TLS_WWW_SERVER, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_key_purpose_oid (crt, data, 0), ==, 0);
}

/* Who names none may do anything, but is no registration authority for that (RFC 7030 section 3.6.1). */
static void
test_has_purpose (void)
{
  g_autoptr (TestPki) pki = test_pki_authority_new ("Key", TEST_PKI_P256);
  g_autoptr (StileCertificate) registrar = make (pki, fill_purpose, STILE_PURPOSE_CMC_RA);
  g_autoptr (StileCertificate) any = make (pki, fill_purpose, ANY_PURPOSE);
  g_autoptr (StileCertificate) none = make (pki, fill_nothing, NULL);

  g_assert_true (stile_certificate_path_has_purpose (registrar, STILE_PURPOSE_CMC_RA));
  g_assert_true (stile_certificate_path_has_purpose (registrar, GNUTLS_KP_TLS_WWW_SERVER));
  g_assert_false (stile_certificate_path_has_purpose (registrar, GNUTLS_KP_TLS_WWW_CLIENT));
  g_assert_false (stile_certificate_path_has_purpose (any, STILE_PURPOSE_CMC_RA));
  g_assert_false (stile_certificate_path_has_purpose (none, STILE_PURPOSE_CMC_RA));
}

static void
assert_hex (GBytes *bytes, const char *expected)
{
  g_autofree char *hex = bytes != NULL ? stile_hex_encode_bytes (bytes) : NULL;

  g_assert_cmpstr (hex, ==, expected);
}

static void
test_key_ids (void)
{
  const Extension authority = { AUTHORITY_KEY_ID, "30168014000102030405060708090a0b0c0d0e0f10111213" };
  const Extension subject = { SUBJECT_KEY_ID, "0403616263" };
  g_autoptr (TestPki) pki = test_pki_authority_new ("Key", TEST_PKI_P256);
  g_autoptr (StileCertificate) with_authority = make (pki, fill_extension, &authority);
  g_autoptr (StileCertificate) with_subject = make (pki, fill_extension, &subject);
  g_autoptr (GBytes) authority_id = stile_certificate_path_get_authority_key_id (with_authority);
  g_autoptr (GBytes) subject_id = stile_certificate_path_get_subject_key_id (with_subject);
  g_autoptr (GBytes) issuer = stile_certificate_path_get_idevid_issuer (with_authority);
  g_autofree char *domain_id = stile_certificate_path_get_domain_id (with_subject);

  assert_hex (authority_id, "000102030405060708090a0b0c0d0e0f10111213");
  assert_hex (subject_id, "616263");
  assert_hex (issuer, "041830168014000102030405060708090a0b0c0d0e0f10111213");
  g_assert_cmpstr (domain_id, ==, "YWJj");
  g_assert_null (stile_certificate_path_get_authority_key_id (with_subject));
  g_assert_null (stile_certificate_path_get_subject_key_id (with_authority));
}

/* GnuTLS' own way to the same key. */
static void
test_public_key (void)
{
  static const TestPkiKey keys[] = { TEST_PKI_P256, TEST_PKI_P384, TEST_PKI_ED25519, TEST_PKI_RSA };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (TestPki) pki = test_pki_authority_new ("Key", keys[i]);
      StileCertificate *certificate = test_pki_get_certificate (pki);
      g_autoptr (GBytes) key = stile_certificate_path_get_public_key (certificate);
      gnutls_datum_t der = { NULL, 0 };
      gnutls_pubkey_t pubkey;

      gnutls_pubkey_init (&pubkey);
      gnutls_pubkey_import_x509 (pubkey, stile_certificate_get_x509 (certificate), 0);
      g_assert_cmpint (gnutls_pubkey_export2 (pubkey, GNUTLS_X509_FMT_DER, &der), ==, 0);
      g_assert_cmpmem (g_bytes_get_data (key, NULL), g_bytes_get_size (key), der.data, der.size);
      gnutls_free (der.data);
      gnutls_pubkey_deinit (pubkey);
    }
}

/* 8366bis section 6.1: SHA-1 over the bits of the key, which are the last 65 bytes of a P-256 one. */
static void
test_ids_without_extensions (void)
{
  g_autoptr (TestPki) pki = test_pki_authority_new ("Key", TEST_PKI_P256);
  g_autoptr (StileCertificate) certificate = make (pki, fill_nothing, NULL);
  g_autoptr (GBytes) key = stile_certificate_path_get_public_key (certificate);
  g_autoptr (GBytes) point = g_bytes_new_from_bytes (key, g_bytes_get_size (key) - 65, 65);
  g_autofree char *sha1 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, point);
  g_autofree char *expected = g_strconcat ("041830168014", sha1, NULL);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, key);
  g_autoptr (GBytes) hash = stile_hex_decode (sha256, NULL);
  g_autofree char *base64 = g_base64_encode (g_bytes_get_data (hash, NULL), g_bytes_get_size (hash));
  g_autoptr (GBytes) issuer = stile_certificate_path_get_idevid_issuer (certificate);
  g_autofree char *domain_id = stile_certificate_path_get_domain_id (certificate);

  assert_hex (issuer, expected);
  g_assert_cmpstr (domain_id, ==, base64);
}

#define ID "000102030405060708090a0b0c0d0e0f10111213"

/* BOOTSTRAP 1.1: what others send. */
static void
test_reads_idevid_issuer (void)
{
  static const struct
  {
    const char *value;
    const char *expected;
  } table[] = {
    { "041830168014" ID, ID },
    { "30168014" ID, ID },
    { ID, ID },
    /* Names and numbers of the issuer may follow in the AuthorityKeyIdentifier. */
    { "30198014" ID "820101", ID },
    { "30058003616263", "616263" },
    /* Twenty bytes that are a whole AuthorityKeyIdentifier. */
    { "30128010000102030405060708090a0b0c0d0e0f", "000102030405060708090a0b0c0d0e0f" },
    { "30128110000102030405060708090a0b0c0d0e0f", "30128110000102030405060708090a0b0c0d0e0f" },
    { "", NULL },
    { "0414" ID, NULL },
    { "30168014" ID "00", NULL },
    { "041930168014" ID "00", NULL },
    { "30028000", NULL },
    { ID "14", NULL },
    { "3080801400", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) value = stile_hex_decode (table[i].value, NULL);
      g_autoptr (GBytes) id = stile_certificate_path_read_idevid_issuer (value);

      assert_hex (id, table[i].expected);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/certificate-path/device-serial", test_device_serial);
  g_test_add_func ("/codec/certificate-path/a-serial-with-a-nul-is-none", test_a_serial_with_a_nul_is_none);
  g_test_add_func ("/codec/certificate-path/masa-url", test_masa_url);
  g_test_add_func ("/codec/certificate-path/has-purpose", test_has_purpose);
  g_test_add_func ("/codec/certificate-path/key-ids", test_key_ids);
  g_test_add_func ("/codec/certificate-path/public-key", test_public_key);
  g_test_add_func ("/codec/certificate-path/ids-without-extensions", test_ids_without_extensions);
  g_test_add_func ("/codec/certificate-path/reads-idevid-issuer", test_reads_idevid_issuer);

  return g_test_run ();
}

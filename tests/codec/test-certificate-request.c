/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-certificate-request.h"
#include "support/test-pki.h"

#define OID_SUBJECT_ALT_NAME "2.5.29.17"
#define OID_KEY_PURPOSE "2.5.29.37"

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_privkey_t, gnutls_privkey_deinit, NULL)

static gnutls_privkey_t
make_key (gnutls_pk_algorithm_t algorithm, guint bits)
{
  gnutls_privkey_t key;

  gnutls_privkey_init (&key);
  g_assert_cmpint (gnutls_privkey_generate (key, algorithm, bits, 0), ==, 0);
  return key;
}

static gnutls_privkey_t
make_p256 (void)
{
  return make_key (GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1));
}

static StileCertificateRequest *
create (const StileCertificateRequestTemplate *wanted)
{
  g_auto (gnutls_privkey_t) key = make_p256 ();
  g_autoptr (GError) error = NULL;
  StileCertificateRequest *request = stile_certificate_request_create (wanted, key, &error);

  g_assert_no_error (error);
  return request;
}

/* What openssl says of @bytes as its input. */
static char *
ask_openssl (GBytes *bytes, const char *form)
{
  const char *arguments[] = { "openssl", "req", "-verify", "-noout", "-text", "-inform", form, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) openssl = g_subprocess_newv (
      arguments,
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE,
      &error);
  g_autoptr (GBytes) said = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate (openssl, bytes, NULL, &said, NULL, &error);
  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (said, NULL), g_bytes_get_size (said));
}

static GBytes *
run_openssl (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) openssl = g_subprocess_newv (
      arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  GBytes *said = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate (openssl, NULL, NULL, &said, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (openssl));
  return said;
}

static void
assert_says (const char *text, const char *what)
{
  if (strstr (text, what) == NULL)
    g_error ("“%s” is not in “%s”", what, text);
}

static void
test_openssl_reads_it (void)
{
  const char *const hosts[] = { "device.example", "192.0.2.7", NULL };
  g_autoptr (StileCertificateRequest) request =
      create (&(StileCertificateRequestTemplate){ .common_name = "Thermostat",
                                                  .serial_number = "SN-1",
                                                  .dns_names = hosts,
                                                  .challenge_password = "li+nk/ed==" });
  g_autofree char *text = ask_openssl (stile_certificate_request_get_der (request), "der");
  g_auto (GStrv) extensions = stile_certificate_request_list_extensions (request);
  g_auto (GStrv) attributes = stile_certificate_request_list_attributes (request);
  g_autoptr (GError) error = NULL;

  assert_says (text, "verify OK");
  assert_says (text, "CN = Thermostat");
  assert_says (text, "serialNumber = SN-1");
  assert_says (text, "DNS:device.example, IP Address:192.0.2.7");
  assert_says (text, "li+nk/ed==");
  assert_says (text, "ecdsa-with-SHA256");

  g_assert_true (stile_certificate_request_verify (request, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (stile_certificate_request_get_challenge_password (request), ==, "li+nk/ed==");
  assert_says (stile_certificate_request_get_subject (request), "CN=Thermostat");
  g_assert_cmpuint (g_strv_length (extensions), ==, 1);
  g_assert_cmpstr (extensions[0], ==, OID_SUBJECT_ALT_NAME);
  g_assert_cmpuint (g_strv_length (attributes), ==, 2);
}

typedef struct
{
  const char *name;
  gnutls_pk_algorithm_t algorithm;
  guint bits;
  gnutls_digest_algorithm_t hash;
  const char *signature;
} Kind;

static const Kind kinds[] = {
  { "p256", GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), GNUTLS_DIG_UNKNOWN,
    "ecdsa-with-SHA256" },
  { "p384", GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP384R1), GNUTLS_DIG_UNKNOWN,
    "ecdsa-with-SHA384" },
  { "p256-sha512", GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), GNUTLS_DIG_SHA512,
    "ecdsa-with-SHA512" },
  { "rsa", GNUTLS_PK_RSA, 2048, GNUTLS_DIG_UNKNOWN, "sha256WithRSAEncryption" },
  { "ed25519", GNUTLS_PK_EDDSA_ED25519, 0, GNUTLS_DIG_UNKNOWN, "ED25519" },
};

/* The subject of a renewal is the old certificate's, byte for byte: here with string types that GnuTLS would not take. */
static void
test_keeps_the_old_name (gconstpointer data)
{
  static const guint8 name[] = { 0x30, 0x1d, 0x31, 0x1b, 0x30, 0x0b, 0x06, 0x03, 0x55, 0x04, 0x03,
                                 0x14, 0x04, 'T',  'e',  'l',  'e',  0x30, 0x0c, 0x06, 0x03, 0x55,
                                 0x04, 0x05, 0x0c, 0x05, 'S',  'N',  '-',  '1',  '2' };
  const Kind *kind = data;
  g_autoptr (GBytes) subject = g_bytes_new_static (name, sizeof name);
  g_auto (gnutls_privkey_t) key = make_key (kind->algorithm, kind->bits);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCertificateRequest) request = stile_certificate_request_create (
      &(StileCertificateRequestTemplate){ .subject = subject, .hash = kind->hash, .challenge_password = "p" },
      key, &error);
  g_autoptr (GBytes) got = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  got = stile_certificate_request_get_subject_der (request);
  g_assert_true (g_bytes_equal (got, subject));
  g_assert_true (stile_certificate_request_verify (request, &error));
  g_assert_no_error (error);
  text = ask_openssl (stile_certificate_request_get_der (request), "der");
  assert_says (text, "verify OK");
  assert_says (text, kind->signature);
}

static void
test_asks_for_given_extensions (void)
{
  static const guint8 purpose[] = { 0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02 };
  static const guint8 names[] = { 0x30, 0x05, 0x82, 0x03, 'a', '.', 'b' };
  g_autoptr (GBytes) purpose_der = g_bytes_new_static (purpose, sizeof purpose);
  g_autoptr (GBytes) names_der = g_bytes_new_static (names, sizeof names);
  g_autoptr (GHashTable) extensions = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (StileCertificateRequest) request = NULL;
  g_autoptr (GBytes) got_purpose = NULL;
  g_autoptr (GBytes) got_names = NULL;
  g_autofree char *text = NULL;

  g_hash_table_insert (extensions, (gpointer)OID_KEY_PURPOSE, purpose_der);
  request = create (&(StileCertificateRequestTemplate){
      .common_name = "A", .subject_alt_name = names_der, .extensions = extensions });
  got_purpose = stile_certificate_request_get_extension (request, OID_KEY_PURPOSE);
  got_names = stile_certificate_request_get_extension (request, OID_SUBJECT_ALT_NAME);
  g_assert_true (g_bytes_equal (got_purpose, purpose_der));
  g_assert_true (g_bytes_equal (got_names, names_der));
  g_assert_null (stile_certificate_request_get_extension (request, "1.2.3"));
  text = ask_openssl (stile_certificate_request_get_der (request), "der");
  assert_says (text, "TLS Web Client Authentication");
  assert_says (text, "DNS:a.b");
}

static void
test_reads_openssls (void)
{
  const char *const arguments[] = { "openssl",
                                    "req",
                                    "-new",
                                    "-newkey",
                                    "ec",
                                    "-pkeyopt",
                                    "ec_paramgen_curve:P-256",
                                    "-nodes",
                                    "-keyout",
                                    "/dev/null",
                                    "-subj",
                                    "/O=Example, Inc./CN=x",
                                    "-addext",
                                    "subjectAltName=DNS:x.example",
                                    "-outform",
                                    "der",
                                    NULL };
  g_autoptr (GBytes) der = run_openssl (arguments);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCertificateRequest) request = stile_certificate_request_new_from_der (der, &error);
  g_auto (GStrv) extensions = NULL;

  g_assert_no_error (error);
  g_assert_true (stile_certificate_request_verify (request, &error));
  g_assert_cmpstr (stile_certificate_request_get_subject (request), ==, "CN=x,O=Example\\, Inc.");
  g_assert_null (stile_certificate_request_get_challenge_password (request));
  extensions = stile_certificate_request_list_extensions (request);
  g_assert_cmpuint (g_strv_length (extensions), ==, 1);
}

/* RFC 8951 section 3, and what is seen. */
static void
test_reads_every_form (void)
{
  g_autoptr (StileCertificateRequest) request =
      create (&(StileCertificateRequestTemplate){ .common_name = "A" });
  GBytes *der = stile_certificate_request_get_der (request);
  g_autofree char *line = g_base64_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
  g_autoptr (GBytes) est = stile_certificate_request_to_est (request);
  g_autofree char *lines = g_strndup (g_bytes_get_data (est, NULL), g_bytes_get_size (est));
  g_auto (GStrv) split = g_strsplit (lines, "\n", -1);
  g_autofree char *windows = g_strjoinv (" \r\n\t", split);
  g_autofree char *bare = g_strdup (line);
  g_autofree char *pem = g_strconcat ("-----BEGIN CERTIFICATE REQUEST-----\n", lines,
                                      "-----END CERTIFICATE REQUEST-----\n", NULL);
  const char *forms[] = { line, lines, windows, bare, pem };

  for (gsize i = 0; split[i + 1] != NULL && split[i + 2] != NULL; i++)
    g_assert_cmpuint (strlen (split[i]), ==, 64);
  g_assert_true (g_str_has_suffix (lines, "\n"));
  g_strdelimit (bare, "=", '\0');
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new_static (forms[i], strlen (forms[i]));
      g_autoptr (GError) error = NULL;
      g_autoptr (StileCertificateRequest) read = stile_certificate_request_parse_est (body, &error);

      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (stile_certificate_request_get_der (read), der));
    }
  g_assert_nonnull (stile_certificate_request_parse_est (der, NULL));
}

static void
assert_refused (GBytes *der, GIOErrorEnum code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_certificate_request_new_from_der (der, &error));
  g_assert_error (error, G_IO_ERROR, (int)code);
}

static void
test_refuses_what_is_none (void)
{
  g_autoptr (StileCertificateRequest) request =
      create (&(StileCertificateRequestTemplate){ .common_name = "A" });
  gsize length;
  const guint8 *der = g_bytes_get_data (stile_certificate_request_get_der (request), &length);
  g_autofree guint8 *longer = g_malloc0 (STILE_CERTIFICATE_REQUEST_MAX_SIZE + 1);
  g_autoptr (TestPki) other = test_pki_authority_new ("Other", TEST_PKI_P256);
  g_autoptr (GBytes) trailing = NULL;
  g_autoptr (GBytes) large = NULL;
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);

  memcpy (longer, der, length);
  trailing = g_bytes_new (longer, length + 1);
  large = g_bytes_new (longer, STILE_CERTIFICATE_REQUEST_MAX_SIZE + 1);
  assert_refused (empty, G_IO_ERROR_INVALID_DATA);
  assert_refused (trailing, G_IO_ERROR_INVALID_DATA);
  assert_refused (test_pki_get_der (other), G_IO_ERROR_INVALID_DATA);
  assert_refused (large, G_IO_ERROR_MESSAGE_TOO_LARGE);
  for (gsize cut = 0; cut < length; cut += 7)
    {
      g_autoptr (GBytes) part = g_bytes_new (der, cut);

      assert_refused (part, G_IO_ERROR_INVALID_DATA);
    }
}

static void
test_notices_a_foreign_key (void)
{
  g_autoptr (StileCertificateRequest) request =
      create (&(StileCertificateRequestTemplate){ .common_name = "AAAA" });
  gsize length;
  guint8 *copy = g_memdup2 (g_bytes_get_data (stile_certificate_request_get_der (request), NULL),
                            g_bytes_get_size (stile_certificate_request_get_der (request)));
  g_autoptr (GBytes) changed = NULL;
  g_autoptr (StileCertificateRequest) read = NULL;
  g_autoptr (GError) error = NULL;
  guint8 *name;

  length = g_bytes_get_size (stile_certificate_request_get_der (request));
  changed = g_bytes_new_take (copy, length);
  for (name = copy; memcmp (name, "AAAA", 4) != 0; name++)
    g_assert_cmpuint ((gsize)(name - copy), <, length - 4);
  *name = 'B';
  read = stile_certificate_request_new_from_der (changed, &error);
  g_assert_no_error (error);
  g_assert_false (stile_certificate_request_verify (read, &error));
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/certificate-request/openssl-reads-it", test_openssl_reads_it);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *name =
          g_strconcat ("/codec/certificate-request/keeps-the-old-name/", kinds[i].name, NULL);

      g_test_add_data_func (name, &kinds[i], test_keeps_the_old_name);
    }
  g_test_add_func ("/codec/certificate-request/asks-for-given-extensions", test_asks_for_given_extensions);
  g_test_add_func ("/codec/certificate-request/reads-openssls", test_reads_openssls);
  g_test_add_func ("/codec/certificate-request/reads-every-form", test_reads_every_form);
  g_test_add_func ("/codec/certificate-request/refuses-what-is-none", test_refuses_what_is_none);
  g_test_add_func ("/codec/certificate-request/notices-a-foreign-key", test_notices_a_foreign_key);

  return g_test_run ();
}

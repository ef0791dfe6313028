/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/est-parties.h"
#include "support/test-pki.h"

static const StileCertificateRequestTemplate plain = { .common_name = "client" };

static GPtrArray *
client_chain (EstParties *parties)
{
  return test_pki_get_chain (parties->client);
}

static StileHttpMessage *
ask_with (EstParties *parties, const char *operation, const StileCertificateRequestTemplate *wanted)
{
  g_autoptr (GPtrArray) chain = client_chain (parties);
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (wanted, TEST_PKI_P256);

  return est_parties_enrol (parties, operation, request, chain);
}

/* --- R10 --- */

static void
test_proof_of_possession (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (&plain, TEST_PKI_ED25519);
  GBytes *der = stile_certificate_request_get_der (request);
  g_autoptr (GBytes) forged = test_tls_change (der, g_bytes_get_size (der) - 1, 1);
  g_autoptr (StileExchange) exchange = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  est_parties_init (&parties);
  chain = client_chain (&parties);
  exchange = est_parties_exchange_new ("simpleenroll", forged, chain);
  response = est_parties_ask (parties.server, exchange);
  est_parties_assert_refused (response, 400, "not signed with the key");
}

static void
test_weak_key (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (&plain, TEST_PKI_RSA);
  g_autoptr (StileHttpMessage) response = NULL;

  est_parties_init (&parties);
  chain = client_chain (&parties);
  response = est_parties_enrol (&parties, "simpleenroll", request, chain);
  est_parties_assert_refused (response, 400, "too weak");
}

/* With a modulus of so many bits, signed with whatever: its length is looked at before it is used. */
static StileCertificateRequest *
request_new_long (unsigned int bits)
{
  gnutls_privkey_t key = est_parties_key_new (TEST_PKI_P256);
  g_autofree guint8 *modulus = g_malloc (bits / 8);
  guint8 exponent[] = { 1, 0, 1 };
  gnutls_x509_crq_t crq;
  gnutls_datum_t der = { NULL, 0 };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  StileCertificateRequest *request;

  memset (modulus, 0xff, bits / 8);
  g_assert_cmpint (gnutls_x509_crq_init (&crq), ==, 0);
  g_assert_cmpint (gnutls_x509_crq_set_version (crq, 1), ==, 0);
  g_assert_cmpint (gnutls_x509_crq_set_key_rsa_raw (crq, &(gnutls_datum_t){ modulus, bits / 8 },
                                                    &(gnutls_datum_t){ exponent, sizeof exponent }),
                   ==, 0);
  g_assert_cmpint (gnutls_x509_crq_privkey_sign (crq, key, GNUTLS_DIG_SHA256, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crq_export2 (crq, GNUTLS_X509_FMT_DER, &der), ==, 0);
  bytes = g_bytes_new (der.data, der.size);
  request = stile_certificate_request_new_from_der (bytes, &error);
  g_assert_no_error (error);
  gnutls_free (der.data);
  gnutls_x509_crq_deinit (crq);
  gnutls_privkey_deinit (key);
  return request;
}

static void
test_long_key (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (StileCertificateRequest) request = request_new_long (16384);
  g_autoptr (StileHttpMessage) response = NULL;

  est_parties_init (&parties);
  chain = client_chain (&parties);
  response = est_parties_enrol (&parties, "simpleenroll", request, chain);
  est_parties_assert_refused (response, 400, "too long");
}

/* DER of SEQUENCE { BOOLEAN TRUE, INTEGER 3 }, and of BIT STRING keyCertSign. */
static void
test_no_caller_supplied_extensions (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (GHashTable) extensions =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_bytes_unref);
  const StileCertificateRequestTemplate greedy = { .common_name = "client", .extensions = extensions };
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (StileCertificate) certificate = NULL;
  unsigned int usage = 0;

  g_hash_table_insert (extensions, (gpointer) "2.5.29.19",
                       g_bytes_new ("\x30\x06\x01\x01\xff\x02\x01\x03", 8));
  g_hash_table_insert (extensions, (gpointer) "2.5.29.15", g_bytes_new ("\x03\x02\x02\x04", 4));
  g_hash_table_insert (extensions, (gpointer) "1.3.6.1.4.1.32473.7", g_bytes_new ("\x05\x00", 2));
  est_parties_init (&parties);
  response = ask_with (&parties, "simpleenroll", &greedy);
  certificate = est_parties_read (response);

  g_assert_false (stile_certificate_is_authority (certificate));
  gnutls_x509_crt_get_key_usage (stile_certificate_get_x509 (certificate), &usage, NULL);
  g_assert_cmpuint (usage, ==, GNUTLS_KEY_DIGITAL_SIGNATURE);
  g_assert_cmpint (gnutls_x509_crt_get_extension_by_oid (stile_certificate_get_x509 (certificate),
                                                         "1.3.6.1.4.1.32473.7", 0, NULL, &(gsize){ 0 }, NULL),
                   ==, GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE);
}

/* "2.5.29.17" alone: a name that the client has to know; with OIDs of key and hash. */
static StileCsrAttributes *
attributes_new (const char *first, const char *second)
{
  StileCsrAttributes *attributes = stile_csr_attributes_new ();

  g_assert_true (stile_csr_attributes_add_oid (attributes, first));
  if (second != NULL)
    g_assert_true (stile_csr_attributes_add_oid (attributes, second));

  return attributes;
}

static void
test_attributes_told (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (StileCsrAttributes) attributes = attributes_new ("1.2.840.113549.1.9.7", "1.2.840.10045.4.3.3");
  g_autoptr (StileExchange) exchange = est_parties_exchange_new ("csrattrs", NULL, NULL);
  g_autoptr (StileHttpMessage) none = NULL;
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (StileCsrAttributes) told = NULL;
  g_autoptr (GError) error = NULL;

  est_parties_init (&parties);
  none = est_parties_ask (parties.server, exchange);
  g_assert_cmpuint (stile_http_message_get_status (none), ==, 204);
  stile_est_server_set_attributes (parties.server, attributes);
  response = est_parties_ask (parties.server, exchange);
  g_assert_cmpstr (stile_http_message_get_field (response, "content-type"), ==, "application/csrattrs");
  told = stile_csr_attributes_parse_est (stile_http_message_get_content (response), &error);
  g_assert_no_error (error);
  g_assert_true (stile_csr_attributes_wants_challenge_password (told));
}

/* SEQUENCE { DNS name "must.domain.example" }, behind what makes it a request for extensions (RFC 2985 section 5.4.2). */
static const guint8 wanted_names[] = {
  0x30, 0x20, 0x30, 0x1e, 0x06, 0x03, 0x55, 0x1d, 0x11, 0x04, 0x17, 0x30, 0x15, 0x82, 0x13, 'm', 'u',
  's',  't',  '.',  'd',  'o',  'm',  'a',  'i',  'n',  '.',  'e',  'x',  'a',  'm',  'p',  'l', 'e',
};
#define WANTED_HEAD 11

static void
test_attributes_hash (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (StileCsrAttributes) attributes =
      attributes_new ("1.2.840.10045.4.3.3", NULL); /* ecdsa-with-SHA384 */
  g_autoptr (StileHttpMessage) response = NULL;

  est_parties_init (&parties);
  stile_est_server_set_attributes (parties.server, attributes);
  response = ask_with (&parties, "simpleenroll", &plain);
  est_parties_assert_refused (response, 400, "CSR attributes");
}

/* id-ecPublicKey with secp384r1. */
static void
test_attributes_curve (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (StileCsrAttributes) attributes = stile_csr_attributes_new ();
  g_autoptr (GBytes) curve = g_bytes_new_static ("\x06\x05\x2b\x81\x04\x00\x22", 7);
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (&plain, TEST_PKI_P384);
  g_autoptr (StileHttpMessage) refused = NULL;
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (StileCertificate) certificate = NULL;

  g_assert_true (stile_csr_attributes_add_value (attributes, "1.2.840.10045.2.1", curve));
  est_parties_init (&parties);
  stile_est_server_set_attributes (parties.server, attributes);
  refused = ask_with (&parties, "simpleenroll", &plain);
  est_parties_assert_refused (refused, 400, "another kind of key");
  chain = client_chain (&parties);
  response = est_parties_enrol (&parties, "simpleenroll", request, chain);
  certificate = est_parties_read (response);
}

static void
test_attributes_extension (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (GBytes) value = g_bytes_new_static (wanted_names, sizeof wanted_names);
  g_autoptr (GBytes) names = g_bytes_new_from_bytes (value, WANTED_HEAD, sizeof wanted_names - WANTED_HEAD);
  g_autoptr (StileCsrAttributes) attributes = stile_csr_attributes_new ();
  const StileCertificateRequestTemplate good = { .common_name = "client", .subject_alt_name = names };
  g_autoptr (StileHttpMessage) refused = NULL;
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (StileCertificate) certificate = NULL;

  g_assert_true (stile_csr_attributes_add_value (attributes, "1.2.840.113549.1.9.14", value));

  est_parties_init (&parties);
  stile_est_server_set_attributes (parties.server, attributes);
  refused = ask_with (&parties, "simpleenroll", &plain);
  est_parties_assert_refused (refused, 400, "2.5.29.17");
  response = ask_with (&parties, "simpleenroll", &good);
  certificate = est_parties_read (response);
  g_assert_true (stile_certificate_matches_host (certificate, "must.domain.example"));
}

/* --- linking (RFC 7030 section 3.5) --- */

typedef struct
{
  const char *name;
  gboolean wanted;
  const char *binding;
  const char *given;
  const char *refused; /* NULL for good */
} Linking;

static const Linking linkings[] = {
  { "equal", TRUE, "YmluZGluZw==", "YmluZGluZw==", NULL },
  { "other", TRUE, "YmluZGluZw==", "b3RoZXI=", "another TLS session" },
  { "other-not-wanted", FALSE, "YmluZGluZw==", "b3RoZXI=", "another TLS session" },
  { "missing", TRUE, "YmluZGluZw==", NULL, "challenge password" },
  { "missing-not-wanted", FALSE, "YmluZGluZw==", NULL, NULL },
  { "no-binding", TRUE, NULL, "YmluZGluZw==", "TLS 1.2" },
  { "no-binding-not-wanted", FALSE, NULL, "YmluZGluZw==", NULL },
};

static void
test_linking (gconstpointer data)
{
  const Linking *row = data;
  g_auto (EstParties) parties = { 0 };
  const StileCertificateRequestTemplate wanted = { .common_name = "client",
                                                   .challenge_password = row->given };
  g_autoptr (StileCsrAttributes) attributes = attributes_new (STILE_CSR_ATTRIBUTES_CHALLENGE_PASSWORD, NULL);
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (&wanted, TEST_PKI_P256);
  g_autoptr (GBytes) body = stile_certificate_request_to_est (request);
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (StileExchange) exchange = NULL;
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (StileCertificate) certificate = NULL;

  est_parties_init (&parties);
  chain = client_chain (&parties);
  exchange = est_parties_exchange_new ("simpleenroll", body, chain);
  stile_exchange_set_binding (exchange, row->binding);
  if (row->wanted)
    stile_est_server_set_attributes (parties.server, attributes);
  response = est_parties_ask (parties.server, exchange);
  if (row->refused != NULL)
    est_parties_assert_refused (response, 400, row->refused);
  else
    certificate = est_parties_read (response);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/est-rules/R10-proof-of-possession", test_proof_of_possession);
  g_test_add_func ("/est-server/R10-no-caller-supplied-extensions", test_no_caller_supplied_extensions);
  g_test_add_func ("/est-rules/R10-csr-matches-csrattrs/hash", test_attributes_hash);
  g_test_add_func ("/est-rules/R10-csr-matches-csrattrs/curve", test_attributes_curve);
  g_test_add_func ("/est-rules/R10-csr-matches-csrattrs/extension", test_attributes_extension);
  g_test_add_func ("/est-rules/weak-key", test_weak_key);
  g_test_add_func ("/est-rules/long-key", test_long_key);
  g_test_add_func ("/est-rules/csrattrs", test_attributes_told);
  for (gsize i = 0; i < G_N_ELEMENTS (linkings); i++)
    {
      g_autofree char *path = g_strconcat ("/est-rules/linking/", linkings[i].name, NULL);

      g_test_add_data_func (path, &linkings[i], test_linking);
    }

  return g_test_run ();
}

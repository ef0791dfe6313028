/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/est-parties.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-multipart.h"

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

/* --- renewing --- */

static StileHttpMessage *
renew (EstParties *parties, StileCertificate *shown, const StileCertificateRequestTemplate *wanted)
{
  g_autoptr (GPtrArray) chain = g_ptr_array_new ();
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (wanted, TEST_PKI_P256);

  if (shown != NULL)
    g_ptr_array_add (chain, shown);
  return est_parties_enrol (parties, "simplereenroll", request, shown != NULL ? chain : NULL);
}

static void
test_renew (void)
{
  g_auto (EstParties) parties = { 0 };
  static const char *const names[] = { "a.domain.example", NULL };
  static const char *const others[] = { "b.domain.example", NULL };
  const StileCertificateRequestTemplate wanted = { .common_name = "client", .dns_names = names };
  const StileCertificateRequestTemplate other_subject = { .common_name = "admin", .dns_names = names };
  const StileCertificateRequestTemplate other_names = { .common_name = "client", .dns_names = others };
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (StileHttpMessage) renewed = NULL;
  g_autoptr (StileHttpMessage) renamed = NULL;
  g_autoptr (StileHttpMessage) moved = NULL;
  g_autoptr (StileHttpMessage) unnamed = NULL;
  g_autoptr (StileCertificate) first = NULL;
  g_autoptr (StileCertificate) second = NULL;

  est_parties_init (&parties);
  response = ask_with (&parties, "simpleenroll", &wanted);
  first = est_parties_read (response);
  renewed = renew (&parties, first, &wanted);
  second = est_parties_read (renewed);
  g_assert_false (stile_certificate_equal (first, second));
  g_assert_cmpstr (stile_certificate_get_subject (first), ==, stile_certificate_get_subject (second));
  g_assert_true (stile_certificate_matches_host (second, "a.domain.example"));

  renamed = renew (&parties, first, &other_subject);
  est_parties_assert_refused (renamed, 400, "another subject");
  moved = renew (&parties, first, &other_names);
  est_parties_assert_refused (moved, 400, "other alternative names");
  unnamed = renew (&parties, first, &plain);
  est_parties_assert_refused (unnamed, 400, "other alternative names");
}

/* A client that may enrol has nothing to renew yet. */
static void
test_renew_foreign (void)
{
  g_auto (EstParties) parties = { 0 };
  const StileCertificateRequestTemplate wanted = { .common_name = "Client" };
  g_autoptr (StileHttpMessage) foreign = NULL;
  g_autoptr (StileHttpMessage) none = NULL;

  est_parties_init (&parties);
  foreign = renew (&parties, test_pki_get_certificate (parties.client), &wanted);
  est_parties_assert_refused (foreign, 403, "not this domain’s");
  none = renew (&parties, NULL, &wanted);
  est_parties_assert_refused (none, 403, "shown in the handshake");
}

static void
test_renew_ended (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (TestPki) old = NULL;
  const StileCertificateRequestTemplate wanted = { .common_name = "Old" };
  g_autoptr (StileHttpMessage) response = NULL;

  est_parties_init (&parties);
  old = test_pki_issue (parties.root, &(TestPkiOptions){ .name = "Old", .begins = -7200, .ends = -3600 });
  response = renew (&parties, test_pki_get_certificate (old), &wanted);
  est_parties_assert_refused (response, 403, "not this domain’s");
}

/* --- keys that the server makes --- */

static void
test_key (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (GBytes) key_der = NULL;
  g_autoptr (GPtrArray) chain = NULL;
  g_autofree char *pem = NULL;
  g_autoptr (GBytes) key_pem = NULL;
  g_autoptr (StileIdentity) identity = NULL;
  const StileMultipartPart *part;

  est_parties_init (&parties);
  stile_est_server_set_key_generation (parties.server, TRUE);
  response = ask_with (&parties, "serverkeygen", &plain);
  g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
  parts = stile_multipart_parse (stile_http_message_get_content (response),
                                 stile_http_message_get_field (response, "content-type"), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (parts->len, ==, 2);
  part = g_ptr_array_index (parts, 0);
  g_assert_cmpstr (part->content_type, ==, "application/pkcs8");
  pem = g_strdup_printf ("-----BEGIN PRIVATE KEY-----\n%.*s\n-----END PRIVATE KEY-----\n",
                         (int)g_bytes_get_size (part->content),
                         (const char *)g_bytes_get_data (part->content, NULL));
  key_pem = g_bytes_new (pem, strlen (pem));
  part = g_ptr_array_index (parts, 1);
  chain = stile_certificate_bundle_parse_est (part->content, &error);
  g_assert_no_error (error);

  /* Key and certificate are a pair. */
  identity = stile_identity_new (chain, key_pem, &error);
  g_assert_no_error (error);
  g_assert_nonnull (identity);
}

/* A client that wants its key encrypted never gets a bare one (RFC 7030 section 4.4.1.2). */
static void
test_wrapped_key (void)
{
  g_auto (EstParties) parties = { 0 };
  gnutls_privkey_t key = est_parties_key_new (TEST_PKI_P256);
  gnutls_pubkey_t public_key;
  gnutls_x509_crq_t crq;
  gnutls_datum_t der = { NULL, 0 };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (StileExchange) exchange = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  g_assert_cmpint (gnutls_pubkey_init (&public_key), ==, 0);
  g_assert_cmpint (gnutls_pubkey_import_privkey (public_key, key, 0, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crq_init (&crq), ==, 0);
  g_assert_cmpint (gnutls_x509_crq_set_version (crq, 1), ==, 0);
  g_assert_cmpint (gnutls_x509_crq_set_pubkey (crq, public_key), ==, 0);
  g_assert_cmpint (
      gnutls_x509_crq_set_attribute_by_oid (crq, "1.2.840.113549.1.9.16.2.54", (gpointer) "\x04\x01\x07", 3),
      ==, 0);
  g_assert_cmpint (gnutls_x509_crq_privkey_sign (crq, key, GNUTLS_DIG_SHA256, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crq_export2 (crq, GNUTLS_X509_FMT_DER, &der), ==, 0);
  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  gnutls_x509_crq_deinit (crq);
  gnutls_pubkey_deinit (public_key);
  gnutls_privkey_deinit (key);

  est_parties_init (&parties);
  chain = client_chain (&parties);
  stile_est_server_set_key_generation (parties.server, TRUE);
  exchange = est_parties_exchange_new ("serverkeygen", bytes, chain);
  response = est_parties_ask (parties.server, exchange);
  est_parties_assert_refused (response, 400, "encrypted for another key");
}

static gboolean
let_in (StileExchange *exchange,
        StileCertificateRequest *request,
        gboolean renewing,
        char **device_issuer,
        char **device_serial,
        guint *status,
        char **sentence,
        gpointer user_data)
{
  return TRUE;
}

static void
test_key_in_the_clear (void)
{
  g_auto (EstParties) parties = { 0 };
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (&plain, TEST_PKI_P256);
  g_autoptr (GBytes) body = stile_certificate_request_to_est (request);
  g_autoptr (StileHttpMessage) message =
      stile_http_message_new_request ("POST", "http", "h", "/.well-known/est/serverkeygen");
  g_autoptr (StileExchange) exchange = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  est_parties_init (&parties);
  stile_est_server_set_key_generation (parties.server, TRUE);
  stile_est_server_set_gate (parties.server, let_in, NULL, NULL);
  stile_http_message_set_content (message, "application/pkcs10", body);
  exchange = stile_exchange_new (message, NULL, NULL, NULL);
  response = est_parties_ask (parties.server, exchange);
  est_parties_assert_refused (response, 403, "in the clear");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/est-enrolment/renews", test_renew);
  g_test_add_func ("/est-enrolment/renews-nothing-foreign", test_renew_foreign);
  g_test_add_func ("/est-enrolment/renews-nothing-ended", test_renew_ended);
  g_test_add_func ("/est-enrolment/makes-a-key", test_key);
  g_test_add_func ("/est-enrolment/makes-no-bare-key-for-who-wants-it-wrapped", test_wrapped_key);
  g_test_add_func ("/est-enrolment/makes-no-key-in-the-clear", test_key_in_the_clear);

  return g_test_run ();
}

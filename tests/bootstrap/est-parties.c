/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/est-parties.h"

#include <string.h>

#include "bootstrap/stile-est-guard.h"
#include "codec/stile-certificate-bundle.h"
#include "inventory/stile-ledger-database.h"
#include "support/test-await.h"

/* openssl passwd -6 -salt saltsalt "correct horse" */
#define PASSWORDS                                                                                            \
  EST_PARTIES_USER                                                                                           \
  ":$6$saltsalt$hRM5XZ86KXEw9UOmjigeVqFgULtFB2sgpC9lXQDfMib3Zgw7mEiUvBJI2EplzfAqxL5Vvwp2scFtv/"              \
  "uamSo5z0\n"

void
est_parties_init (EstParties *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GPtrArray) anchors = NULL;
  g_autoptr (StileIdentity) identity = NULL;
  g_autoptr (StilePasswordFile) passwords = stile_password_file_parse (PASSWORDS, &error);
  static const char *const domains[] = { "domain.example", NULL };
  const StileDomainCaProfile profile = { .domains = domains };

  g_assert_no_error (error);
  self->root = test_pki_authority_new ("Domain CA", TEST_PKI_P256);
  self->known = test_pki_authority_new ("Maker", TEST_PKI_P256);
  self->client = test_pki_issue (self->known, &(TestPkiOptions){ .name = "Client" });
  self->stranger = test_pki_authority_new ("Stranger", TEST_PKI_P256);
  roots = test_pki_list (self->root, NULL);
  anchors = test_pki_list (self->known, NULL);
  identity = test_tls_identity_new (self->root);

  self->ledger = stile_ledger_database_new (STILE_DATABASE_MEMORY, &error);
  g_assert_no_error (error);
  self->ca = stile_domain_ca_new (identity, &profile, self->ledger, &error);
  g_assert_no_error (error);
  self->server = stile_est_server_new (roots, &error);
  g_assert_no_error (error);
  stile_est_server_set_authority (self->server, self->ca);
  stile_est_server_set_gate (self->server, stile_est_guard_gate, stile_est_guard_new (anchors, passwords),
                             g_object_unref);
}

void
est_parties_clear (EstParties *self)
{
  test_await_finalized (g_steal_pointer (&self->server));
  test_await_finalized (g_steal_pointer (&self->ca));
  test_await_finalized (g_steal_pointer (&self->ledger));
  test_pki_unref (self->client);
  test_pki_unref (self->known);
  test_pki_unref (self->stranger);
  test_pki_unref (self->root);
}

gnutls_privkey_t
est_parties_key_new (TestPkiKey kind)
{
  static const struct
  {
    gnutls_pk_algorithm_t algorithm;
    unsigned int bits;
  } table[] = {
    [TEST_PKI_P256] = { GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1) },
    [TEST_PKI_P384] = { GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP384R1) },
    [TEST_PKI_ED25519] = { GNUTLS_PK_EDDSA_ED25519, 0 },
    [TEST_PKI_RSA] = { GNUTLS_PK_RSA, 1024 },
  };
  gnutls_privkey_t key;

  g_assert_cmpint (gnutls_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_privkey_generate (key, table[kind].algorithm, table[kind].bits, 0), ==, 0);
  return key;
}

/* RSA keys are weak ones here. */
StileCertificateRequest *
est_parties_request_new (const StileCertificateRequestTemplate *wanted, TestPkiKey kind)
{
  gnutls_privkey_t key = est_parties_key_new (kind);
  g_autoptr (GError) error = NULL;
  StileCertificateRequest *request = stile_certificate_request_create (wanted, key, &error);

  g_assert_no_error (error);
  gnutls_privkey_deinit (key);
  return request;
}

/* A request over TLS, with all that belongs to one. */
StileExchange *
est_parties_exchange_new (const char *operation, GBytes *body, GPtrArray *chain)
{
  g_autofree char *path = g_strconcat (STILE_EST_SERVER_PREFIX, operation, NULL);
  g_autoptr (StileHttpMessage) message =
      stile_http_message_new_request (body != NULL ? "POST" : "GET", "https", "domain.example", path);
  g_autoptr (GBytes) ders = chain != NULL ? stile_certificate_bundle_to_der (chain) : NULL;
  StileExchange *exchange;

  if (body != NULL)
    stile_http_message_set_content (message, "application/pkcs10", body);
  exchange = stile_exchange_new (message, "session", ders, NULL);
  return exchange;
}

StileHttpMessage *
est_parties_ask (StileEstServer *server, StileExchange *exchange)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_handler_handle_async (STILE_HANDLER (server), exchange, NULL, test_await_cb, &result);
  return stile_handler_handle_finish (STILE_HANDLER (server), test_await_result (&result));
}

StileHttpMessage *
est_parties_enrol (EstParties *self,
                   const char *operation,
                   StileCertificateRequest *request,
                   GPtrArray *chain)
{
  g_autoptr (GBytes) body = stile_certificate_request_to_est (request);
  g_autoptr (StileExchange) exchange = est_parties_exchange_new (operation, body, chain);

  return est_parties_ask (self->server, exchange);
}

StileCertificate *
est_parties_read (StileHttpMessage *response)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) certificates = NULL;

  if (stile_http_message_get_status (response) != 200)
    g_error ("%u: %s", stile_http_message_get_status (response),
             (const char *)g_bytes_get_data (stile_http_message_get_content (response), NULL));
  g_assert_true (
      g_str_has_prefix (stile_http_message_get_field (response, "content-type"), "application/pkcs7-mime"));
  certificates = stile_certificate_bundle_parse_est (stile_http_message_get_content (response), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (certificates->len, ==, 1);
  return g_object_ref (g_ptr_array_index (certificates, 0));
}

void
est_parties_assert_refused (StileHttpMessage *response, guint status, const char *sentence)
{
  GBytes *content = stile_http_message_get_content (response);
  g_autofree char *text = g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content));

  if (stile_http_message_get_status (response) != status || strstr (text, sentence) == NULL)
    g_error ("%u “%s” in place of %u “%s”", stile_http_message_get_status (response), text, status, sentence);
  g_assert_cmpstr (stile_http_message_get_field (response, "content-type"), ==, "text/plain; charset=utf-8");
}

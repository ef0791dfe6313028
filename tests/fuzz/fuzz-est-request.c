/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "bootstrap/stile-est-server.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-path.h"
#include "inventory/stile-ledger-database.h"
#include "support/test-await.h"
#include "support/test-tls.h"

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

static StileEstServer *
get_server (void)
{
  static StileEstServer *server;
  static const char *const domains[] = { "example", NULL };
  const StileDomainCaProfile profile = { .domains = domains };
  g_autoptr (TestPki) root = NULL;
  g_autoptr (StileIdentity) identity = NULL;
  g_autoptr (StileLedger) ledger = NULL;
  g_autoptr (StileDomainCa) ca = NULL;

  if (server != NULL)
    return server;

  root = test_pki_authority_new ("Root", TEST_PKI_ED25519);
  identity = test_tls_identity_new (root);
  ledger = stile_ledger_database_new (STILE_DATABASE_MEMORY, NULL);
  ca = stile_domain_ca_new (identity, &profile, ledger, NULL);
  server = stile_est_server_new (stile_domain_ca_get_chain (ca), NULL);
  stile_est_server_set_authority (server, ca);
  stile_est_server_set_gate (server, let_in, NULL, NULL);
  return server;
}

/* What comes out is what was asked for and nothing more, or a sentence. */
static void
check_answer (StileHttpMessage *answer)
{
  g_autoptr (GPtrArray) certificates = NULL;

  if (stile_http_message_get_status (answer) != 200)
    {
      g_assert_cmpuint (stile_http_message_get_status (answer), >=, 400);
      g_assert_cmpuint (stile_http_message_get_status (answer), <, 500);
      return;
    }

  certificates = stile_certificate_bundle_parse_est (stile_http_message_get_content (answer), NULL);
  g_assert_cmpuint (certificates->len, ==, 1);
  g_assert_false (stile_certificate_is_authority (g_ptr_array_index (certificates, 0)));
  g_assert_false (
      stile_certificate_path_has_purpose (g_ptr_array_index (certificates, 0), STILE_PURPOSE_CMC_RA));
}

/* The body of a request to enrol, to a server that lets everybody in. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  StileEstServer *server = get_server ();
  g_autoptr (GBytes) body = g_bytes_new (data, size);
  g_autoptr (StileHttpMessage) message =
      stile_http_message_new_request ("POST", "https", "h", "/.well-known/est/simpleenroll");
  g_autoptr (StileExchange) exchange = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (StileHttpMessage) answer = NULL;

  stile_http_message_set_content (message, "application/pkcs10", body);
  exchange = stile_exchange_new (message, "session", NULL, NULL);
  stile_handler_handle_async (STILE_HANDLER (server), exchange, NULL, test_await_cb, &result);
  answer = stile_handler_handle_finish (STILE_HANDLER (server), test_await_result (&result));
  check_answer (answer);

  return 0;
}

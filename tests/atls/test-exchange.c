/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-exchange.h"

#include "atls/endpoint-fixture.h"
#include "codec/stile-binary-http.h"
#include "codec/stile-certificate-bundle.h"
#include "support/test-delivery.h"
#include "support/test-tls.h"

/* An endpoint whose clients have a chain of two, and what its handler is told of them. */
typedef struct
{
  TestPki *authority;
  TestPki *leaf;
  StileCredentials *server;
  StileCredentials *client;
  TestHandler *handler;
  StileEndpoint *endpoint;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer version)
{
  static const char *const protocols[] = { "bhttp", NULL };
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);

  fixture->authority =
      test_pki_issue (parties->root, &(TestPkiOptions){ .name = "Devices", .authority = TRUE });
  fixture->leaf = test_pki_issue (fixture->authority, &(TestPkiOptions){ .name = "Device" });
  fixture->server = test_tls_server_new (parties->server, parties->root);
  fixture->client = test_tls_client_new (fixture->leaf, parties->root);
  stile_credentials_set_application_protocols (fixture->server, protocols);
  stile_credentials_set_application_protocols (fixture->client, protocols);
  stile_credentials_set_tickets (fixture->server, TRUE);
  stile_credentials_set_version (fixture->client, (StileTlsVersion)GPOINTER_TO_UINT (version));
  fixture->handler = test_handler_new (FALSE);
  fixture->endpoint = stile_endpoint_new (fixture->server, STILE_HANDLER (fixture->handler));
}

static void
tear_down (Fixture *fixture, gconstpointer version)
{
  g_assert_finalize_object (fixture->endpoint);
  g_assert_finalize_object (fixture->handler);
  g_assert_finalize_object (fixture->client);
  g_assert_finalize_object (fixture->server);
  test_pki_unref (fixture->leaf);
  test_pki_unref (fixture->authority);
}

static void
ask_sealed (Fixture *fixture, TestDelivery *peer)
{
  g_autoptr (GBytes) message = test_delivery_seal (peer, 0, "/a");

  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, message, NULL, STILE_ANSWER_OK);
}

static void
ask_in_records (Fixture *fixture, TestDelivery *peer)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "a.example", "/a");
  g_autoptr (GBytes) plaintext = stile_binary_http_encode (request);
  g_autoptr (GBytes) records = stile_session_send (peer->session, plaintext, NULL);

  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, records, peer->id, STILE_ANSWER_OK);
}

static void
assert_knows_both_sides (Fixture *fixture, TestDelivery *peer, gconstpointer version)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  StileExchange *exchange = test_handler_get_exchange (fixture->handler);
  GPtrArray *chain = stile_exchange_get_peer_chain (exchange);
  g_autofree char *binding = stile_session_get_binding (peer->session);

  g_assert_cmpuint (chain->len, ==, 2);
  g_assert_true (
      stile_certificate_equal (g_ptr_array_index (chain, 0), test_pki_get_certificate (fixture->leaf)));
  g_assert_true (
      stile_certificate_equal (g_ptr_array_index (chain, 1), test_pki_get_certificate (fixture->authority)));
  g_assert_true (stile_exchange_get_peer_certificate (exchange) == g_ptr_array_index (chain, 0));
  g_assert_true (stile_certificate_equal (stile_exchange_get_own_certificate (exchange),
                                          test_pki_get_certificate (parties->server)));
  g_assert_cmpstr (stile_exchange_get_binding (exchange), ==, binding);
  g_assert_cmpint (binding != NULL, ==, GPOINTER_TO_UINT (version) == STILE_TLS_1_2);
}

static void
test_knows_both_sides (Fixture *fixture, gconstpointer version)
{
  void (*const asks[]) (Fixture *, TestDelivery *) = { ask_sealed, ask_in_records };

  for (gsize i = 0; i < G_N_ELEMENTS (asks); i++)
    {
      g_auto (TestDelivery) peer = { 0 };

      test_delivery_connect (&peer, fixture->endpoint, fixture->client);
      asks[i](fixture, &peer);
      assert_knows_both_sides (fixture, &peer, version);
    }
}

/* Nobody shows a certificate again when a session comes back, and the service still knows who it is. */
static void
test_knows_who_comes_back (Fixture *fixture, gconstpointer version)
{
  g_auto (TestDelivery) first = { 0 };
  g_auto (TestDelivery) second = { 0 };
  g_autoptr (GBytes) ticket = NULL;
  g_autofree char *before = NULL;

  test_delivery_connect (&first, fixture->endpoint, fixture->client);
  before = stile_session_get_binding (first.session);
  ticket = stile_session_get_ticket (first.session);
  test_delivery_init (&second, fixture->endpoint, fixture->client);
  g_assert_true (stile_session_resume (second.session, ticket, NULL));
  while (!test_delivery_step (&second))
    ;
  g_assert_true (stile_session_is_resumed (second.session));
  ask_sealed (fixture, &second);
  assert_knows_both_sides (fixture, &second, version);
  if (before != NULL)
    g_assert_cmpstr (stile_exchange_get_binding (test_handler_get_exchange (fixture->handler)), !=, before);
}

/* What a handler must judge says so, in either mode. */
static void
test_says_that_nobody_has_judged (Fixture *fixture, gconstpointer version)
{
  void (*const asks[]) (Fixture *, TestDelivery *) = { ask_sealed, ask_in_records };
  static const char *const protocols[] = { "bhttp", NULL };
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) later = test_tls_server_new (parties->server, NULL);

  stile_credentials_set_application_protocols (later, protocols);
  stile_credentials_set_provisional (later);
  for (gsize i = 0; i < G_N_ELEMENTS (asks); i++)
    {
      g_auto (TestDelivery) judged = { 0 };
      g_auto (TestDelivery) taken = { 0 };

      stile_endpoint_set_credentials (fixture->endpoint, fixture->server);
      test_delivery_connect (&judged, fixture->endpoint, fixture->client);
      asks[i](fixture, &judged);
      g_assert_false (stile_exchange_is_provisional (test_handler_get_exchange (fixture->handler)));
      stile_endpoint_set_credentials (fixture->endpoint, later);
      test_delivery_connect (&taken, fixture->endpoint, fixture->client);
      asks[i](fixture, &taken);
      g_assert_true (stile_exchange_is_provisional (test_handler_get_exchange (fixture->handler)));
      assert_knows_both_sides (fixture, &taken, version);
    }
  stile_endpoint_set_credentials (fixture->endpoint, fixture->server);
}

static void
test_nobody (void)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "a.example", "/");
  StileExchange *exchange = stile_exchange_new (request, NULL, NULL, NULL);

  g_assert_null (stile_exchange_get_peer_chain (exchange));
  g_assert_null (stile_exchange_get_peer_certificate (exchange));
  g_assert_null (stile_exchange_get_own_certificate (exchange));
  g_assert_null (stile_exchange_get_binding (exchange));
  g_assert_finalize_object (exchange);
}

/* Half a chain would be somebody else's: it is all or nothing. */
static void
test_a_damaged_chain_is_nobodys (void)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "a.example", "/");
  g_autoptr (GPtrArray) both = test_pki_list (parties->client, parties->root, NULL);
  g_autoptr (GBytes) ders = stile_certificate_bundle_to_der (both);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (ders, 0, g_bytes_get_size (ders) - 1);
  g_autoptr (StileExchange) exchange = stile_exchange_new (request, NULL, cut, NULL);

  g_assert_null (stile_exchange_get_peer_chain (exchange));
  g_assert_null (stile_exchange_get_peer_certificate (exchange));
}

static void
add (const char *name, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path_1_3 = g_strdup_printf ("/atls/exchange/%s/1.3", name);
  g_autofree char *path_1_2 = g_strdup_printf ("/atls/exchange/%s/1.2", name);

  g_test_add (path_1_3, Fixture, GUINT_TO_POINTER (STILE_TLS_1_3), set_up, test, tear_down);
  g_test_add (path_1_2, Fixture, GUINT_TO_POINTER (STILE_TLS_1_2), set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("knows-both-sides", test_knows_both_sides);
  add ("knows-who-comes-back", test_knows_who_comes_back);
  add ("says-that-nobody-has-judged", test_says_that_nobody_has_judged);
  g_test_add_func ("/atls/exchange/nobody", test_nobody);
  g_test_add_func ("/atls/exchange/a-damaged-chain-is-nobodys", test_a_damaged_chain_is_nobodys);

  return g_test_run ();
}

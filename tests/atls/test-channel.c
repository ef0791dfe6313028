/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-channel.h"

#include "atls/stile-error.h"
#include "support/test-await.h"
#include "support/test-carrier.h"
#include "support/test-handler.h"
#include "support/test-tls.h"

typedef struct
{
  const char *name;
  StileTlsVersion version;
  StileMode mode;
  gboolean atls;
} Way;

static const Way ways[] = {
  { "export-1.3", STILE_TLS_1_3, STILE_MODE_EXPORT, TRUE },
  { "export-1.2", STILE_TLS_1_2, STILE_MODE_EXPORT, TRUE },
  { "record-1.3", STILE_TLS_1_3, STILE_MODE_RECORD, TRUE },
  { "record-1.2", STILE_TLS_1_2, STILE_MODE_RECORD, TRUE },
  { "plain", STILE_TLS_ANY, STILE_MODE_ANY, FALSE },
};

/* One handler inside ATLS and another one outside, and a channel to one of them. */
typedef struct
{
  TestHandler *inside;
  TestHandler *outside;
  StileEndpoint *endpoint;
  StileIdentity *identity;
  StileCarrier *carrier;
  StileChannel *channel;
} Fixture;

static StileClient *
connect_client (StileCarrier *carrier, const Way *way)
{
  static const char *const protocols[] = { "bhttp", NULL };
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) credentials = test_tls_client_new (parties->client, parties->root);
  StileClient *client;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  stile_credentials_set_version (credentials, way->version);
  stile_credentials_set_application_protocols (credentials, protocols);
  client = stile_client_new (carrier, credentials, way->mode);
  stile_client_connect_async (client, NULL, test_await_cb, &result);
  g_assert_true (stile_client_connect_finish (client, test_await_result (&result), &error));
  g_assert_no_error (error);
  return client;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const protocols[] = { "bhttp", NULL };
  const Way *way = data;
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) server = test_tls_server_new (parties->server, parties->root);

  stile_credentials_set_application_protocols (server, protocols);
  fixture->inside = test_handler_new (FALSE);
  fixture->outside = test_handler_new (FALSE);
  fixture->endpoint = stile_endpoint_new (server, STILE_HANDLER (fixture->inside));
  fixture->identity = test_tls_identity_new (parties->client);
  test_carrier_world = (TestCarrierWorld){
    .endpoint = fixture->endpoint,
    .plain = STILE_HANDLER (fixture->outside),
  };
  fixture->carrier = g_object_new (TEST_TYPE_CARRIER, "identity", fixture->identity, NULL);
  if (way->atls)
    {
      g_autoptr (StileClient) client = connect_client (fixture->carrier, way);

      fixture->channel = stile_channel_new_atls (client);
    }
  else
    fixture->channel = stile_channel_new_plain (fixture->carrier);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_await_idle ();
  g_assert_finalize_object (fixture->channel);
  g_assert_finalize_object (fixture->carrier);
  g_assert_finalize_object (fixture->identity);
  g_assert_finalize_object (fixture->endpoint);
  g_assert_finalize_object (fixture->inside);
  g_assert_finalize_object (fixture->outside);
}

static StileHttpMessage *
ask (Fixture *fixture, const char *path, GError **error)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "a.example", path);
  g_autoptr (GAsyncResult) result = NULL;

  stile_channel_request_async (fixture->channel, request, NULL, test_await_cb, &result);
  return stile_channel_request_finish (fixture->channel, test_await_result (&result), error);
}

static void
test_asks_where_it_leads (Fixture *fixture, gconstpointer data)
{
  const Way *way = data;
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  TestHandler *asked = way->atls ? fixture->inside : fixture->outside;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response = ask (fixture, "/hello", &error);
  StileExchange *exchange;

  g_assert_no_error (error);
  g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
  g_assert_cmpuint (test_handler_get_count (asked), ==, 1);
  g_assert_cmpuint (test_handler_get_count (fixture->inside) + test_handler_get_count (fixture->outside), ==,
                    1);
  exchange = test_handler_get_exchange (asked);
  g_assert_true (stile_certificate_equal (stile_exchange_get_peer_certificate (exchange),
                                          test_pki_get_certificate (parties->client)));
  g_assert_cmpint (stile_exchange_get_session (exchange) != NULL, ==, way->atls);
  g_assert_cmpint (stile_channel_get_client (fixture->channel) != NULL, ==, way->atls);
  g_assert_cmpstr (stile_channel_get_host (fixture->channel), ==, TEST_TLS_HOST);
}

/* Both sides link a proof of possession with the same, where there is something to link it with. */
static void
test_binds_to_the_session (Fixture *fixture, gconstpointer data)
{
  const Way *way = data;
  TestHandler *asked = way->atls ? fixture->inside : fixture->outside;
  g_autoptr (StileHttpMessage) response = ask (fixture, "/", NULL);
  g_autofree char *binding = stile_channel_get_binding (fixture->channel);

  g_assert_nonnull (response);
  g_assert_cmpint (binding != NULL, ==, way->version == STILE_TLS_1_2);
  g_assert_cmpstr (binding, ==, stile_exchange_get_binding (test_handler_get_exchange (asked)));
}

/* RFC 8995 section 5.6 and RFC 7030 section 4.2.3: an answer that says to wait, or to go elsewhere, arrives as it is. */
static void
test_answers_arrive_as_they_are (Fixture *fixture, gconstpointer data)
{
  static const guint statuses[] = { 202, 307, 401, 503 };

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (StileHttpMessage) given = stile_http_message_new_response (statuses[i]);
      g_autoptr (StileHttpMessage) response = NULL;
      g_autoptr (GError) error = NULL;

      stile_http_message_add_field (given, "retry-after", "120");
      stile_http_message_add_field (given, "location", "https://other.example/est");
      test_handler_set_response (fixture->inside, given);
      test_handler_set_response (fixture->outside, given);
      response = ask (fixture, "/", &error);
      g_assert_no_error (error);
      g_assert_cmpuint (stile_http_message_get_status (response), ==, statuses[i]);
      g_assert_cmpstr (stile_http_message_get_field (response, "retry-after"), ==, "120");
      g_assert_cmpstr (stile_http_message_get_field (response, "location"), ==, "https://other.example/est");
    }
}

static void
test_failures_arrive_too (Fixture *fixture, gconstpointer data)
{
  const Way *way = data;
  g_autoptr (GError) error = NULL;

  test_carrier_world.endpoint = NULL;
  test_carrier_world.plain = NULL;
  g_assert_null (ask (fixture, "/", &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNREACHABLE);
  g_assert_cmpuint (test_carrier_world.requests, ==, way->atls ? 0 : 1);
}

static void
add (const char *name, void (*test) (Fixture *, gconstpointer))
{
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_strdup_printf ("/atls/channel/%s/%s", name, ways[i].name);

      g_test_add (path, Fixture, &ways[i], set_up, test, tear_down);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("asks-where-it-leads", test_asks_where_it_leads);
  add ("binds-to-the-session", test_binds_to_the_session);
  add ("answers-arrive-as-they-are", test_answers_arrive_as_they_are);
  add ("failures-arrive-too", test_failures_arrive_too);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-client.h"

#include <string.h>

#include "atls/stile-error.h"
#include "support/test-await.h"
#include "support/test-carrier.h"
#include "support/test-handler.h"
#include "support/test-tls.h"

typedef struct
{
  StileTlsVersion version;
  StileMode wanted;
  StileMode mode;
  gboolean plain; /* the server has no ALPN */
  gboolean without_id;
} Case;

static const Case cases[] = {
  { STILE_TLS_1_3, STILE_MODE_ANY, STILE_MODE_EXPORT, FALSE, FALSE },
  { STILE_TLS_1_2, STILE_MODE_ANY, STILE_MODE_EXPORT, FALSE, FALSE },
  { STILE_TLS_1_3, STILE_MODE_RECORD, STILE_MODE_RECORD, FALSE, FALSE },
  { STILE_TLS_1_2, STILE_MODE_RECORD, STILE_MODE_RECORD, FALSE, FALSE },
  { STILE_TLS_1_3, STILE_MODE_EXPORT, STILE_MODE_EXPORT, FALSE, FALSE },
  { STILE_TLS_1_2, STILE_MODE_EXPORT, STILE_MODE_EXPORT, FALSE, FALSE },
  { STILE_TLS_1_3, STILE_MODE_ANY, STILE_MODE_RECORD, FALSE, TRUE },
  { STILE_TLS_1_3, STILE_MODE_ANY, STILE_MODE_RECORD, TRUE, FALSE },
  { STILE_TLS_1_3, STILE_MODE_EXPORT, STILE_MODE_EXPORT, TRUE, FALSE },
};

static const Case normal = { STILE_TLS_ANY, STILE_MODE_ANY, STILE_MODE_EXPORT, FALSE, FALSE };

typedef struct
{
  TestHandler *handler;
  StileEndpoint *endpoint;
  TestCarrier *carrier;
  StileClient *client;
  StileTrace *trace;
  gboolean done;
  gpointer value;
  GError *error;
} Fixture;

static GBytes *
to_upper (GBytes *data, gpointer user_data)
{
  char *text = g_ascii_strup (g_bytes_get_data (data, NULL), (gssize)g_bytes_get_size (data));

  return g_bytes_new_take (text, g_bytes_get_size (data));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const protocols[] = { "bhttp", NULL };
  const Case *with = data != NULL ? data : &normal;
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) server = test_tls_server_new (parties->server, parties->root);
  g_autoptr (StileCredentials) client = test_tls_client_new (parties->client, parties->root);

  stile_credentials_set_version (client, with->version);
  stile_credentials_set_application_protocols (client, protocols);
  if (!with->plain)
    stile_credentials_set_application_protocols (server, protocols);
  fixture->handler = test_handler_new (FALSE);
  fixture->endpoint = stile_endpoint_new (server, STILE_HANDLER (fixture->handler));
  stile_endpoint_set_raw_handler (fixture->endpoint, to_upper, NULL);
  test_carrier_world = (TestCarrierWorld){
    .endpoint = fixture->endpoint,
    .without_id = with->without_id,
  };
  fixture->carrier = g_object_new (TEST_TYPE_CARRIER, NULL);
  fixture->client = stile_client_new (STILE_CARRIER (fixture->carrier), client, with->wanted);
  fixture->trace = stile_trace_new ();
  stile_client_set_trace (fixture->client, fixture->trace);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_await_idle ();
  g_clear_error (&fixture->error);
  g_assert_finalize_object (fixture->client);
  g_assert_finalize_object (fixture->carrier);
  g_assert_finalize_object (fixture->endpoint);
  g_assert_finalize_object (fixture->handler);
  g_assert_finalize_object (fixture->trace);
}

static void
wait_until_done (Fixture *fixture)
{
  test_await_until (fixture->done);
  fixture->done = FALSE;
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;
  gboolean good = stile_client_connect_finish (STILE_CLIENT (object), result, &fixture->error);

  g_assert_cmpint (good, ==, fixture->error == NULL);
  fixture->done = TRUE;
}

static void
connect_client (Fixture *fixture)
{
  stile_client_connect_async (fixture->client, NULL, connected, fixture);
  wait_until_done (fixture);
}

static void
connect_well (Fixture *fixture)
{
  connect_client (fixture);
  g_assert_no_error (fixture->error);
}

static void
sent (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->value = stile_client_send_finish (STILE_CLIENT (object), result, &fixture->error);
  fixture->done = TRUE;
}

static GBytes *
send_text (Fixture *fixture, const char *text)
{
  g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));

  stile_client_send_async (fixture->client, data, NULL, sent, fixture);
  wait_until_done (fixture);
  return fixture->value;
}

static void
requested (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->value = stile_client_request_finish (STILE_CLIENT (object), result, &fixture->error);
  fixture->done = TRUE;
}

static StileHttpMessage *
request (Fixture *fixture, const char *path)
{
  g_autoptr (StileHttpMessage) message = stile_http_message_new_request ("GET", "https", TEST_TLS_HOST, path);

  stile_client_request_async (fixture->client, message, NULL, requested, fixture);
  wait_until_done (fixture);
  return fixture->value;
}

static void
closed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_true (stile_client_close_finish (STILE_CLIENT (object), result, &fixture->error));
  fixture->done = TRUE;
}

static void
close_client (Fixture *fixture)
{
  stile_client_close_async (fixture->client, NULL, closed, fixture);
  wait_until_done (fixture);
}

static void
test_connects_and_asks (Fixture *fixture, gconstpointer data)
{
  const Case *with = data;

  g_assert_cmpint (stile_client_get_mode (fixture->client), ==, STILE_MODE_ANY);
  connect_well (fixture);
  g_assert_cmpint (stile_client_get_mode (fixture->client), ==, with->mode);
  g_assert_cmpuint (stile_client_get_round_trips (fixture->client), ==, 2);
  g_assert_cmpint (stile_client_speaks_binary_http (fixture->client), ==, !with->plain);
  g_assert_cmpint (stile_session_get_state (stile_client_get_session (fixture->client)), ==,
                   STILE_SESSION_ESTABLISHED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->trace)), >=, 5);

  for (guint i = 0; i < 3; i++)
    {
      if (with->plain)
        {
          g_autoptr (GBytes) answer = send_text (fixture, "hello");

          g_assert_no_error (fixture->error);
          g_assert_cmpmem (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer), "HELLO", 5);
        }
      else
        {
          g_autoptr (StileHttpMessage) response = request (fixture, "/a");

          g_assert_no_error (fixture->error);
          g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
        }
    }
  close_client (fixture);
  g_assert_cmpuint (stile_endpoint_get_n_sessions (fixture->endpoint), ==,
                    with->mode == STILE_MODE_RECORD ? 0 : 1);
  g_assert_null (send_text (fixture, "after the end"));
  g_assert_error (fixture->error, STILE_ERROR, STILE_ERROR_PROTOCOL);
}

static void
test_asks_nothing_before_it_is_connected (Fixture *fixture, gconstpointer data)
{
  g_assert_null (send_text (fixture, "early"));
  g_assert_error (fixture->error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_clear_error (&fixture->error);
  close_client (fixture);
  g_assert_cmpuint (test_carrier_world.exchanges, ==, 0);
}

static const Case plain_peer = { STILE_TLS_1_3, STILE_MODE_ANY, STILE_MODE_RECORD, TRUE, FALSE };

static void
test_a_plain_peer_is_asked_no_http (Fixture *fixture, gconstpointer data)
{
  connect_well (fixture);
  g_assert_null (request (fixture, "/a"));
  g_assert_error (fixture->error, STILE_ERROR, STILE_ERROR_NOT_ATLS);
  g_assert_nonnull (strstr (fixture->error->message, "bhttp"));
}

static const Case no_id = { STILE_TLS_1_3, STILE_MODE_EXPORT, STILE_MODE_ANY, FALSE, TRUE };

static void
test_export_mode_needs_an_id (Fixture *fixture, gconstpointer data)
{
  connect_client (fixture);
  g_assert_error (fixture->error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_nonnull (strstr (fixture->error->message, "record mode"));
}

/* --- what goes wrong on the way --- */

static void
test_a_broken_carrier_is_told (Fixture *fixture, gconstpointer data)
{
  test_carrier_world.break_at = 2;
  connect_client (fixture);
  g_assert_error (fixture->error, STILE_ERROR, STILE_ERROR_UNREACHABLE);
  g_assert_cmpstr (fixture->error->message, ==, "Carrying flight 2: The cable is cut");
}

static void
test_a_broken_carrier_is_told_with_data (Fixture *fixture, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = NULL;

  test_carrier_world.break_at = 3;
  connect_well (fixture);
  g_assert_null (request (fixture, "/a"));
  g_assert_error (fixture->error, STILE_ERROR, STILE_ERROR_UNREACHABLE);
  g_clear_error (&fixture->error);
  /* The number of the lost one is not used again. */
  response = request (fixture, "/a");
  g_assert_no_error (fixture->error);
  g_assert_nonnull (response);
}

static GBytes *
cut (guint exchange, GBytes *answer, gpointer user_data)
{
  return g_bytes_new_from_bytes (answer, 0, g_bytes_get_size (answer) / 2);
}

static void
test_an_incomplete_flight_is_told (Fixture *fixture, gconstpointer data)
{
  test_carrier_world.change = cut;
  connect_client (fixture);
  g_assert_error (fixture->error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (fixture->error->message, "incomplete"));
}

static GBytes *
replace (guint exchange, GBytes *answer, gpointer user_data)
{
  static const char page[] = "<html><body>Please log in</body></html>";

  return exchange == 1 ? g_bytes_new_static (page, sizeof page - 1) : NULL;
}

static void
test_a_web_page_is_no_flight (Fixture *fixture, gconstpointer data)
{
  test_carrier_world.change = replace;
  connect_client (fixture);
  g_assert_error (fixture->error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (fixture->error->message, "no TLS flight"));
}

static GBytes *
empty (guint exchange, GBytes *answer, gpointer user_data)
{
  return g_bytes_new (NULL, 0);
}

static void
test_an_empty_answer_is_told (Fixture *fixture, gconstpointer data)
{
  test_carrier_world.change = empty;
  connect_client (fixture);
  g_assert_error (fixture->error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_assert_cmpuint (test_carrier_world.exchanges, ==, 1);
}

static void
test_cancelled_before_and_under_way (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  stile_client_connect_async (fixture->client, cancellable, connected, fixture);
  g_cancellable_cancel (cancellable);
  wait_until_done (fixture);
  g_assert_true (stile_error_is_cancelled (fixture->error));
}

/* The peer hears of a refusal before the user does (PROTOCOL section 1). */
static void
test_a_refusal_reaches_the_server_first (Fixture *fixture, gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  const TestTlsParties *others = test_tls_get_parties (TEST_PKI_ED25519);
  g_autoptr (StileCredentials) credentials = test_tls_client_new (parties->client, others->root);

  g_assert_finalize_object (fixture->client);
  fixture->client = stile_client_new (STILE_CARRIER (fixture->carrier), credentials, STILE_MODE_ANY);
  stile_client_set_trace (fixture->client, fixture->trace);
  connect_client (fixture);
  g_assert_error (fixture->error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
  g_assert_cmpuint (test_carrier_world.exchanges, ==, 2);
  g_assert_cmpuint (test_carrier_world.sent, <, 64);
  g_assert_cmpuint (stile_endpoint_get_n_sessions (fixture->endpoint), ==, 0);
}

static void
test_a_refused_client_names_the_alert (Fixture *fixture, gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  const TestTlsParties *others = test_tls_get_parties (TEST_PKI_ED25519);
  g_autoptr (StileCredentials) credentials = test_tls_client_new (others->client, parties->root);

  g_assert_finalize_object (fixture->client);
  fixture->client = stile_client_new (STILE_CARRIER (fixture->carrier), credentials, STILE_MODE_ANY);
  connect_client (fixture);
  g_assert_error (fixture->error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_nonnull (strstr (fixture->error->message, "unknown_ca"));
  g_assert_cmpint (stile_client_get_mode (fixture->client), ==, STILE_MODE_ANY);
}

/* Keeps the first sealed answer, and gives it again for the second request. */
static GBytes *
give_the_first_again (guint exchange, GBytes *answer, gpointer user_data)
{
  GBytes **kept = user_data;

  if (exchange == 3)
    *kept = g_bytes_ref (answer);
  return exchange == 4 ? g_bytes_ref (*kept) : NULL;
}

static void
test_an_answer_to_another_request_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) kept = NULL;
  g_autoptr (StileHttpMessage) first = NULL;

  test_carrier_world.change = give_the_first_again;
  test_carrier_world.change_data = &kept;
  connect_well (fixture);
  first = request (fixture, "/first");
  g_assert_no_error (fixture->error);
  g_assert_null (request (fixture, "/second"));
  g_assert_error (fixture->error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (fixture->error->message, "message 0, not to message 1"));
}

static GBytes *
flip_last (guint exchange, GBytes *answer, gpointer user_data)
{
  return exchange > 2 ? test_tls_change (answer, g_bytes_get_size (answer) - 1, 1) : NULL;
}

static void
test_a_changed_answer_is_refused (Fixture *fixture, gconstpointer data)
{
  test_carrier_world.change = flip_last;
  connect_well (fixture);
  g_assert_null (request (fixture, "/a"));
  g_assert_error (fixture->error, STILE_ERROR, STILE_ERROR_PROTOCOL);
}

static void
test_comes_back_with_a_ticket (Fixture *fixture, gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  static const char *const protocols[] = { "bhttp", NULL };
  g_autoptr (StileCredentials) server = test_tls_server_new (parties->server, parties->root);
  g_autoptr (StileCredentials) credentials = test_tls_client_new (parties->client, parties->root);
  g_autoptr (GBytes) ticket = NULL;

  stile_credentials_set_tickets (server, TRUE);
  stile_credentials_set_application_protocols (server, protocols);
  stile_endpoint_set_credentials (fixture->endpoint, server);
  connect_well (fixture);
  ticket = stile_session_get_ticket (stile_client_get_session (fixture->client));
  g_assert_nonnull (ticket);
  g_assert_finalize_object (fixture->client);
  stile_credentials_set_application_protocols (credentials, protocols);
  fixture->client = stile_client_new (STILE_CARRIER (fixture->carrier), credentials, STILE_MODE_ANY);
  stile_client_set_ticket (fixture->client, ticket);
  connect_well (fixture);
  g_assert_true (stile_session_is_resumed (stile_client_get_session (fixture->client)));
  g_assert_nonnull (request (fixture, "/a"));
  g_object_unref (fixture->value);
}

#define ADD(path, with, test) g_test_add ("/atls/client/" path, Fixture, with, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      static const char *const modes[] = { "any", "record", "export" };
      g_autofree char *path = g_strdup_printf (
          "/atls/client/connects-and-asks/%s/%s%s%s", cases[i].version == STILE_TLS_1_3 ? "1.3" : "1.2",
          modes[cases[i].wanted], cases[i].plain ? "/plain" : "", cases[i].without_id ? "/without-id" : "");

      g_test_add (path, Fixture, &cases[i], set_up, test_connects_and_asks, tear_down);
    }
  ADD ("asks-nothing-before-it-is-connected", NULL, test_asks_nothing_before_it_is_connected);
  ADD ("a-plain-peer-is-asked-no-http", &plain_peer, test_a_plain_peer_is_asked_no_http);
  ADD ("export-mode-needs-an-id", &no_id, test_export_mode_needs_an_id);
  ADD ("a-broken-carrier-is-told", NULL, test_a_broken_carrier_is_told);
  ADD ("a-broken-carrier-is-told-with-data", NULL, test_a_broken_carrier_is_told_with_data);
  ADD ("an-incomplete-flight-is-told", NULL, test_an_incomplete_flight_is_told);
  ADD ("a-web-page-is-no-flight", NULL, test_a_web_page_is_no_flight);
  ADD ("an-empty-answer-is-told", NULL, test_an_empty_answer_is_told);
  ADD ("cancelled-before-and-under-way", NULL, test_cancelled_before_and_under_way);
  ADD ("a-refusal-reaches-the-server-first", NULL, test_a_refusal_reaches_the_server_first);
  ADD ("a-refused-client-names-the-alert", NULL, test_a_refused_client_names_the_alert);
  ADD ("an-answer-to-another-request-is-refused", NULL, test_an_answer_to_another_request_is_refused);
  ADD ("a-changed-answer-is-refused", NULL, test_a_changed_answer_is_refused);
  ADD ("comes-back-with-a-ticket", NULL, test_comes_back_with_a_ticket);

  return g_test_run ();
}

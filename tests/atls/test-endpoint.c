/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/endpoint-fixture.h"

#include <string.h>

#include "codec/stile-binary-http.h"
#include "support/test-delivery.h"
#include "support/test-tls.h"

static void
assert_answers (TestDelivery *peer, guint64 sequence, const char *path)
{
  g_autoptr (GBytes) message = test_delivery_seal (peer, sequence, path);
  g_autoptr (StileAnswer) answer = test_delivery_send (peer->endpoint, STILE_MESSAGE_SEALED, message, NULL);
  g_autoptr (GBytes) plaintext = test_delivery_open (peer, answer, sequence);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response = stile_binary_http_decode (plaintext, &error);
  GBytes *content;

  g_assert_no_error (error);
  g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
  content = stile_http_message_get_content (response);
  g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), path, strlen (path));
}

static void
test_sealed_requests (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  g_assert_cmpuint (stile_endpoint_get_n_sessions (fixture->endpoint), ==, 1);
  g_assert_cmpuint (stile_endpoint_get_n_half_open (fixture->endpoint), ==, 0);
  assert_answers (&peer, 0, "/a");
  assert_answers (&peer, 5, "/b");
  assert_answers (&peer, 3, "/c");
  g_assert_cmpuint (test_handler_get_count (fixture->handler), ==, 3);
}

static void
test_requests_in_records (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "a.example", "/x");
  g_autoptr (GBytes) plaintext = stile_binary_http_encode (request);
  g_autoptr (GBytes) notify = NULL;

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GBytes) records = stile_session_send (peer.session, plaintext, NULL);
      g_autoptr (StileAnswer) answer =
          test_delivery_send (fixture->endpoint, STILE_MESSAGE_FLIGHT, records, peer.id);
      g_autoptr (GBytes) received = NULL;
      g_autoptr (StileHttpMessage) response = NULL;

      g_assert_cmpint (stile_answer_get_status (answer), ==, STILE_ANSWER_OK);
      received = stile_session_receive (peer.session, stile_answer_get_body (answer), NULL);
      response = stile_binary_http_decode (received, NULL);
      g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
    }
  notify = stile_session_close (peer.session);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, notify, peer.id, STILE_ANSWER_OK);
  g_assert_cmpuint (stile_endpoint_get_n_sessions (fixture->endpoint), ==, 0);
}

/* The first message decides, and there is no way back. */
static void
test_the_first_message_fixes_the_mode (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) sealing = { 0 };
  g_auto (TestDelivery) recording = { 0 };
  g_autoptr (GBytes) data_of_sealing = g_bytes_new_static ("x", 1);
  g_autoptr (GBytes) records = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) sealed = NULL;

  test_delivery_connect (&sealing, fixture->endpoint, fixture->client);
  assert_answers (&sealing, 0, "/a");
  records = stile_session_send (sealing.session, data_of_sealing, NULL);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, records, sealing.id,
                               STILE_ANSWER_MALFORMED);
  assert_answers (&sealing, 1, "/b");

  test_delivery_connect (&recording, fixture->endpoint, fixture->client);
  first = stile_session_send (recording.session, data_of_sealing, NULL);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, first, recording.id, STILE_ANSWER_OK);
  sealed = test_delivery_seal (&recording, 0, "/a");
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, sealed, NULL, STILE_ANSWER_GONE);
}

static gpointer watched_session;

static void
watch_session (StileSession *session, const char *id, gpointer user_data)
{
  guint *count = user_data;

  (*count)++;
  g_set_weak_pointer (&watched_session, session);
}

/* What a service keeps for an hour must be small: keys, not TLS. */
static void
test_export_mode_frees_the_tls_session (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  guint count = 0;

  stile_endpoint_set_established_handler (fixture->endpoint, watch_session, &count);
  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  g_assert_cmpuint (count, ==, 1);
  g_assert_nonnull (watched_session);
  assert_answers (&peer, 0, "/a");
  g_assert_null (watched_session);
  assert_answers (&peer, 1, "/b");
}

static void
test_new_credentials_keep_sessions (EndpointFixture *fixture, gconstpointer data)
{
  static const char *const protocols[] = { "bhttp", NULL };
  const TestTlsParties *other = test_tls_get_parties (TEST_PKI_ED25519);
  g_autoptr (StileCredentials) reloaded = test_tls_server_new (other->server, NULL);
  g_autoptr (StileCredentials) client = test_tls_client_new (NULL, other->root);
  g_auto (TestDelivery) before = { 0 };
  g_auto (TestDelivery) halfway = { 0 };
  g_auto (TestDelivery) after = { 0 };

  stile_credentials_set_application_protocols (reloaded, protocols);
  stile_credentials_set_application_protocols (client, protocols);
  test_delivery_connect (&before, fixture->endpoint, fixture->client);
  test_delivery_init (&halfway, fixture->endpoint, fixture->client);
  test_delivery_step (&halfway);
  stile_endpoint_set_credentials (fixture->endpoint, reloaded);
  assert_answers (&before, 0, "/before");
  while (!test_delivery_step (&halfway))
    ;
  assert_answers (&halfway, 0, "/halfway");
  test_delivery_connect (&after, fixture->endpoint, client);
  assert_answers (&after, 0, "/after");
}

static GBytes *
to_upper (GBytes *data, gpointer user_data)
{
  char *text = g_ascii_strup (g_bytes_get_data (data, NULL), (gssize)g_bytes_get_size (data));

  return g_bytes_new_take (text, g_bytes_get_size (data));
}

static void
test_raw_data (EndpointFixture *fixture, gconstpointer echo)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) plain = test_tls_client_new (parties->client, parties->root);
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) hello = g_bytes_new_static ("hello", 5);
  g_autoptr (GBytes) records = NULL;
  g_autoptr (StileAnswer) answer = NULL;
  g_autoptr (GBytes) received = NULL;

  if (echo != NULL)
    stile_endpoint_set_raw_handler (fixture->endpoint, to_upper, NULL);
  test_delivery_connect (&peer, fixture->endpoint, plain);
  records = stile_session_send (peer.session, hello, NULL);
  answer = test_delivery_send (fixture->endpoint, STILE_MESSAGE_FLIGHT, records, peer.id);
  received = stile_session_receive (peer.session, stile_answer_get_body (answer), NULL);
  g_assert_cmpmem (g_bytes_get_data (received, NULL), g_bytes_get_size (received), "HELLO",
                   echo != NULL ? 5 : 0);
  g_assert_cmpint (stile_session_get_state (peer.session), ==,
                   echo != NULL ? STILE_SESSION_ESTABLISHED : STILE_SESSION_CLOSING);
}

/* Sealed raw data, and nobody who would understand it: that too is answered with a reason. */
static void
test_sealed_raw_data_without_a_handler (EndpointFixture *fixture, gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) plain = test_tls_client_new (parties->client, parties->root);
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) message = NULL;

  test_delivery_connect (&peer, fixture->endpoint, plain);
  message = test_delivery_seal (&peer, 0, "/a");
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, message, NULL,
                               STILE_ANSWER_MALFORMED);
}

static void
test_what_is_no_request_is_a_bad_one (EndpointFixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "", "x", "\x01\x40\xc8\x00\x00" };
  g_auto (TestDelivery) peer = { 0 };

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) plaintext = g_bytes_new (texts[i], strlen (texts[i]));
      g_autoptr (GBytes) message = stile_sealer_seal (peer.sealer, i, plaintext, NULL);
      g_autoptr (StileAnswer) answer =
          test_delivery_send (fixture->endpoint, STILE_MESSAGE_SEALED, message, NULL);
      g_autoptr (GBytes) opened = test_delivery_open (&peer, answer, i);
      g_autoptr (StileHttpMessage) response = stile_binary_http_decode (opened, NULL);

      g_assert_cmpuint (stile_http_message_get_status (response), ==, 400);
    }
  g_assert_cmpuint (test_handler_get_count (fixture->handler), ==, 0);
}

static void
test_without_a_handler_nothing_is_found (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) message = NULL;
  g_autoptr (StileAnswer) answer = NULL;
  g_autoptr (GBytes) opened = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  stile_endpoint_set_handler (fixture->endpoint, NULL);
  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  message = test_delivery_seal (&peer, 0, "/a");
  answer = test_delivery_send (fixture->endpoint, STILE_MESSAGE_SEALED, message, NULL);
  opened = test_delivery_open (&peer, answer, 0);
  response = stile_binary_http_decode (opened, NULL);
  g_assert_cmpuint (stile_http_message_get_status (response), ==, 404);
}

/* A refused client gets its alert in a good answer (PROTOCOL section 1), and once more when that answer got lost. */
static void
test_a_refused_client_gets_the_alert (EndpointFixture *fixture, gconstpointer data)
{
  const TestTlsParties *stranger = test_tls_get_parties (TEST_PKI_ED25519);
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) client = test_tls_client_new (stranger->client, parties->root);
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) last = NULL;
  g_autoptr (GBytes) out = NULL;
  g_autoptr (StileAnswer) answer = NULL;
  g_autoptr (StileAnswer) again = NULL;
  g_autoptr (GError) error = NULL;

  test_delivery_init (&peer, fixture->endpoint, client);
  test_delivery_step (&peer);
  g_assert_true (stile_session_step (peer.session, peer.answer, &last, &error));
  answer = test_delivery_send (fixture->endpoint, STILE_MESSAGE_FLIGHT, last, peer.id);
  again = test_delivery_send (fixture->endpoint, STILE_MESSAGE_FLIGHT, last, peer.id);
  g_assert_true (g_bytes_equal (stile_answer_get_body (answer), stile_answer_get_body (again)));
  g_assert_false (stile_session_step (peer.session, stile_answer_get_body (again), &out, &error));
  g_assert_nonnull (strstr (error->message, "unknown_ca"));
}

static void
test_close_all_with_answers_under_way (EndpointFixture *fixture, gconstpointer later)
{
  g_auto (TestDelivery) peer = { 0 };
  g_auto (TestDelivery) halfway = { 0 };
  g_autoptr (GBytes) message = NULL;
  g_autoptr (StileDelivery) delivery = NULL;
  g_autoptr (GBytes) out = NULL;

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  test_delivery_init (&halfway, fixture->endpoint, fixture->client);
  test_delivery_step (&halfway);
  message = test_delivery_seal (&peer, 0, "/a");
  delivery = stile_delivery_new (STILE_MESSAGE_SEALED, message, NULL, NULL);
  stile_endpoint_deliver_async (fixture->endpoint, delivery, NULL, NULL, NULL);
  g_assert_cmpuint (test_handler_get_count (fixture->handler), ==, 1);

  stile_endpoint_close_all (fixture->endpoint);
  g_assert_cmpuint (stile_endpoint_get_n_sessions (fixture->endpoint), ==, 0);
  g_assert_cmpuint (stile_endpoint_get_n_half_open (fixture->endpoint), ==, 0);
  test_handler_release (fixture->handler);
  g_assert_true (stile_session_step (halfway.session, halfway.answer, &out, NULL));
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, out, halfway.id, STILE_ANSWER_GONE);
}

/* --- threads --- */

#define HANDSHAKES 40

static void
connect_many (StileEndpoint *endpoint)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  static const char *const protocols[] = { "bhttp", NULL };
  g_autoptr (StileCredentials) client = test_tls_client_new (parties->client, parties->root);

  stile_credentials_set_application_protocols (client, protocols);
  for (guint i = 0; i < HANDSHAKES; i++)
    {
      g_auto (TestDelivery) peer = { 0 };

      test_delivery_connect (&peer, endpoint, client);
      assert_answers (&peer, 0, "/a");
      stile_endpoint_expire (endpoint);
    }
}

static gpointer
run_thread (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  connect_many (data);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_several_threads (EndpointFixture *fixture, gconstpointer data)
{
  GThread *threads[3];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("peer", run_thread, fixture->endpoint);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (stile_endpoint_get_n_sessions (fixture->endpoint), ==,
                    HANDSHAKES * G_N_ELEMENTS (threads));
  g_assert_cmpuint (test_handler_get_count (fixture->handler), ==, HANDSHAKES * G_N_ELEMENTS (threads));
}

/* A reload swaps the handler while requests come in. */
static void
test_handlers_are_swapped_under_way (EndpointFixture *fixture, gconstpointer data)
{
  GThread *thread = g_thread_new ("peer", run_thread, fixture->endpoint);
  guint count = 0;

  while (count < 3000)
    {
      g_autoptr (TestHandler) handler = test_handler_new (FALSE);

      stile_endpoint_set_handler (fixture->endpoint, STILE_HANDLER (handler));
      count++;
    }
  g_thread_join (thread);
  stile_endpoint_set_handler (fixture->endpoint, STILE_HANDLER (fixture->handler));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ENDPOINT_FIXTURE_ADD ("sealed-requests", FALSE, test_sealed_requests);
  ENDPOINT_FIXTURE_ADD ("requests-in-records", FALSE, test_requests_in_records);
  ENDPOINT_FIXTURE_ADD ("the-first-message-fixes-the-mode", FALSE, test_the_first_message_fixes_the_mode);
  ENDPOINT_FIXTURE_ADD ("export-mode-frees-the-tls-session", FALSE, test_export_mode_frees_the_tls_session);
  ENDPOINT_FIXTURE_ADD ("new-credentials-keep-sessions", FALSE, test_new_credentials_keep_sessions);
  ENDPOINT_FIXTURE_ADD ("raw-data-gets-goodbye", FALSE, test_raw_data);
  ENDPOINT_FIXTURE_ADD ("raw-data-gets-an-echo", TRUE, test_raw_data);
  ENDPOINT_FIXTURE_ADD ("sealed-raw-data-without-a-handler", FALSE, test_sealed_raw_data_without_a_handler);
  ENDPOINT_FIXTURE_ADD ("what-is-no-request-is-a-bad-one", FALSE, test_what_is_no_request_is_a_bad_one);
  ENDPOINT_FIXTURE_ADD ("without-a-handler-nothing-is-found", FALSE, test_without_a_handler_nothing_is_found);
  ENDPOINT_FIXTURE_ADD ("a-refused-client-gets-the-alert", FALSE, test_a_refused_client_gets_the_alert);
  ENDPOINT_FIXTURE_ADD ("close-all-with-answers-under-way", TRUE, test_close_all_with_answers_under_way);
  ENDPOINT_FIXTURE_ADD ("several-threads", FALSE, test_several_threads);
  ENDPOINT_FIXTURE_ADD ("handlers-are-swapped-under-way", FALSE, test_handlers_are_swapped_under_way);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/endpoint-fixture.h"
#include "atls/stile-replay-window.h"
#include "codec/stile-binary-http.h"
#include "support/test-await.h"
#include "support/test-delivery.h"
#include "support/test-tls.h"

static void
assert_same_answer (TestDelivery *peer, GBytes *flight, GBytes *expected)
{
  g_autoptr (StileAnswer) answer =
      test_delivery_send (peer->endpoint, STILE_MESSAGE_FLIGHT, flight, peer->id);

  g_assert_cmpint (stile_answer_get_status (answer), ==, STILE_ANSWER_OK);
  g_assert_true (g_bytes_equal (stile_answer_get_body (answer), expected));
}

/* Feeding a flight twice would kill the TLS session (trap 8). */
static void
test_a_repeated_flight_gets_the_same_bytes (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) message = NULL;

  test_delivery_init (&peer, fixture->endpoint, fixture->client);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (test_delivery_step (&peer));
      for (guint j = 0; j < 3; j++)
        assert_same_answer (&peer, peer.flight, peer.answer);
    }
  g_assert_true (test_delivery_step (&peer));
  message = test_delivery_seal (&peer, 0, "/a");
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, message, NULL, STILE_ANSWER_OK);
  /* The client's next message shows that the last answer arrived. */
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, peer.flight, peer.id,
                               STILE_ANSWER_MALFORMED);
}

static void
test_a_repeated_first_flight_without_id_is_another_session (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (StileAnswer) answer = NULL;

  test_delivery_init (&peer, fixture->endpoint, fixture->client);
  test_delivery_step (&peer);
  answer = test_delivery_send (fixture->endpoint, STILE_MESSAGE_FLIGHT, peer.flight, NULL);
  g_assert_cmpstr (stile_answer_get_new_session (answer), !=, peer.id);
  g_assert_cmpuint (stile_endpoint_get_n_sessions (fixture->endpoint), ==, 2);
}

static void
test_repeated_records_get_the_same_bytes (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) text = g_bytes_new_static ("no request", 10);
  g_autoptr (GBytes) records = NULL;
  g_autoptr (StileAnswer) first = NULL;

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  records = stile_session_send (peer.session, text, NULL);
  first = test_delivery_send (fixture->endpoint, STILE_MESSAGE_FLIGHT, records, peer.id);
  for (guint i = 0; i < 3; i++)
    assert_same_answer (&peer, records, stile_answer_get_body (first));
}

static void
test_a_replayed_message_gets_the_same_answer (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) message = NULL;
  g_autoptr (StileAnswer) first = NULL;

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  message = test_delivery_seal (&peer, 7, "/a");
  first = test_delivery_send (fixture->endpoint, STILE_MESSAGE_SEALED, message, NULL);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (StileAnswer) again =
          test_delivery_send (fixture->endpoint, STILE_MESSAGE_SEALED, message, peer.id);

      g_assert_true (g_bytes_equal (stile_answer_get_body (again), stile_answer_get_body (first)));
    }
  g_assert_cmpuint (test_handler_get_count (fixture->handler), ==, 1);
}

static void
test_other_bytes_with_a_used_number_are_refused (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) message = NULL;
  g_autoptr (GBytes) other = NULL;

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  message = test_delivery_seal (&peer, 7, "/a");
  other = test_delivery_seal (&peer, 7, "/b");
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, message, NULL, STILE_ANSWER_OK);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, other, NULL, STILE_ANSWER_REPLAYED);
  g_assert_cmpuint (test_handler_get_count (fixture->handler), ==, 1);
}

static void
test_old_messages_are_refused (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) late = NULL;
  g_autoptr (GBytes) old = NULL;
  g_autoptr (GBytes) new = NULL;

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  new = test_delivery_seal (&peer, 2000, "/new");
  old = test_delivery_seal (&peer, 2000 - STILE_REPLAY_WINDOW_SIZE, "/old");
  late = test_delivery_seal (&peer, 2001 - STILE_REPLAY_WINDOW_SIZE, "/late");
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, new, NULL, STILE_ANSWER_OK);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, old, NULL, STILE_ANSWER_REPLAYED);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, late, NULL, STILE_ANSWER_OK);
}

static void
test_kept_answers_expire (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) message = NULL;

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  message = test_delivery_seal (&peer, 0, "/a");
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, message, NULL, STILE_ANSWER_OK);
  endpoint_fixture_now += 60 * G_TIME_SPAN_SECOND;
  stile_endpoint_expire (fixture->endpoint);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, message, NULL, STILE_ANSWER_OK);
  endpoint_fixture_now += 1;
  stile_endpoint_expire (fixture->endpoint);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, message, NULL, STILE_ANSWER_REPLAYED);
  g_assert_cmpuint (test_handler_get_count (fixture->handler), ==, 1);
}

/* Anybody on the way can make such a message: it must not cost the session anything. */
static void
test_forged_messages_change_nothing (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) message = NULL;

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  message = test_delivery_seal (&peer, 0, "/a");
  for (gsize i = 0; i < g_bytes_get_size (message); i++)
    {
      g_autoptr (GBytes) forged = test_tls_change (message, i, 0x80);
      g_autoptr (StileAnswer) answer = NULL;

      if (i >= 16 && i < 20) /* the record size is in no tag (RFC 8188) */
        continue;
      answer = test_delivery_send (fixture->endpoint, STILE_MESSAGE_SEALED, forged, NULL);
      g_assert_cmpint (stile_answer_get_status (answer), !=, STILE_ANSWER_OK);
    }
  g_assert_cmpuint (test_handler_get_count (fixture->handler), ==, 0);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, message, NULL, STILE_ANSWER_OK);
}

/* A forged message before the first real one does not fix the mode either. */
static void
test_forged_messages_do_not_fix_the_mode (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) message = NULL;
  g_autoptr (GBytes) forged = NULL;
  g_autoptr (GBytes) text = g_bytes_new_static ("x", 1);
  g_autoptr (GBytes) records = NULL;

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  message = test_delivery_seal (&peer, 0, "/a");
  forged = test_tls_change (message, g_bytes_get_size (message) - 1, 1);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, forged, NULL, STILE_ANSWER_MALFORMED);
  records = stile_session_send (peer.session, text, NULL);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, records, peer.id, STILE_ANSWER_OK);
}

static void
test_numbers_end (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) last = NULL;

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  last = test_delivery_seal (&peer, STILE_SEALER_MAX_MESSAGES - 1, "/last");
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, last, NULL, STILE_ANSWER_OK);
}

/* --- while the handler is still at work --- */

static void
delivered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  StileAnswer **answer = user_data;

  *answer = stile_endpoint_deliver_finish (STILE_ENDPOINT (object), result);
}

static void
deliver (EndpointFixture *fixture, StileMessageKind kind, GBytes *body, const char *id, StileAnswer **answer)
{
  g_autoptr (StileDelivery) delivery = stile_delivery_new (kind, body, id, NULL);

  stile_endpoint_deliver_async (fixture->endpoint, delivery, NULL, delivered, answer);
}

static void
assert_both_get_the_same (EndpointFixture *fixture, StileMessageKind kind, GBytes *body, const char *id)
{
  g_autoptr (StileAnswer) first = NULL;
  g_autoptr (StileAnswer) second = NULL;

  deliver (fixture, kind, body, id, &first);
  deliver (fixture, kind, body, id, &second);
  test_await_idle ();
  g_assert_null (first);
  g_assert_null (second);
  g_assert_cmpuint (test_handler_get_count (fixture->handler), ==, 1);
  endpoint_fixture_now += G_TIME_SPAN_HOUR / 2;
  stile_endpoint_expire (fixture->endpoint);
  test_handler_release (fixture->handler);
  test_await_until (first != NULL && second != NULL);
  g_assert_cmpint (stile_answer_get_status (first), ==, STILE_ANSWER_OK);
  g_assert_true (g_bytes_equal (stile_answer_get_body (first), stile_answer_get_body (second)));
}

static void
test_a_repeat_waits_for_the_same_answer (EndpointFixture *fixture, gconstpointer later)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) message = NULL;

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  message = test_delivery_seal (&peer, 0, "/a");
  assert_both_get_the_same (fixture, STILE_MESSAGE_SEALED, message, NULL);
}

static GBytes *
make_records (TestDelivery *peer)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "a.example", "/x");
  g_autoptr (GBytes) plaintext = stile_binary_http_encode (request);

  return stile_session_send (peer->session, plaintext, NULL);
}

static void
test_repeated_records_wait_for_the_same_answer (EndpointFixture *fixture, gconstpointer later)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) records = NULL;

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  records = make_records (&peer);
  assert_both_get_the_same (fixture, STILE_MESSAGE_FLIGHT, records, peer.id);
}

/* Records have an order, so the next ones wait; sealed messages do not. */
static void
test_the_next_records_come_later (EndpointFixture *fixture, gconstpointer later)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (StileAnswer) answer = NULL;

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  first = make_records (&peer);
  second = make_records (&peer);
  deliver (fixture, STILE_MESSAGE_FLIGHT, first, peer.id, &answer);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, second, peer.id, STILE_ANSWER_FULL);
  test_handler_release (fixture->handler);
  test_await_until (answer != NULL);
  g_assert_cmpint (stile_answer_get_status (answer), ==, STILE_ANSWER_OK);
}

static void
test_many_messages_at_once (EndpointFixture *fixture, gconstpointer later)
{
  g_auto (TestDelivery) peer = { 0 };
  StileAnswer *answers[20] = { NULL };

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GBytes) message = test_delivery_seal (&peer, i, "/a");

      deliver (fixture, STILE_MESSAGE_SEALED, message, NULL, &answers[i]);
    }
  test_handler_release (fixture->handler);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GBytes) plaintext = NULL;

      test_await_until (answers[i] != NULL);
      plaintext = test_delivery_open (&peer, answers[i], i);
      stile_answer_free (answers[i]);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ENDPOINT_FIXTURE_ADD ("a-repeated-flight-gets-the-same-bytes", FALSE,
                        test_a_repeated_flight_gets_the_same_bytes);
  ENDPOINT_FIXTURE_ADD ("a-repeated-first-flight-without-id-is-another-session", FALSE,
                        test_a_repeated_first_flight_without_id_is_another_session);
  ENDPOINT_FIXTURE_ADD ("repeated-records-get-the-same-bytes", FALSE,
                        test_repeated_records_get_the_same_bytes);
  ENDPOINT_FIXTURE_ADD ("a-replayed-message-gets-the-same-answer", FALSE,
                        test_a_replayed_message_gets_the_same_answer);
  ENDPOINT_FIXTURE_ADD ("other-bytes-with-a-used-number-are-refused", FALSE,
                        test_other_bytes_with_a_used_number_are_refused);
  ENDPOINT_FIXTURE_ADD ("old-messages-are-refused", FALSE, test_old_messages_are_refused);
  ENDPOINT_FIXTURE_ADD ("kept-answers-expire", FALSE, test_kept_answers_expire);
  ENDPOINT_FIXTURE_ADD ("forged-messages-change-nothing", FALSE, test_forged_messages_change_nothing);
  ENDPOINT_FIXTURE_ADD ("forged-messages-do-not-fix-the-mode", FALSE,
                        test_forged_messages_do_not_fix_the_mode);
  ENDPOINT_FIXTURE_ADD ("numbers-end", FALSE, test_numbers_end);
  ENDPOINT_FIXTURE_ADD ("a-repeat-waits-for-the-same-answer", TRUE, test_a_repeat_waits_for_the_same_answer);
  ENDPOINT_FIXTURE_ADD ("repeated-records-wait-for-the-same-answer", TRUE,
                        test_repeated_records_wait_for_the_same_answer);
  ENDPOINT_FIXTURE_ADD ("the-next-records-come-later", TRUE, test_the_next_records_come_later);
  ENDPOINT_FIXTURE_ADD ("many-messages-at-once", TRUE, test_many_messages_at_once);

  return g_test_run ();
}

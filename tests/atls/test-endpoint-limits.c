/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/endpoint-fixture.h"
#include "support/test-delivery.h"
#include "support/test-tls.h"

static GBytes *
make_hello (EndpointFixture *fixture)
{
  g_autoptr (StileSession) session = stile_session_new (fixture->client, NULL, NULL);
  GBytes *hello = NULL;

  g_assert_true (stile_session_step (session, NULL, &hello, NULL));
  return hello;
}

static void
set_limits (EndpointFixture *fixture, guint half_open, guint sessions)
{
  StileEndpointLimits limits = stile_endpoint_default_limits;

  limits.half_open = half_open;
  limits.sessions = sessions;
  stile_endpoint_set_limits (fixture->endpoint, &limits);
}

static void
assert_counts (EndpointFixture *fixture, guint sessions, guint half_open)
{
  g_assert_cmpuint (stile_endpoint_get_n_sessions (fixture->endpoint), ==, sessions);
  g_assert_cmpuint (stile_endpoint_get_n_half_open (fixture->endpoint), ==, half_open);
}

static void
assert_alive (TestDelivery *peer, guint64 sequence, gboolean alive)
{
  g_autoptr (GBytes) message = test_delivery_seal (peer, sequence, "/a");

  test_delivery_assert_status (peer->endpoint, STILE_MESSAGE_SEALED, message, NULL,
                               alive ? STILE_ANSWER_OK : STILE_ANSWER_GONE);
}

static void
test_half_open_sessions_are_limited (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) first = { 0 };
  g_auto (TestDelivery) second = { 0 };
  g_autoptr (GBytes) hello = make_hello (fixture);

  set_limits (fixture, 2, 100);
  test_delivery_init (&first, fixture->endpoint, fixture->client);
  test_delivery_init (&second, fixture->endpoint, fixture->client);
  test_delivery_step (&first);
  test_delivery_step (&second);
  assert_counts (fixture, 2, 2);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, hello, NULL, STILE_ANSWER_FULL);
  while (!test_delivery_step (&first))
    ;
  assert_counts (fixture, 2, 1);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, hello, NULL, STILE_ANSWER_OK);
}

/* Half-open sessions go first when the store is full, the oldest of them before others. */
static void
test_the_oldest_half_open_goes_first (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) up = { 0 };
  g_auto (TestDelivery) oldest = { 0 };
  g_auto (TestDelivery) younger = { 0 };
  g_auto (TestDelivery) newest = { 0 };
  g_autoptr (GBytes) out = NULL;

  set_limits (fixture, 100, 3);
  test_delivery_connect (&up, fixture->endpoint, fixture->client);
  test_delivery_init (&oldest, fixture->endpoint, fixture->client);
  test_delivery_init (&younger, fixture->endpoint, fixture->client);
  test_delivery_step (&oldest);
  test_delivery_step (&younger);
  test_delivery_connect (&newest, fixture->endpoint, fixture->client);
  assert_counts (fixture, 3, 1);
  g_assert_true (stile_session_step (oldest.session, oldest.answer, &out, NULL));
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, out, oldest.id, STILE_ANSWER_GONE);
  while (!test_delivery_step (&younger))
    ;
  assert_alive (&up, 0, TRUE);
  assert_alive (&younger, 0, TRUE);
  assert_alive (&newest, 0, TRUE);
}

static void
test_established_sessions_are_not_dropped (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) hello = make_hello (fixture);

  set_limits (fixture, 100, 1);
  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, hello, NULL, STILE_ANSWER_FULL);
  assert_alive (&peer, 0, TRUE);
}

static void
test_handshakes_have_a_lifetime (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) out = NULL;

  test_delivery_init (&peer, fixture->endpoint, fixture->client);
  test_delivery_step (&peer);
  endpoint_fixture_now += 60 * G_TIME_SPAN_SECOND;
  stile_endpoint_expire (fixture->endpoint);
  assert_counts (fixture, 1, 1);
  endpoint_fixture_now += 1;
  stile_endpoint_expire (fixture->endpoint);
  assert_counts (fixture, 0, 0);
  g_assert_true (stile_session_step (peer.session, peer.answer, &out, NULL));
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, out, peer.id, STILE_ANSWER_GONE);
}

static void
test_idle_sessions_end (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) idle = { 0 };
  g_auto (TestDelivery) busy = { 0 };

  test_delivery_connect (&idle, fixture->endpoint, fixture->client);
  test_delivery_connect (&busy, fixture->endpoint, fixture->client);
  endpoint_fixture_now += 3000 * G_TIME_SPAN_SECOND;
  assert_alive (&busy, 0, TRUE);
  endpoint_fixture_now += 601 * G_TIME_SPAN_SECOND;
  stile_endpoint_expire (fixture->endpoint);
  assert_counts (fixture, 1, 0);
  assert_alive (&idle, 0, FALSE);
  assert_alive (&busy, 1, TRUE);
}

/* However busy it is (PROTOCOL section 2). */
static void
test_sessions_end_after_a_day (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  guint64 sequence = 0;

  test_delivery_connect (&peer, fixture->endpoint, fixture->client);
  for (gint64 end = endpoint_fixture_now + STILE_ENDPOINT_MAX_AGE; endpoint_fixture_now <= end;
       endpoint_fixture_now += G_TIME_SPAN_HOUR / 2)
    {
      stile_endpoint_expire (fixture->endpoint);
      assert_alive (&peer, sequence++, TRUE);
    }
  stile_endpoint_expire (fixture->endpoint);
  assert_alive (&peer, sequence, FALSE);
}

static void
test_bodies_are_limited (EndpointFixture *fixture, gconstpointer data)
{
  StileEndpointLimits limits = stile_endpoint_default_limits;
  g_autofree guint8 *zeros = g_malloc0 (2001);
  g_autoptr (GBytes) flight = g_bytes_new_static (zeros, 1001);
  g_autoptr (GBytes) message = g_bytes_new_static (zeros, 2001);
  g_autoptr (StileAnswer) answer = NULL;

  limits.flight_size = 1000;
  limits.message_size = 2000;
  stile_endpoint_set_limits (fixture->endpoint, &limits);
  g_assert_cmpuint (stile_endpoint_get_body_limit (fixture->endpoint, STILE_MESSAGE_FLIGHT), ==, 1000);
  g_assert_cmpuint (stile_endpoint_get_body_limit (fixture->endpoint, STILE_MESSAGE_SEALED), ==, 2000);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, message, NULL,
                               STILE_ANSWER_TOO_LARGE);
  answer = test_delivery_send (fixture->endpoint, STILE_MESSAGE_FLIGHT, flight, NULL);
  g_assert_cmpint (stile_answer_get_status (answer), ==, STILE_ANSWER_TOO_LARGE);
  g_assert_nonnull (strstr (stile_answer_get_detail (answer), "1001"));
  g_assert_nonnull (strstr (stile_answer_get_detail (answer), "1000"));
  assert_counts (fixture, 0, 0);
}

static void
test_ten_megabytes_are_refused (EndpointFixture *fixture, gconstpointer data)
{
  const gsize length = 10 * 1024 * 1024;
  g_autofree guint8 *zeros = g_malloc0 (length);
  g_autoptr (GBytes) flight = g_bytes_new_static (zeros, length);

  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, flight, NULL, STILE_ANSWER_TOO_LARGE);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, flight, NULL, STILE_ANSWER_MALFORMED);
}

static void
test_ids_that_are_none (EndpointFixture *fixture, gconstpointer data)
{
  static const char *const ids[] = {
    "",
    "x",
    "AAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAA",
    "../../etc/passwd",
    "AAAAAAAAAAAAAAAAAAAAAA==",
    "\xff\xfe",
    "a b c d e f g h i j k",
  };
  g_autoptr (GBytes) hello = make_hello (fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, hello, ids[i], STILE_ANSWER_GONE);
  assert_counts (fixture, 0, 0);
}

/* Nobody gets into a session by its id alone: a swapped cookie ends in a refusal. */
static void
test_flights_of_another_session (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) one = { 0 };
  g_auto (TestDelivery) two = { 0 };
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GBytes) other = g_bytes_new_static ("other", 5);
  g_autoptr (StileAnswer) answer = NULL;

  test_delivery_init (&one, fixture->endpoint, fixture->client);
  test_delivery_init (&two, fixture->endpoint, fixture->client);
  test_delivery_step (&one);
  test_delivery_step (&two);
  g_assert_true (stile_session_step (one.session, one.answer, &out, NULL));
  answer = test_delivery_send (fixture->endpoint, STILE_MESSAGE_FLIGHT, out, two.id);
  g_assert_cmpint (stile_answer_get_status (answer), ==, STILE_ANSWER_OK); /* an alert */
  /* The broken session keeps that alert for a flight that comes again, as long as a handshake may take. */
  assert_counts (fixture, 2, 2);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, other, two.id, STILE_ANSWER_GONE);
  endpoint_fixture_now += 61 * G_TIME_SPAN_SECOND;
  stile_endpoint_expire (fixture->endpoint);
  assert_counts (fixture, 0, 0);
}

static void
test_what_is_no_flight (EndpointFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) hello = make_hello (fixture);
  g_autoptr (GBytes) html = g_bytes_new_static ("<html>", 6);

  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, empty, NULL, STILE_ANSWER_MALFORMED);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_SEALED, empty, NULL, STILE_ANSWER_MALFORMED);
  for (gsize cut = 1; cut < g_bytes_get_size (hello); cut += 13)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (hello, 0, cut);

      test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, part, NULL,
                                   STILE_ANSWER_MALFORMED);
    }
  /* What is no TLS gets an alert, as TLS has it. */
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, html, NULL, STILE_ANSWER_OK);
  assert_counts (fixture, 0, 0);
}

static void
test_an_incomplete_second_flight_ends_the_session (EndpointFixture *fixture, gconstpointer data)
{
  g_auto (TestDelivery) peer = { 0 };
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GBytes) part = NULL;

  test_delivery_init (&peer, fixture->endpoint, fixture->client);
  test_delivery_step (&peer);
  g_assert_true (stile_session_step (peer.session, peer.answer, &out, NULL));
  part = g_bytes_new_from_bytes (out, 0, g_bytes_get_size (out) - 1);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, part, peer.id,
                               STILE_ANSWER_MALFORMED);
  assert_counts (fixture, 0, 0);
  test_delivery_assert_status (fixture->endpoint, STILE_MESSAGE_FLIGHT, out, peer.id, STILE_ANSWER_GONE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ENDPOINT_FIXTURE_ADD ("half-open-sessions-are-limited", FALSE, test_half_open_sessions_are_limited);
  ENDPOINT_FIXTURE_ADD ("the-oldest-half-open-goes-first", FALSE, test_the_oldest_half_open_goes_first);
  ENDPOINT_FIXTURE_ADD ("established-sessions-are-not-dropped", FALSE,
                        test_established_sessions_are_not_dropped);
  ENDPOINT_FIXTURE_ADD ("handshakes-have-a-lifetime", FALSE, test_handshakes_have_a_lifetime);
  ENDPOINT_FIXTURE_ADD ("idle-sessions-end", FALSE, test_idle_sessions_end);
  ENDPOINT_FIXTURE_ADD ("sessions-end-after-a-day", FALSE, test_sessions_end_after_a_day);
  ENDPOINT_FIXTURE_ADD ("bodies-are-limited", FALSE, test_bodies_are_limited);
  ENDPOINT_FIXTURE_ADD ("ten-megabytes-are-refused", FALSE, test_ten_megabytes_are_refused);
  ENDPOINT_FIXTURE_ADD ("ids-that-are-none", FALSE, test_ids_that_are_none);
  ENDPOINT_FIXTURE_ADD ("flights-of-another-session", FALSE, test_flights_of_another_session);
  ENDPOINT_FIXTURE_ADD ("what-is-no-flight", FALSE, test_what_is_no_flight);
  ENDPOINT_FIXTURE_ADD ("an-incomplete-second-flight-ends-the-session", FALSE,
                        test_an_incomplete_second_flight_ends_the_session);

  return g_test_run ();
}

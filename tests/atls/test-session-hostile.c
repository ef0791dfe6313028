/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "atls/stile-flight.h"
#include "support/test-tls.h"

/* Its signatures have one length, so that flights have too, whatever the key. */
#define KEY TEST_PKI_ED25519

/* Every so many positions of a flight are tried: all of them would be thousands of handshakes. */
#define STRIDE 7

static void
open_sessions (TestTls *tls, gconstpointer version)
{
  const TestTlsParties *parties = test_tls_get_parties (KEY);
  g_autoptr (StileCredentials) client_credentials = test_tls_client_new (parties->client, parties->root);
  g_autoptr (StileCredentials) server_credentials = test_tls_server_new (parties->server, parties->root);

  stile_credentials_set_version (client_credentials, (StileTlsVersion)GPOINTER_TO_UINT (version));
  test_tls_init (tls, client_credentials, server_credentials);
}

/* Whole flights of one handshake, to be spoilt: the client's, the server's, the client's, the server's. */
static GBytes *
advance (TestTls *tls, guint flight)
{
  GBytes *bytes = NULL;

  for (guint i = 0; i <= flight; i++)
    {
      GBytes *next = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (stile_session_step (i % 2 == 0 ? tls->client : tls->server, bytes, &next, &error));
      g_assert_no_error (error);
      g_clear_pointer (&bytes, g_bytes_unref);
      bytes = next;
    }

  return bytes;
}

/* Either it fails and says why, or it asks for more; it is never up. */
static void
assert_not_up (StileSession *session, GBytes *flight)
{
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GError) error = NULL;
  StileSessionState state;

  if (!stile_session_step (session, flight, &out, &error))
    {
      g_assert_true (error->domain == STILE_ERROR);
      g_assert_cmpuint (strlen (error->message), >, 10);
      g_assert_cmpint (stile_session_get_state (session), ==, STILE_SESSION_FAILED);
      return;
    }
  state = stile_session_get_state (session);
  g_assert_true (state == STILE_SESSION_HANDSHAKING || state == STILE_SESSION_CONFIRMING);
}

static void
test_truncated_flights (gconstpointer version)
{
  for (guint flight = 0; flight < 3; flight++)
    {
      gsize length = 1;

      for (gsize cut = 0; cut < length; cut += STRIDE)
        {
          g_auto (TestTls) tls = { 0 };
          g_autoptr (GBytes) bytes = NULL;
          g_autoptr (GBytes) part = NULL;
          StileSession *receiver;

          open_sessions (&tls, version);
          bytes = advance (&tls, flight);
          length = g_bytes_get_size (bytes);
          part = g_bytes_new_from_bytes (bytes, 0, cut);
          receiver = flight % 2 == 0 ? tls.server : tls.client;
          assert_not_up (receiver, part);
        }
    }
}

/* A flight that ends in the middle is not taken for the end (the body was cut on its way). */
static void
test_a_truncated_last_flight_is_not_the_end (gconstpointer version)
{
  const TestTlsParties *parties = test_tls_get_parties (KEY);
  gsize length = 2;

  for (gsize cut = 1; cut < length; cut += STRIDE)
    {
      g_autoptr (StileCredentials) client = test_tls_client_new (parties->client, parties->root);
      g_autoptr (StileCredentials) server = test_tls_server_new (parties->server, parties->root);
      g_auto (TestTls) tls = { 0 };
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GBytes) part = NULL;

      stile_credentials_set_version (client, (StileTlsVersion)GPOINTER_TO_UINT (version));
      stile_credentials_set_tickets (server, TRUE);
      test_tls_init (&tls, client, server);
      bytes = advance (&tls, 3);
      length = g_bytes_get_size (bytes);
      part = g_bytes_new_from_bytes (bytes, 0, cut);
      assert_not_up (tls.client, part);
    }
}

/* One side may not notice at once; the two are never up with different keys. */
static void
assert_no_false_session (TestTls *tls)
{
  g_autoptr (GBytes) client = stile_session_export (tls->client, "application-layer-tls", 56, NULL);
  g_autoptr (GBytes) server = stile_session_export (tls->server, "application-layer-tls", 56, NULL);

  g_assert_true (client == NULL || server == NULL || g_bytes_equal (client, server));
}

static gboolean
is_up (StileSession *session)
{
  return stile_session_get_state (session) == STILE_SESSION_ESTABLISHED;
}

/* In no signature and no MAC: a record's outer type and version, and what a ChangeCipherSpec says.  GnuTLS passes over
 * them, as RFC 8446 section 5 allows. */
static gboolean
is_outside_transcript (GBytes *bytes, gsize position)
{
  g_autoptr (StileFlight) flight = stile_flight_new (STILE_ROLE_CLIENT, 1, bytes);

  for (guint i = 0; i < stile_flight_get_n_records (flight); i++)
    {
      const StileFlightRecord *record = stile_flight_get_record (flight, i);
      gsize end = record->type == 20 ? record->offset + 6 : record->offset + 3;

      if (position >= record->offset && position < end)
        return TRUE;
    }

  return FALSE;
}

static void
test_flipped_bits (gconstpointer version)
{
  for (guint flight = 0; flight < 3; flight++)
    {
      gsize length = 1;

      for (gsize position = 0; position < length; position += STRIDE)
        {
          g_auto (TestTls) tls = { 0 };
          g_autoptr (GBytes) bytes = NULL;
          g_autoptr (GBytes) changed = NULL;
          StileSession *sender;
          StileSession *receiver;
          g_autoptr (GBytes) answer = NULL;

          open_sessions (&tls, version);
          bytes = advance (&tls, flight);
          length = g_bytes_get_size (bytes);
          changed = test_tls_change (bytes, position, (guint8)(1 << position % 8));
          receiver = flight % 2 == 0 ? tls.server : tls.client;
          sender = flight % 2 == 0 ? tls.client : tls.server;
          if (stile_session_step (receiver, changed, &answer, NULL))
            {
              g_autoptr (GBytes) out = NULL;

              if (stile_session_get_state (sender) != STILE_SESSION_ESTABLISHED)
                test_tls_step (&tls, sender, answer, &out, NULL);
            }
          assert_no_false_session (&tls);
          if (!is_outside_transcript (bytes, position))
            g_assert_false (is_up (tls.client) && is_up (tls.server));
        }
    }
}

static void
test_flights_that_are_none (gconstpointer version)
{
  static const struct
  {
    const char *bytes;
    gsize length;
  } table[] = {
    { "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", 36 },
    { "<html><body>Please log in</body></html>", 39 },
    { "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24 },
    { "\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10\x01\x00\x80\x02\x00\x80\x03\x00\x80\x04\x00\x80\x05",
      24 },
    { "\x16\x03\x03\xff\xff\x01\x00\x00\x00\x00\x00\x00", 12 },
    { "\x17\x03\x03\x00\x10hello hello hello", 21 },
    { "\x15\x03\x03\x00\x02\x02\x28", 7 },
    { "\x14\x03\x03\x00\x01\x01", 6 },
    { "\x16\x03\x03\x00\x00", 5 },
    { "\x16\x03\x03\x00\x04\x63\x00\x00\x00", 9 },
    { "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 16 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_auto (TestTls) tls = { 0 };
      g_autoptr (GBytes) flight = g_bytes_new (table[i].bytes, table[i].length);
      g_autoptr (GBytes) hello = NULL;

      open_sessions (&tls, version);
      assert_not_up (tls.server, flight);
      hello = advance (&tls, 0);
      assert_not_up (tls.client, flight);
    }
}

static void
test_empty_flights_ask_for_more (gconstpointer version)
{
  g_auto (TestTls) tls = { 0 };
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GError) error = NULL;

  open_sessions (&tls, version);
  g_assert_true (stile_session_step (tls.server, empty, &out, &error));
  g_assert_null (out);
  g_assert_cmpint (stile_session_get_state (tls.server), ==, STILE_SESSION_HANDSHAKING);
  test_tls_assert_established (&tls);
}

static void
test_a_plain_alert_is_named (gconstpointer version)
{
  g_auto (TestTls) tls = { 0 };
  g_autoptr (GBytes) hello = NULL;
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GBytes) alert = g_bytes_new_static ("\x15\x03\x03\x00\x02\x02\x46", 7);
  g_autoptr (GError) error = NULL;

  open_sessions (&tls, version);
  hello = advance (&tls, 0);
  g_assert_false (stile_session_step (tls.client, alert, &out, &error));
  g_assert_null (out);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "protocol_version"));
}

/* OpenSSL's alert on a refused certificate comes in the clear where TLS 1.3 wants it encrypted (PLATFORM 14). */
static void
test_a_plain_alert_after_the_hellos_is_named (gconstpointer version)
{
  g_auto (TestTls) tls = { 0 };
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GBytes) alert = g_bytes_new_static ("\x15\x03\x03\x00\x02\x02\x30", 7);
  g_autoptr (GError) error = NULL;

  open_sessions (&tls, version);
  answer = advance (&tls, 1);
  g_assert_false (stile_session_step (tls.server, alert, &out, &error));
  g_assert_null (out);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "unknown_ca"));
}

/* The first flight once more, the other's own flight back, a flight of another handshake. */
static void
test_flights_out_of_place (gconstpointer version)
{
  g_auto (TestTls) tls = { 0 };
  g_auto (TestTls) other = { 0 };
  g_auto (TestTls) third = { 0 };
  g_autoptr (GBytes) hello = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GBytes) strange = NULL;
  g_autoptr (GBytes) last = NULL;

  open_sessions (&tls, version);
  open_sessions (&other, version);
  open_sessions (&third, version);
  hello = advance (&tls, 0);
  g_assert_true (stile_session_step (tls.server, hello, &answer, NULL));
  assert_not_up (tls.server, hello);
  assert_not_up (tls.client, hello);
  strange = advance (&other, 2);
  last = advance (&third, 1);
  assert_not_up (third.server, strange);
}

static void
add (const char *name, GTestDataFunc function)
{
  g_autofree char *path_1_3 = g_strdup_printf ("/atls/session/hostile/%s/1.3", name);
  g_autofree char *path_1_2 = g_strdup_printf ("/atls/session/hostile/%s/1.2", name);

  g_test_add_data_func (path_1_3, GUINT_TO_POINTER (STILE_TLS_1_3), function);
  g_test_add_data_func (path_1_2, GUINT_TO_POINTER (STILE_TLS_1_2), function);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("truncated-flights", test_truncated_flights);
  add ("a-truncated-last-flight-is-not-the-end", test_a_truncated_last_flight_is_not_the_end);
  add ("flipped-bits", test_flipped_bits);
  add ("flights-that-are-none", test_flights_that_are_none);
  add ("empty-flights-ask-for-more", test_empty_flights_ask_for_more);
  add ("a-plain-alert-is-named", test_a_plain_alert_is_named);
  add ("a-plain-alert-after-the-hellos-is-named", test_a_plain_alert_after_the_hellos_is_named);
  add ("flights-out-of-place", test_flights_out_of_place);

  return g_test_run ();
}

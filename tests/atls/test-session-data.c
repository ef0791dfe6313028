/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "support/test-tls.h"

static void
open_sessions (TestTls *tls, gconstpointer version, gboolean mutual, gboolean tickets)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) client = test_tls_client_new (parties->client, parties->root);
  g_autoptr (StileCredentials) server = test_tls_server_new (parties->server, mutual ? parties->root : NULL);

  stile_credentials_set_version (client, (StileTlsVersion)GPOINTER_TO_UINT (version));
  stile_credentials_set_tickets (server, tickets);
  test_tls_init (tls, client, server);
}

static void
assert_carried (StileSession *from, StileSession *to, GBytes *data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) records = stile_session_send (from, data, &error);
  g_autoptr (GBytes) received = NULL;

  g_assert_no_error (error);
  received = stile_session_receive (to, records, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (received, data));
}

static void
test_both_ways (gconstpointer version)
{
  static const gsize lengths[] = { 0, 1, 16384, 16385, 100 * 1024 };
  g_auto (TestTls) tls = { 0 };

  open_sessions (&tls, version, TRUE, TRUE);
  test_tls_assert_established (&tls);
  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GBytes) data = g_bytes_new_take (g_malloc0 (lengths[i] + 1), lengths[i]);

      assert_carried (tls.client, tls.server, data);
      assert_carried (tls.server, tls.client, data);
    }
}

/* A body may be cut anywhere: what is whole comes out, the rest waits. */
static void
test_in_pieces (gconstpointer version)
{
  g_auto (TestTls) tls = { 0 };
  g_autoptr (GBytes) data = g_bytes_new_static ("hello", 5);
  g_autoptr (GBytes) records = NULL;
  g_autoptr (GString) received = g_string_new (NULL);

  open_sessions (&tls, version, TRUE, TRUE);
  test_tls_assert_established (&tls);
  records = stile_session_send (tls.client, data, NULL);
  for (gsize i = 0; i < g_bytes_get_size (records); i++)
    {
      g_autoptr (GBytes) piece = g_bytes_new_from_bytes (records, i, 1);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) part = stile_session_receive (tls.server, piece, &error);

      g_assert_no_error (error);
      g_string_append_len (received, g_bytes_get_data (part, NULL), (gssize)g_bytes_get_size (part));
    }
  g_assert_cmpstr (received->str, ==, "hello");
}

static void
assert_closed (StileSession *session)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("x", 1);
  g_autoptr (GError) send_error = NULL;
  g_autoptr (GError) receive_error = NULL;
  g_autoptr (GError) export_error = NULL;

  g_assert_cmpint (stile_session_get_state (session), ==, STILE_SESSION_CLOSED);
  g_assert_null (stile_session_send (session, data, &send_error));
  g_assert_error (send_error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_assert_null (stile_session_receive (session, data, &receive_error));
  g_assert_error (receive_error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (receive_error->message, "closed"));
  g_assert_null (stile_session_export (session, "application-layer-tls", 56, &export_error));
  g_assert_nonnull (export_error);
}

static void
test_close_notify_both_ways (gconstpointer version)
{
  g_auto (TestTls) tls = { 0 };
  g_autoptr (GBytes) ours = NULL;
  g_autoptr (GBytes) theirs = NULL;
  g_autoptr (GBytes) empty = NULL;
  g_autoptr (GError) error = NULL;

  open_sessions (&tls, version, TRUE, TRUE);
  test_tls_assert_established (&tls);
  ours = stile_session_close (tls.client);
  g_assert_nonnull (ours);
  empty = stile_session_receive (tls.server, ours, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (empty), ==, 0);
  g_assert_cmpint (stile_session_get_state (tls.server), ==, STILE_SESSION_CLOSING);
  theirs = stile_session_close (tls.server);
  g_assert_nonnull (theirs);
  assert_closed (tls.client);
  assert_closed (tls.server);
  /* What was negotiated can still be shown. */
  g_assert_nonnull (stile_session_get_cipher_suite (tls.server));
}

static void
test_data_before_a_close_is_given (gconstpointer version)
{
  g_auto (TestTls) tls = { 0 };
  g_autoptr (GBytes) data = g_bytes_new_static ("last words", 10);
  g_autoptr (GBytes) records = NULL;
  g_autoptr (GBytes) notify = NULL;
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autoptr (GBytes) joined = NULL;
  g_autoptr (GBytes) received = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;

  open_sessions (&tls, version, TRUE, TRUE);
  test_tls_assert_established (&tls);
  records = stile_session_send (tls.client, data, NULL);
  notify = stile_session_close (tls.client);
  g_byte_array_append (body, g_bytes_get_data (records, NULL), (guint)g_bytes_get_size (records));
  g_byte_array_append (body, g_bytes_get_data (notify, NULL), (guint)g_bytes_get_size (notify));
  joined = g_bytes_new (body->data, body->len);
  received = stile_session_receive (tls.server, joined, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (received, data));
  g_assert_cmpint (stile_session_get_state (tls.server), ==, STILE_SESSION_CLOSING);
  /* It may still answer before it says goodbye itself. */
  answer = stile_session_send (tls.server, data, &error);
  g_assert_no_error (error);
  g_assert_nonnull (answer);
  g_bytes_unref (stile_session_close (tls.server));
  assert_closed (tls.server);
}

/* GnuTLS stops after each ticket; what lies behind them must not be lost (PLATFORM section 14). */
static void
test_early_data_behind_tickets_is_kept (gconstpointer mutual)
{
  g_auto (TestTls) tls = { 0 };
  g_autoptr (GBytes) hello = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GBytes) finished = NULL;
  g_autoptr (GBytes) last = NULL;
  g_autoptr (GBytes) none = NULL;
  g_autoptr (GBytes) welcome = g_bytes_new_static ("welcome", 7);
  g_autoptr (GBytes) records = NULL;
  g_autoptr (GBytes) received = NULL;
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autoptr (GBytes) joined = NULL;
  g_autoptr (GError) error = NULL;

  open_sessions (&tls, GUINT_TO_POINTER (STILE_TLS_1_3), mutual != NULL, TRUE);
  g_assert_true (stile_session_step (tls.client, NULL, &hello, &error));
  g_assert_true (stile_session_step (tls.server, hello, &answer, &error));
  g_assert_true (stile_session_step (tls.client, answer, &finished, &error));
  g_assert_true (stile_session_step (tls.server, finished, &last, &error));
  records = stile_session_send (tls.server, welcome, &error);
  g_assert_no_error (error);
  g_assert_nonnull (last);
  g_byte_array_append (body, g_bytes_get_data (last, NULL), (guint)g_bytes_get_size (last));
  g_byte_array_append (body, g_bytes_get_data (records, NULL), (guint)g_bytes_get_size (records));
  joined = g_bytes_new (body->data, body->len);
  g_assert_true (stile_session_step (tls.client, joined, &none, &error));
  g_assert_no_error (error);
  g_assert_cmpint (stile_session_get_state (tls.client), ==, STILE_SESSION_ESTABLISHED);
  g_assert_nonnull (stile_session_get_ticket (tls.client));
  received = stile_session_receive (tls.client, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (received, welcome));
}

static void
test_changed_records_end_the_session (gconstpointer version)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("hello", 5);
  gsize length = 1;

  for (gsize i = 0; i < length; i++)
    {
      g_auto (TestTls) tls = { 0 };
      g_autoptr (GBytes) records = NULL;
      g_autoptr (GBytes) changed = NULL;
      g_autoptr (GBytes) received = NULL;
      g_autoptr (GError) error = NULL;

      open_sessions (&tls, version, FALSE, FALSE);
      test_tls_assert_established (&tls);
      records = stile_session_send (tls.client, data, NULL);
      length = g_bytes_get_size (records);
      changed = test_tls_change (records, i, 0x40);
      received = stile_session_receive (tls.server, changed, &error);
      if (received != NULL) /* a longer length: more is awaited */
        g_assert_cmpuint (g_bytes_get_size (received), ==, 0);
      else
        g_assert_cmpint (stile_session_get_state (tls.server), ==, STILE_SESSION_FAILED);
    }
}

static void
test_a_repeated_record_is_refused (gconstpointer version)
{
  g_auto (TestTls) tls = { 0 };
  g_autoptr (GBytes) data = g_bytes_new_static ("hello", 5);
  g_autoptr (GBytes) records = NULL;
  g_autoptr (GBytes) received = NULL;
  g_autoptr (GError) error = NULL;

  open_sessions (&tls, version, TRUE, TRUE);
  test_tls_assert_established (&tls);
  records = stile_session_send (tls.client, data, NULL);
  received = stile_session_receive (tls.server, records, NULL);
  g_assert_nonnull (received);
  g_assert_null (stile_session_receive (tls.server, records, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_assert_cmpint (stile_session_get_state (tls.server), ==, STILE_SESSION_FAILED);
}

/* --- ALPN and SNI --- */

static void
test_application_protocols (gconstpointer version)
{
  static const struct
  {
    const char *client[3];
    const char *server[3];
    const char *agreed;
  } table[] = {
    { { "bhttp", NULL }, { "bhttp", NULL }, "bhttp" },
    { { "other", "bhttp", NULL }, { "bhttp", NULL }, "bhttp" },
    { { "bhttp", NULL }, { NULL }, NULL },
    { { NULL }, { "bhttp", NULL }, NULL },
    { { "bhttp", NULL }, { "other", NULL }, NULL },
  };
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (StileCredentials) client = test_tls_client_new (NULL, parties->root);
      g_autoptr (StileCredentials) server = test_tls_server_new (parties->server, NULL);
      g_auto (TestTls) tls = { 0 };
      g_autofree char *client_protocol = NULL;
      g_autofree char *server_protocol = NULL;

      stile_credentials_set_version (client, (StileTlsVersion)GPOINTER_TO_UINT (version));
      stile_credentials_set_application_protocols (client, table[i].client);
      stile_credentials_set_application_protocols (server, table[i].server);
      test_tls_init (&tls, client, server);
      test_tls_assert_established (&tls);
      client_protocol = stile_session_get_application_protocol (tls.client);
      server_protocol = stile_session_get_application_protocol (tls.server);
      g_assert_cmpstr (client_protocol, ==, table[i].agreed);
      g_assert_cmpstr (server_protocol, ==, table[i].agreed);
    }
}

static gboolean
contains (GBytes *bytes, const char *text)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  for (gsize i = 0; i + strlen (text) <= length; i++)
    if (memcmp (data + i, text, strlen (text)) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
hello_names (const char *host)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) credentials = test_tls_client_new (NULL, parties->root);
  g_autoptr (StileSession) session = stile_session_new (credentials, host, NULL);
  g_autoptr (GBytes) hello = NULL;

  g_assert_true (stile_session_step (session, NULL, &hello, NULL));
  return contains (hello, host);
}

/* RFC 6066 section 3. */
static void
test_names_hosts_but_no_addresses (void)
{
  g_assert_true (hello_names ("service.example"));
  g_assert_false (hello_names ("192.0.2.1"));
  g_assert_false (hello_names ("2001:db8::1"));
}

static void
add (const char *name, GTestDataFunc function)
{
  g_autofree char *path_1_3 = g_strdup_printf ("/atls/session/data/%s/1.3", name);
  g_autofree char *path_1_2 = g_strdup_printf ("/atls/session/data/%s/1.2", name);

  g_test_add_data_func (path_1_3, GUINT_TO_POINTER (STILE_TLS_1_3), function);
  g_test_add_data_func (path_1_2, GUINT_TO_POINTER (STILE_TLS_1_2), function);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("both-ways", test_both_ways);
  add ("in-pieces", test_in_pieces);
  add ("close-notify-both-ways", test_close_notify_both_ways);
  add ("before-a-close-is-given", test_data_before_a_close_is_given);
  add ("changed-records-end-the-session", test_changed_records_end_the_session);
  add ("a-repeated-record-is-refused", test_a_repeated_record_is_refused);
  add ("application-protocols", test_application_protocols);
  g_test_add_data_func ("/atls/session/data/early-behind-tickets-is-kept/mutual", GUINT_TO_POINTER (1),
                        test_early_data_behind_tickets_is_kept);
  g_test_add_data_func ("/atls/session/data/early-behind-tickets-is-kept/server-only", NULL,
                        test_early_data_behind_tickets_is_kept);
  g_test_add_func ("/atls/session/names-hosts-but-no-addresses", test_names_hosts_but_no_addresses);

  return g_test_run ();
}

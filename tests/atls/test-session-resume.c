/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "support/test-tls.h"

typedef struct
{
  StileCredentials *client;
  StileCredentials *server;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  StileTlsVersion version = (StileTlsVersion)GPOINTER_TO_UINT (data);

  fixture->client = test_tls_client_new (parties->client, parties->root);
  fixture->server = test_tls_server_new (parties->server, parties->root);
  stile_credentials_set_version (fixture->client, version);
  stile_credentials_set_tickets (fixture->server, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->client);
  g_assert_finalize_object (fixture->server);
}

static void
shake (TestTls *tls, StileCredentials *client, StileCredentials *server, GBytes *ticket)
{
  g_autoptr (GError) error = NULL;

  test_tls_init (tls, client, server);
  if (ticket != NULL)
    {
      g_assert_true (stile_session_resume (tls->client, ticket, &error));
      g_assert_no_error (error);
    }
  test_tls_assert_established (tls);
}

static void
test_comes_back_with_a_ticket (Fixture *fixture, gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_auto (TestTls) first = { 0 };
  g_auto (TestTls) second = { 0 };
  g_autoptr (GBytes) ticket = NULL;
  g_autoptr (GBytes) first_keys = NULL;
  g_autoptr (GBytes) second_keys = NULL;
  g_autoptr (GBytes) server_keys = NULL;

  shake (&first, fixture->client, fixture->server, NULL);
  ticket = stile_session_get_ticket (first.client);
  g_assert_nonnull (ticket);
  shake (&second, fixture->client, fixture->server, ticket);
  g_assert_true (stile_session_is_resumed (second.client));
  g_assert_true (stile_session_is_resumed (second.server));
  g_assert_false (stile_session_is_resumed (first.client));

  first_keys = stile_session_export (first.client, "application-layer-tls", 56, NULL);
  second_keys = stile_session_export (second.client, "application-layer-tls", 56, NULL);
  server_keys = stile_session_export (second.server, "application-layer-tls", 56, NULL);
  g_assert_false (g_bytes_equal (first_keys, second_keys));
  g_assert_true (g_bytes_equal (second_keys, server_keys));
  /* Nobody shows a certificate again, and both still know who is there. */
  g_assert_true (stile_certificate_equal (g_ptr_array_index (stile_session_get_peer_chain (second.server), 0),
                                          test_pki_get_certificate (parties->client)));
  g_assert_true (stile_certificate_equal (g_ptr_array_index (stile_session_get_peer_chain (second.client), 0),
                                          test_pki_get_certificate (parties->server)));
}

static void
test_comes_back_in_pieces (Fixture *fixture, gconstpointer data)
{
  g_auto (TestTls) first = { 0 };
  g_auto (TestTls) second = { .piece = 1 };
  g_autoptr (GBytes) ticket = NULL;

  shake (&first, fixture->client, fixture->server, NULL);
  ticket = stile_session_get_ticket (first.client);
  shake (&second, fixture->client, fixture->server, ticket);
  g_assert_true (stile_session_is_resumed (second.client));
}

static void
test_comes_back_from_a_resumed_session (Fixture *fixture, gconstpointer data)
{
  g_auto (TestTls) first = { 0 };
  g_auto (TestTls) second = { 0 };
  g_auto (TestTls) third = { 0 };
  g_autoptr (GBytes) ticket = NULL;
  g_autoptr (GBytes) again = NULL;

  shake (&first, fixture->client, fixture->server, NULL);
  ticket = stile_session_get_ticket (first.client);
  shake (&second, fixture->client, fixture->server, ticket);
  again = stile_session_get_ticket (second.client);
  if (again == NULL) /* TLS 1.2 goes on with the first one */
    again = g_bytes_ref (ticket);
  shake (&third, fixture->client, fixture->server, again);
  g_assert_true (stile_session_is_resumed (third.client));
}

static void
test_a_ticket_of_another_service_is_ignored (Fixture *fixture, gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) other = test_tls_server_new (parties->server, parties->root);
  g_auto (TestTls) first = { 0 };
  g_auto (TestTls) second = { 0 };
  g_autoptr (GBytes) ticket = NULL;

  stile_credentials_set_tickets (other, TRUE);
  shake (&first, fixture->client, fixture->server, NULL);
  ticket = stile_session_get_ticket (first.client);
  shake (&second, fixture->client, other, ticket);
  g_assert_false (stile_session_is_resumed (second.client));
  g_assert_false (stile_session_is_resumed (second.server));
}

static void
test_no_ticket_where_none_is_given (Fixture *fixture, gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) without = test_tls_server_new (parties->server, parties->root);
  g_auto (TestTls) tls = { 0 };

  shake (&tls, fixture->client, without, NULL);
  g_assert_null (stile_session_get_ticket (tls.client));
  g_assert_null (tls.to_client != NULL && g_bytes_get_size (tls.to_client) > 600 ? tls.to_client : NULL);
}

static void
test_a_ticket_that_is_none_is_refused_or_ignored (Fixture *fixture, gconstpointer data)
{
  static const char *const tickets[] = { "", "x", "this is no ticket at all, however one looks at it" };

  for (gsize i = 0; i < G_N_ELEMENTS (tickets); i++)
    {
      g_auto (TestTls) tls = { 0 };
      g_autoptr (GBytes) ticket = g_bytes_new (tickets[i], strlen (tickets[i]));
      g_autoptr (GError) error = NULL;

      test_tls_init (&tls, fixture->client, fixture->server);
      if (!stile_session_resume (tls.client, ticket, &error))
        g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      test_tls_assert_established (&tls);
      g_assert_false (stile_session_is_resumed (tls.client));
    }
}

static void
add (const char *name, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path_1_3 = g_strdup_printf ("/atls/session/resume/%s/1.3", name);
  g_autofree char *path_1_2 = g_strdup_printf ("/atls/session/resume/%s/1.2", name);

  g_test_add (path_1_3, Fixture, GUINT_TO_POINTER (STILE_TLS_1_3), set_up, test, tear_down);
  g_test_add (path_1_2, Fixture, GUINT_TO_POINTER (STILE_TLS_1_2), set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("comes-back-with-a-ticket", test_comes_back_with_a_ticket);
  add ("comes-back-in-pieces", test_comes_back_in_pieces);
  add ("comes-back-from-a-resumed-session", test_comes_back_from_a_resumed_session);
  add ("a-ticket-of-another-service-is-ignored", test_a_ticket_of_another_service_is_ignored);
  add ("no-ticket-where-none-is-given", test_no_ticket_where_none_is_given);
  add ("a-ticket-that-is-none-is-refused-or-ignored", test_a_ticket_that_is_none_is_refused_or_ignored);

  return g_test_run ();
}

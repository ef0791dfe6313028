/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-session.h"

#include <string.h>

#include "atls/stile-error.h"
#include "atls/stile-sealer.h"
#include "support/test-tls.h"

typedef struct
{
  const char *name;
  StileTlsVersion version;
  TestPkiKey key;
  gboolean mutual;
} Case;

static const Case cases[] = {
  { "1.3/p-256/mutual", STILE_TLS_1_3, TEST_PKI_P256, TRUE },
  { "1.3/p-384/mutual", STILE_TLS_1_3, TEST_PKI_P384, TRUE },
  { "1.3/ed25519/mutual", STILE_TLS_1_3, TEST_PKI_ED25519, TRUE },
  { "1.3/rsa-2048/mutual", STILE_TLS_1_3, TEST_PKI_RSA, TRUE },
  { "1.3/p-256/server-only", STILE_TLS_1_3, TEST_PKI_P256, FALSE },
  { "1.3/p-384/server-only", STILE_TLS_1_3, TEST_PKI_P384, FALSE },
  { "1.3/ed25519/server-only", STILE_TLS_1_3, TEST_PKI_ED25519, FALSE },
  { "1.3/rsa-2048/server-only", STILE_TLS_1_3, TEST_PKI_RSA, FALSE },
  { "1.2/p-256/mutual", STILE_TLS_1_2, TEST_PKI_P256, TRUE },
  { "1.2/p-384/mutual", STILE_TLS_1_2, TEST_PKI_P384, TRUE },
  { "1.2/ed25519/mutual", STILE_TLS_1_2, TEST_PKI_ED25519, TRUE },
  { "1.2/rsa-2048/mutual", STILE_TLS_1_2, TEST_PKI_RSA, TRUE },
  { "1.2/p-256/server-only", STILE_TLS_1_2, TEST_PKI_P256, FALSE },
  { "1.2/p-384/server-only", STILE_TLS_1_2, TEST_PKI_P384, FALSE },
  { "1.2/ed25519/server-only", STILE_TLS_1_2, TEST_PKI_ED25519, FALSE },
  { "1.2/rsa-2048/server-only", STILE_TLS_1_2, TEST_PKI_RSA, FALSE },
};

static void
open_sessions (TestTls *tls, const Case *with, gboolean tickets)
{
  const TestTlsParties *parties = test_tls_get_parties (with->key);
  g_autoptr (StileCredentials) client =
      test_tls_client_new (with->mutual ? parties->client : NULL, parties->root);
  g_autoptr (StileCredentials) server =
      test_tls_server_new (parties->server, with->mutual ? parties->root : NULL);

  stile_credentials_set_version (client, with->version);
  stile_credentials_set_version (server, with->version);
  stile_credentials_set_tickets (server, tickets);
  test_tls_init (tls, client, server);
}

static void
assert_same_export (TestTls *tls, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) client = stile_session_export (tls->client, "application-layer-tls", length, &error);
  g_autoptr (GBytes) server = NULL;

  g_assert_no_error (error);
  server = stile_session_export (tls->server, "application-layer-tls", length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (client), ==, length);
  g_assert_true (g_bytes_equal (client, server));
}

static void
test_shakes_hands (gconstpointer data)
{
  const Case *with = data;
  const TestTlsParties *parties = test_tls_get_parties (with->key);
  g_auto (TestTls) tls = { 0 };
  GPtrArray *chain;

  open_sessions (&tls, with, FALSE);
  test_tls_assert_established (&tls);
  g_assert_cmpuint (tls.round_trips, ==, 2);
  g_assert_cmpstr (stile_session_get_version (tls.client), ==,
                   with->version == STILE_TLS_1_3 ? "TLS 1.3" : "TLS 1.2");
  g_assert_cmpstr (stile_session_get_version (tls.server), ==, stile_session_get_version (tls.client));
  g_assert_cmpstr (stile_session_get_cipher_suite (tls.client), ==,
                   stile_session_get_cipher_suite (tls.server));
  g_assert_cmpstr (stile_session_get_aead (tls.client)->name, ==, "AES-128-GCM");
  g_assert_cmpstr (stile_session_get_group (tls.client), ==, "X25519");
  g_assert_false (stile_session_is_resumed (tls.client));
  g_assert_false (stile_session_is_provisional (tls.client));
  chain = stile_session_get_peer_chain (tls.client);
  g_assert_true (
      stile_certificate_equal (g_ptr_array_index (chain, 0), test_pki_get_certificate (parties->server)));
  chain = stile_session_get_peer_chain (tls.server);
  g_assert_true (with->mutual ? stile_certificate_equal (g_ptr_array_index (chain, 0),
                                                         test_pki_get_certificate (parties->client))
                              : chain == NULL);
  assert_same_export (&tls, 44);
  assert_same_export (&tls, 56);
  assert_same_export (&tls, 88);
}

static void
test_takes_flights_byte_by_byte (gconstpointer data)
{
  g_auto (TestTls) tls = { .piece = 1 };

  open_sessions (&tls, data, TRUE);
  test_tls_assert_established (&tls);
  g_assert_cmpuint (tls.round_trips, ==, 2);
  assert_same_export (&tls, 56);
}

static void
test_takes_flights_in_random_pieces (gconstpointer data)
{
  for (guint32 seed = 1; seed <= 10; seed++)
    {
      g_auto (TestTls) tls = { .pieces = g_rand_new_with_seed (seed) };

      open_sessions (&tls, data, TRUE);
      test_tls_assert_established (&tls);
      assert_same_export (&tls, 56);
    }
}

/* A chain over 16 KB needs several records a message: GnuTLS asks to be called again with bytes left (trap 1). */
static void
test_long_chains (gconstpointer data)
{
  const Case *with = data;
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", with->key);
  g_autoptr (TestPki) middle = test_pki_issue (
      root, &(TestPkiOptions){ .name = "Middle", .authority = TRUE, .key = with->key, .padding = 12000 });
  g_autoptr (TestPki) server = test_pki_issue (
      middle,
      &(TestPkiOptions){ .name = "Server", .hosts = TEST_TLS_HOST, .key = with->key, .padding = 12000 });
  g_autoptr (TestPki) client =
      test_pki_issue (middle, &(TestPkiOptions){ .name = "Client", .key = with->key, .padding = 12000 });
  g_autoptr (StileCredentials) client_credentials = test_tls_client_new (with->mutual ? client : NULL, root);
  g_autoptr (StileCredentials) server_credentials = test_tls_server_new (server, with->mutual ? root : NULL);
  static const gsize pieces[] = { 0, 1000 };

  stile_credentials_set_version (client_credentials, with->version);
  stile_credentials_set_version (server_credentials, with->version);
  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_auto (TestTls) tls = { .piece = pieces[i] };

      test_tls_init (&tls, client_credentials, server_credentials);
      test_tls_assert_established (&tls);
      g_assert_cmpuint (tls.round_trips, ==, 2);
      g_assert_cmpuint (stile_session_get_peer_chain (tls.client)->len, ==, 2);
    }
}

/* GnuTLS crashes or guesses when it is asked too early (PLATFORM section 1, trap 11). */
static void
test_knows_nothing_before_the_hellos (void)
{
  g_auto (TestTls) tls = { 0 };
  StileSession *sides[2];

  open_sessions (&tls, &cases[0], TRUE);
  sides[0] = tls.client;
  sides[1] = tls.server;
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (stile_session_get_state (sides[i]), ==, STILE_SESSION_HANDSHAKING);
      g_assert_null (stile_session_get_version (sides[i]));
      g_assert_null (stile_session_get_cipher_suite (sides[i]));
      g_assert_null (stile_session_get_aead (sides[i]));
      g_assert_null (stile_session_get_group (sides[i]));
      g_assert_null (stile_session_get_application_protocol (sides[i]));
      g_assert_null (stile_session_get_peer_chain (sides[i]));
      g_assert_null (stile_session_get_ticket (sides[i]));
      g_assert_null (stile_session_close (sides[i]));
      g_assert_false (stile_session_is_resumed (sides[i]));
    }
}

static void
assert_exports_nothing (StileSession *session)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) keys_error = NULL;

  g_assert_null (stile_session_export (session, "application-layer-tls", 56, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_assert_null (stile_session_export_keys (session, &stile_keys_application, &keys_error));
  g_assert_error (keys_error, STILE_ERROR, STILE_ERROR_PROTOCOL);
}

/* GnuTLS would hand the server its keys before it has seen who the client is (trap 4). */
static void
test_exports_nothing_before_the_end (gconstpointer data)
{
  g_auto (TestTls) tls = { 0 };
  GBytes *flight = NULL;
  GBytes *answer = NULL;

  open_sessions (&tls, data, FALSE);
  assert_exports_nothing (tls.client);
  assert_exports_nothing (tls.server);
  g_assert_true (stile_session_step (tls.client, NULL, &flight, NULL));
  assert_exports_nothing (tls.client);
  g_assert_true (stile_session_step (tls.server, flight, &answer, NULL));
  assert_exports_nothing (tls.server);
  g_clear_pointer (&flight, g_bytes_unref);
  g_assert_true (stile_session_step (tls.client, answer, &flight, NULL));
  assert_exports_nothing (tls.client);
  g_clear_pointer (&flight, g_bytes_unref);
  g_clear_pointer (&answer, g_bytes_unref);
}

/* GnuTLS would send a record each time, or renegotiate (PLATFORM section 14). */
static void
test_a_step_after_the_end_does_no_harm (gconstpointer data)
{
  g_auto (TestTls) tls = { 0 };
  g_autoptr (GBytes) hello = g_bytes_new_static ("hello", 5);
  g_autoptr (GBytes) records = NULL;
  g_autoptr (GBytes) received = NULL;
  g_autoptr (GError) error = NULL;

  open_sessions (&tls, data, FALSE);
  test_tls_assert_established (&tls);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GBytes) out = NULL;
      g_autoptr (GError) step_error = NULL;

      g_assert_false (stile_session_step (tls.client, i == 0 ? NULL : tls.to_server, &out, &step_error));
      g_assert_error (step_error, STILE_ERROR, STILE_ERROR_PROTOCOL);
      g_assert_null (out);
      g_clear_error (&step_error);
      g_assert_false (stile_session_step (tls.server, i == 0 ? NULL : tls.to_server, &out, &step_error));
      g_assert_null (out);
    }
  records = stile_session_send (tls.client, hello, &error);
  g_assert_no_error (error);
  received = stile_session_receive (tls.server, records, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (received, hello));
}

static void
assert_sealed_over (StileSession *client, StileSession *server)
{
  const guint8 id[STILE_SEALER_ID_SIZE] = { 1 };
  g_autoptr (GError) error = NULL;
  StileKeys *client_keys = stile_session_export_keys (client, &stile_keys_application, &error);
  StileKeys *server_keys = stile_session_export_keys (server, &stile_keys_application, &error);
  g_autoptr (StileSealer) sender = stile_sealer_new (client_keys, STILE_ROLE_CLIENT, id);
  g_autoptr (StileSealer) receiver = stile_sealer_new (server_keys, STILE_ROLE_SERVER, id);
  g_autoptr (GBytes) plaintext = g_bytes_new_static ("hello", 5);
  g_autoptr (GBytes) request = stile_sealer_seal (sender, 0, plaintext, &error);
  g_autoptr (GBytes) answer = stile_sealer_seal (receiver, 0, plaintext, &error);
  guint64 sequence;
  g_autoptr (GBytes) received = stile_sealer_open (receiver, request, 100, &sequence, &error);
  g_autoptr (GBytes) answered = stile_sealer_open (sender, answer, 100, &sequence, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (received, plaintext));
  g_assert_true (g_bytes_equal (answered, plaintext));
}

static const struct
{
  const char *cipher;
  gsize block;
} ciphers[] = {
  { "AES-128-GCM", 56 }, { "AES-256-GCM", 88 },   { "CHACHA20-POLY1305", 88 },
  { "AES-128-CCM", 56 }, { "AES-128-CCM-8", 56 },
};

static void
test_every_cipher_seals (gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  StileTlsVersion version = (StileTlsVersion)GPOINTER_TO_UINT (data);

  for (gsize i = 0; i < G_N_ELEMENTS (ciphers); i++)
    {
      const char *const names[] = { ciphers[i].cipher, NULL };
      g_autoptr (StileCredentials) client = test_tls_client_new (parties->client, parties->root);
      g_autoptr (StileCredentials) server = test_tls_server_new (parties->server, parties->root);
      g_autoptr (GError) error = NULL;
      g_auto (TestTls) tls = { 0 };

      stile_credentials_set_version (client, version);
      g_assert_true (stile_credentials_set_ciphers (client, names, &error));
      g_assert_true (stile_credentials_set_ciphers (server, names, &error));
      test_tls_init (&tls, client, server);
      test_tls_assert_established (&tls);
      g_assert_cmpstr (stile_session_get_aead (tls.client)->name, ==, ciphers[i].cipher);
      g_assert_cmpuint (
          stile_keys_get_block_size (&stile_keys_application, stile_session_get_aead (tls.client)), ==,
          ciphers[i].block);
      assert_sealed_over (tls.client, tls.server);
    }
}

/* In TLS 1.3 the length is part of what is derived (PLATFORM section 3). */
static void
test_lengths_and_labels_give_other_keys (void)
{
  g_auto (TestTls) tls = { 0 };
  g_autoptr (GBytes) block = NULL;
  g_autoptr (GBytes) longer = NULL;
  g_autoptr (GBytes) other = NULL;

  open_sessions (&tls, &cases[0], FALSE);
  test_tls_assert_established (&tls);
  block = stile_session_export (tls.client, "application-layer-tls", 32, NULL);
  longer = stile_session_export (tls.client, "application-layer-tls", 64, NULL);
  other = stile_session_export (tls.client, "EXPORTER-other", 32, NULL);
  g_assert_cmpint (memcmp (g_bytes_get_data (block, NULL), g_bytes_get_data (longer, NULL), 32), !=, 0);
  g_assert_false (g_bytes_equal (block, other));
}

static void
add (const char *what, const Case *with, GTestDataFunc function)
{
  g_autofree char *path = g_strdup_printf ("/atls/session/%s/%s", what, with->name);

  g_test_add_data_func (path, with, function);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      add ("shakes-hands", &cases[i], test_shakes_hands);
      add ("takes-flights-byte-by-byte", &cases[i], test_takes_flights_byte_by_byte);
      add ("takes-flights-in-random-pieces", &cases[i], test_takes_flights_in_random_pieces);
      if (cases[i].key == TEST_PKI_P256)
        {
          add ("long-chains", &cases[i], test_long_chains);
          add ("exports-nothing-before-the-end", &cases[i], test_exports_nothing_before_the_end);
          add ("a-step-after-the-end-does-no-harm", &cases[i], test_a_step_after_the_end_does_no_harm);
        }
    }
  g_test_add_func ("/atls/session/knows-nothing-before-the-hellos", test_knows_nothing_before_the_hellos);
  g_test_add_data_func ("/atls/session/every-cipher-seals/1.3", GUINT_TO_POINTER (STILE_TLS_1_3),
                        test_every_cipher_seals);
  g_test_add_data_func ("/atls/session/every-cipher-seals/1.2", GUINT_TO_POINTER (STILE_TLS_1_2),
                        test_every_cipher_seals);
  g_test_add_func ("/atls/session/lengths-and-labels-give-other-keys",
                   test_lengths_and_labels_give_other_keys);

  return g_test_run ();
}

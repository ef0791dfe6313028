/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-alert.h"
#include "atls/stile-error.h"
#include "support/test-tls.h"

#define HOUR (60 * 60)

static const StileTlsVersion versions[] = { STILE_TLS_1_3, STILE_TLS_1_2 };

static StileCredentials *
make_server (TestPki *pki, TestPki *client_anchor, StileTlsVersion version)
{
  StileCredentials *server = test_tls_server_new (pki, client_anchor);

  stile_credentials_set_version (server, version);
  return server;
}

/* --- servers that a client does not believe --- */

typedef struct
{
  const char *name;
  TestPkiOptions options;
  gboolean stranger; /* issued by somebody else */
  guint8 alert;
  const char *says;
} BadServer;

static const BadServer bad_servers[] = {
  { "expired",
    { .name = "S", .hosts = TEST_TLS_HOST, .begins = -2 * HOUR, .ends = -HOUR },
    FALSE,
    GNUTLS_A_CERTIFICATE_EXPIRED,
    "expired" },
  { "not-yet-valid",
    { .name = "S", .hosts = TEST_TLS_HOST, .begins = HOUR, .ends = 2 * HOUR },
    FALSE,
    GNUTLS_A_CERTIFICATE_EXPIRED,
    "valid" },
  { "wrong-name",
    { .name = "S", .hosts = "other.example" },
    FALSE,
    GNUTLS_A_CERTIFICATE_UNKNOWN,
    TEST_TLS_HOST },
  { "unknown-ca", { .name = "S", .hosts = TEST_TLS_HOST }, TRUE, GNUTLS_A_UNKNOWN_CA, "" },
  { "for-clients-only",
    { .name = "S", .hosts = TEST_TLS_HOST, .purpose = GNUTLS_KP_TLS_WWW_CLIENT },
    FALSE,
    GNUTLS_A_BAD_CERTIFICATE,
    "" },
};

/* The alert goes out in a last flight, and the server names it (PROTOCOL section 1). */
static void
test_refused_server (gconstpointer data)
{
  const BadServer *bad = data;
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (TestPki) stranger = test_pki_authority_new ("Stranger", TEST_PKI_P256);
  g_autoptr (TestPki) pki = test_pki_issue (bad->stranger ? stranger : parties->root, &bad->options);

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autoptr (StileCredentials) client = test_tls_client_new (parties->client, parties->root);
      g_autoptr (StileCredentials) server = make_server (pki, parties->root, versions[i]);
      g_auto (TestTls) tls = { 0 };

      test_tls_init (&tls, client, server);
      g_assert_false (test_tls_shake (&tls));
      g_assert_error (tls.client_error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
      g_assert_nonnull (strstr (tls.client_error->message, bad->says));
      g_assert_error (tls.server_error, STILE_ERROR, STILE_ERROR_REFUSED);
      g_assert_nonnull (strstr (tls.server_error->message, stile_alert_get_name (bad->alert)));
      g_assert_nonnull (strstr (tls.server_error->message, "refused the service’s certificate"));
      g_assert_null (tls.to_client);
      g_assert_cmpint (stile_session_get_state (tls.client), ==, STILE_SESSION_FAILED);
      g_assert_cmpint (stile_session_get_state (tls.server), ==, STILE_SESSION_FAILED);
      /* What was refused can still be shown to a person. */
      g_assert_cmpuint (stile_session_get_peer_chain (tls.client)->len, >=, 1);
    }
}

static void
test_pinned (void)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) server = test_tls_server_new (parties->server, NULL);
  g_autoptr (StileCredentials) right = test_tls_client_new (NULL, NULL);
  g_autoptr (StileCredentials) wrong = test_tls_client_new (NULL, NULL);
  g_auto (TestTls) good = { 0 };
  g_auto (TestTls) bad = { 0 };

  stile_credentials_set_pinned (right, test_pki_get_certificate (parties->server));
  stile_credentials_set_pinned (wrong, test_pki_get_certificate (parties->client));
  test_tls_init (&good, right, server);
  test_tls_assert_established (&good);
  g_assert_false (stile_session_is_provisional (good.client));

  test_tls_init (&bad, wrong, server);
  g_assert_false (test_tls_shake (&bad));
  g_assert_error (bad.client_error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
  g_assert_nonnull (strstr (bad.client_error->message,
                            stile_certificate_get_fingerprint (test_pki_get_certificate (parties->server))));
  g_assert_nonnull (strstr (bad.client_error->message,
                            stile_certificate_get_fingerprint (test_pki_get_certificate (parties->client))));
  g_assert_error (bad.server_error, STILE_ERROR, STILE_ERROR_REFUSED);
}

/* RFC 8995 section 5.1: whoever it is, for now. */
static void
test_provisional_accepts_and_says_so (void)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (TestPki) odd =
      test_pki_issue (NULL, &(TestPkiOptions){ .name = "Nobody", .begins = -2 * HOUR, .ends = -HOUR });

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autoptr (StileCredentials) client = test_tls_client_new (parties->client, NULL);
      g_autoptr (StileCredentials) server = make_server (odd, parties->root, versions[i]);
      g_auto (TestTls) tls = { 0 };

      stile_credentials_set_provisional (client);
      test_tls_init (&tls, client, server);
      test_tls_assert_established (&tls);
      g_assert_true (stile_session_is_provisional (tls.client));
      g_assert_false (stile_session_is_provisional (tls.server));
      g_assert_cmpuint (stile_session_get_peer_chain (tls.client)->len, ==, 1);
    }
}

/* The system's store knows no CA of ours. */
static void
test_system_trust_refuses_ours (void)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) client = test_tls_client_new (NULL, NULL);
  g_autoptr (StileCredentials) server = test_tls_server_new (parties->server, NULL);
  g_auto (TestTls) tls = { 0 };

  stile_credentials_set_system_trust (client);
  test_tls_init (&tls, client, server);
  g_assert_false (test_tls_shake (&tls));
  g_assert_error (tls.client_error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
}

static void
test_an_address_is_a_name_too (void)
{
  static const struct
  {
    const char *host;
    gboolean good;
  } table[] = { { "127.0.0.1", TRUE }, { "127.0.0.2", FALSE }, { "::1", FALSE } };
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) client = test_tls_client_new (NULL, parties->root);
  g_autoptr (StileCredentials) server = test_tls_server_new (parties->server, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_auto (TestTls) tls = { 0 };

      tls.client = stile_session_new (client, table[i].host, NULL);
      tls.server = stile_session_new (server, NULL, NULL);
      g_assert_cmpint (test_tls_shake (&tls), ==, table[i].good);
    }
}

/* --- clients that a server does not believe --- */

static TestPki *
make_bad_client (const char *name)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);

  if (strcmp (name, "unknown-ca") == 0)
    {
      g_autoptr (TestPki) stranger = test_pki_authority_new ("Stranger", TEST_PKI_P256);

      return test_pki_issue (stranger, &(TestPkiOptions){ .name = "Client" });
    }
  if (strcmp (name, "for-servers-only") == 0)
    return test_pki_issue (parties->root,
                           &(TestPkiOptions){ .name = "Client", .purpose = GNUTLS_KP_TLS_WWW_SERVER });

  return test_pki_issue (parties->root,
                         &(TestPkiOptions){ .name = "Client", .begins = -2 * HOUR, .ends = -HOUR });
}

/* In TLS 1.3 a client is done before it is judged: it must not say so before it has heard (trap 5). */
static void
test_refused_client_1_3 (gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (TestPki) bad = make_bad_client (data);
  g_autoptr (StileCredentials) client = test_tls_client_new (bad, parties->root);
  g_autoptr (StileCredentials) server = make_server (parties->server, parties->root, STILE_TLS_1_3);
  g_auto (TestTls) tls = { 0 };
  g_autoptr (GBytes) hello = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GBytes) finished = NULL;
  g_autoptr (GBytes) alert = NULL;
  g_autoptr (GBytes) none = NULL;

  test_tls_init (&tls, client, server);
  g_assert_true (stile_session_step (tls.client, NULL, &hello, NULL));
  g_assert_true (stile_session_step (tls.server, hello, &answer, NULL));
  g_assert_true (stile_session_step (tls.client, answer, &finished, NULL));
  g_assert_cmpint (stile_session_get_state (tls.client), ==, STILE_SESSION_CONFIRMING);
  g_assert_null (stile_session_send (tls.client, hello, NULL));
  g_assert_false (stile_session_step (tls.server, finished, &alert, &tls.server_error));
  g_assert_error (tls.server_error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
  g_assert_nonnull (alert);
  g_assert_false (stile_session_step (tls.client, alert, &none, &tls.client_error));
  g_assert_null (none);
  g_assert_error (tls.client_error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_nonnull (strstr (tls.client_error->message, "refused this computer’s certificate"));
  g_assert_nonnull (strstr (tls.client_error->message, "TLS alert 4"));
}

static void
test_refused_client_1_2 (gconstpointer data)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (TestPki) bad = make_bad_client (data);
  g_autoptr (StileCredentials) client = test_tls_client_new (bad, parties->root);
  g_autoptr (StileCredentials) server = make_server (parties->server, parties->root, STILE_TLS_1_2);
  g_auto (TestTls) tls = { 0 };

  test_tls_init (&tls, client, server);
  g_assert_false (test_tls_shake (&tls));
  g_assert_error (tls.server_error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
  g_assert_error (tls.client_error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_nonnull (strstr (tls.client_error->message, "refused this computer’s certificate"));
}

/* However the alert is cut, the client does not take its first bytes for success. */
static void
test_refused_client_byte_by_byte (void)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (TestPki) bad = make_bad_client ("unknown-ca");

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autoptr (StileCredentials) client = test_tls_client_new (bad, parties->root);
      g_autoptr (StileCredentials) server = make_server (parties->server, parties->root, versions[i]);
      g_auto (TestTls) tls = { .piece = 1 };

      test_tls_init (&tls, client, server);
      g_assert_false (test_tls_shake (&tls));
      g_assert_error (tls.client_error, STILE_ERROR, STILE_ERROR_REFUSED);
      g_assert_nonnull (strstr (tls.client_error->message, "unknown_ca"));
    }
}

static void
test_missing_client_certificate (void)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autoptr (StileCredentials) client = test_tls_client_new (NULL, parties->root);
      g_autoptr (StileCredentials) server = make_server (parties->server, parties->root, versions[i]);
      g_auto (TestTls) tls = { 0 };

      test_tls_init (&tls, client, server);
      g_assert_false (test_tls_shake (&tls));
      g_assert_error (tls.server_error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
      g_assert_cmpstr (tls.server_error->message, ==, "The client showed no certificate");
      g_assert_error (tls.client_error, STILE_ERROR, STILE_ERROR_REFUSED);
    }
}

/* Its issuer is not among the server's CAs: GnuTLS would send an empty certificate (trap 12). */
static void
test_a_strange_certificate_is_shown_all_the_same (void)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_ED25519);
  g_autoptr (TestPki) stranger = test_pki_authority_new ("Manufacturer", TEST_PKI_ED25519);
  g_autoptr (TestPki) device =
      test_pki_issue (stranger, &(TestPkiOptions){ .name = "IDevID", .key = TEST_PKI_ED25519 });

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autoptr (StileCredentials) client = test_tls_client_new (device, parties->root);
      g_autoptr (StileCredentials) server = make_server (parties->server, NULL, versions[i]);
      g_auto (TestTls) tls = { 0 };

      stile_credentials_set_provisional (server);
      test_tls_init (&tls, client, server);
      test_tls_assert_established (&tls);
      g_assert_true (
          stile_certificate_equal (g_ptr_array_index (stile_session_get_peer_chain (tls.server), 0),
                                   test_pki_get_certificate (device)));
    }
}

/* --- policies that do not meet --- */

static void
test_versions_that_do_not_meet (void)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autoptr (StileCredentials) client = test_tls_client_new (NULL, parties->root);
      g_autoptr (StileCredentials) server = make_server (parties->server, NULL, versions[i]);
      g_auto (TestTls) tls = { 0 };

      stile_credentials_set_version (client, versions[1 - i]);
      test_tls_init (&tls, client, server);
      g_assert_false (test_tls_shake (&tls));
      g_assert_nonnull (tls.server_error);
      g_assert_nonnull (tls.to_client);
      g_assert_error (tls.client_error, STILE_ERROR, STILE_ERROR_REFUSED);
      g_assert_nonnull (strstr (tls.client_error->message, "TLS alert"));
    }
}

static void
test_the_better_version_is_taken (void)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) client = test_tls_client_new (NULL, parties->root);
  g_autoptr (StileCredentials) server = make_server (parties->server, NULL, STILE_TLS_ANY);
  g_autoptr (StileCredentials) old = make_server (parties->server, NULL, STILE_TLS_1_2);
  g_auto (TestTls) tls = { 0 };
  g_auto (TestTls) old_tls = { 0 };

  test_tls_init (&tls, client, server);
  test_tls_assert_established (&tls);
  g_assert_cmpstr (stile_session_get_version (tls.client), ==, "TLS 1.3");
  test_tls_init (&old_tls, client, old);
  test_tls_assert_established (&old_tls);
  g_assert_cmpstr (stile_session_get_version (old_tls.client), ==, "TLS 1.2");
}

static void
test_ciphers_that_do_not_meet (void)
{
  static const char *const gcm[] = { "AES-128-GCM", NULL };
  static const char *const ccm[] = { "AES-128-CCM", NULL };
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autoptr (StileCredentials) client = test_tls_client_new (NULL, parties->root);
      g_autoptr (StileCredentials) server = make_server (parties->server, NULL, versions[i]);
      g_auto (TestTls) tls = { 0 };

      g_assert_true (stile_credentials_set_ciphers (client, gcm, NULL));
      g_assert_true (stile_credentials_set_ciphers (server, ccm, NULL));
      test_tls_init (&tls, client, server);
      g_assert_false (test_tls_shake (&tls));
      g_assert_error (tls.server_error, STILE_ERROR, STILE_ERROR_REFUSED);
      g_assert_error (tls.client_error, STILE_ERROR, STILE_ERROR_REFUSED);
    }
}

int
main (int argc, char *argv[])
{
  static const char *const bad_clients[] = { "unknown-ca", "expired", "for-servers-only" };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (bad_servers); i++)
    {
      g_autofree char *path = g_strdup_printf ("/atls/session/refused-server/%s", bad_servers[i].name);

      g_test_add_data_func (path, &bad_servers[i], test_refused_server);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad_clients); i++)
    {
      g_autofree char *path_1_3 = g_strdup_printf ("/atls/session/refused-client/1.3/%s", bad_clients[i]);
      g_autofree char *path_1_2 = g_strdup_printf ("/atls/session/refused-client/1.2/%s", bad_clients[i]);

      g_test_add_data_func (path_1_3, bad_clients[i], test_refused_client_1_3);
      g_test_add_data_func (path_1_2, bad_clients[i], test_refused_client_1_2);
    }
  g_test_add_func ("/atls/session/refused-client/byte-by-byte", test_refused_client_byte_by_byte);
  g_test_add_func ("/atls/session/pinned", test_pinned);
  g_test_add_func ("/atls/session/provisional-accepts-and-says-so", test_provisional_accepts_and_says_so);
  g_test_add_func ("/atls/session/system-trust-refuses-ours", test_system_trust_refuses_ours);
  g_test_add_func ("/atls/session/an-address-is-a-name-too", test_an_address_is_a_name_too);
  g_test_add_func ("/atls/session/missing-client-certificate", test_missing_client_certificate);
  g_test_add_func ("/atls/session/a-strange-certificate-is-shown-all-the-same",
                   test_a_strange_certificate_is_shown_all_the_same);
  g_test_add_func ("/atls/session/versions-that-do-not-meet", test_versions_that_do_not_meet);
  g_test_add_func ("/atls/session/the-better-version-is-taken", test_the_better_version_is_taken);
  g_test_add_func ("/atls/session/ciphers-that-do-not-meet", test_ciphers_that_do_not_meet);

  return g_test_run ();
}

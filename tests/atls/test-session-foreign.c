/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "atls/stile-tls-buffer.h"
#include "support/test-tls.h"

#define AEAD_ONLY "NORMAL:-CIPHER-ALL:+AES-128-GCM:-MAC-ALL:+AEAD"

/* A server that is GnuTLS and nothing of ours: it does what our own credentials never would. */
typedef struct
{
  gnutls_certificate_credentials_t credentials;
  gnutls_session_t tls;
  StileTlsBuffer buffer;
  StileSession *client;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer priority)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_ED25519);
  const TestTlsParties *others = test_tls_get_parties (TEST_PKI_P256);
  gnutls_x509_crt_t crt = stile_certificate_get_x509 (test_pki_get_certificate (parties->server));
  gnutls_x509_crt_t ca = stile_certificate_get_x509 (test_pki_get_certificate (others->root));
  g_autoptr (StileCredentials) client = test_tls_client_new (parties->client, parties->root);

  gnutls_certificate_allocate_credentials (&fixture->credentials);
  g_assert_cmpint (
      gnutls_certificate_set_x509_key (fixture->credentials, &crt, 1, test_pki_get_key (parties->server)), >=,
      0);
  /* The names it sends are of CAs that the client has no certificate of. */
  g_assert_cmpint (gnutls_certificate_set_x509_trust (fixture->credentials, &ca, 1), ==, 1);
  gnutls_init (&fixture->tls, GNUTLS_SERVER | GNUTLS_NONBLOCK);
  g_assert_cmpint (gnutls_priority_set_direct (fixture->tls, priority, NULL), ==, 0);
  gnutls_credentials_set (fixture->tls, GNUTLS_CRD_CERTIFICATE, fixture->credentials);
  gnutls_certificate_server_set_request (fixture->tls, GNUTLS_CERT_REQUIRE);
  stile_tls_buffer_attach (&fixture->buffer, fixture->tls);
  fixture->client = stile_session_new (client, TEST_TLS_HOST, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer priority)
{
  g_assert_finalize_object (fixture->client);
  stile_tls_buffer_clear (&fixture->buffer);
  gnutls_deinit (fixture->tls);
  gnutls_certificate_free_credentials (fixture->credentials);
}

/* How many round trips it took. */
static guint
shake (Fixture *fixture)
{
  g_autoptr (GBytes) answer = NULL;
  guint round_trips = 0;
  gboolean up = FALSE;

  while (TRUE)
    {
      g_autoptr (GBytes) flight = NULL;
      g_autoptr (GError) error = NULL;
      int r = 0;

      g_assert_true (stile_session_step (fixture->client, answer, &flight, &error));
      g_assert_no_error (error);
      if (stile_session_get_state (fixture->client) == STILE_SESSION_ESTABLISHED)
        break;
      g_assert_nonnull (flight);
      g_assert_cmpuint (round_trips++, <, 5);
      g_assert_false (up);
      stile_tls_buffer_feed (&fixture->buffer, flight);
      r = stile_tls_buffer_shake_hands (&fixture->buffer);
      g_assert_true (r == 0 || r == GNUTLS_E_AGAIN);
      up = r == 0;
      g_clear_pointer (&answer, g_bytes_unref);
      answer = stile_tls_buffer_take_output (&fixture->buffer);
    }

  g_assert_true (up);
  return round_trips;
}

static void
assert_same_keys (Fixture *fixture)
{
  g_autoptr (GBytes) ours = stile_session_export (fixture->client, "application-layer-tls", 56, NULL);
  char theirs[56];

  g_assert_cmpint (gnutls_prf_rfc5705 (fixture->tls, strlen ("application-layer-tls"),
                                       "application-layer-tls", 0, NULL, sizeof theirs, theirs),
                   ==, 0);
  g_assert_nonnull (ours);
  g_assert_cmpmem (g_bytes_get_data (ours, NULL), g_bytes_get_size (ours), theirs, sizeof theirs);
}

/* GnuTLS would send an empty certificate (PLATFORM section 1, trap 12). */
static void
test_shows_a_certificate_whatever_names_it_reads (Fixture *fixture, gconstpointer priority)
{
  unsigned int count = 0;

  g_assert_cmpuint (shake (fixture), ==, 2);
  g_assert_nonnull (gnutls_certificate_get_peers (fixture->tls, &count));
  g_assert_cmpuint (count, ==, 1);
  assert_same_keys (fixture);
}

/* A HelloRetryRequest: the number of round trips is never wired in (PROTOCOL section 1). */
static void
test_takes_three_round_trips (Fixture *fixture, gconstpointer priority)
{
  g_assert_cmpuint (shake (fixture), ==, 3);
  g_assert_cmpstr (stile_session_get_group (fixture->client), ==, "SECP384R1");
  assert_same_keys (fixture);
}

/* Without RFC 7627 exported keys are not bound to the session (PROTOCOL section 1). */
static void
test_exports_nothing_without_extended_master_secret (Fixture *fixture, gconstpointer priority)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = g_bytes_new_static ("hello", 5);
  g_autoptr (GBytes) records = NULL;

  g_assert_cmpuint (shake (fixture), ==, 2);
  g_assert_null (stile_session_export_keys (fixture->client, &stile_keys_application, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "extended master secret"));
  records = stile_session_send (fixture->client, data, NULL);
  g_assert_nonnull (records);
}

static void
add (const char *path, const char *priority, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, priority, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/atls/session/foreign/shows-a-certificate-whatever-names-it-reads/1.3", AEAD_ONLY,
       test_shows_a_certificate_whatever_names_it_reads);
  add ("/atls/session/foreign/shows-a-certificate-whatever-names-it-reads/1.2",
       AEAD_ONLY ":-VERS-ALL:+VERS-TLS1.2", test_shows_a_certificate_whatever_names_it_reads);
  add ("/atls/session/foreign/takes-three-round-trips", AEAD_ONLY ":-GROUP-ALL:+GROUP-SECP384R1",
       test_takes_three_round_trips);
  add ("/atls/session/foreign/exports-nothing-without-extended-master-secret",
       AEAD_ONLY ":-VERS-ALL:+VERS-TLS1.2:%NO_SESSION_HASH",
       test_exports_nothing_without_extended_master_secret);

  return g_test_run ();
}

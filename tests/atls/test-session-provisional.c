/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gnutls/abstract.h>
#include <string.h>

#include "atls/stile-error.h"
#include "atls/stile-tls-buffer.h"
#include "support/test-tls.h"

/* Sides that judge later (RFC 8995 section 5.1), with clients of every kind. */

static const StileTlsVersion versions[] = { STILE_TLS_1_3, STILE_TLS_1_2 };

static StileCredentials *
make_server (StileTlsVersion version)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  StileCredentials *server = test_tls_server_new (parties->server, NULL);

  stile_credentials_set_provisional (server);
  stile_credentials_set_version (server, version);
  return server;
}

/* The whole chain is kept, whoever issued it and whatever its dates. */
static void
assert_taken (TestPki *device, guint length)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autoptr (StileCredentials) server = make_server (versions[i]);
      g_autoptr (StileCredentials) client = test_tls_client_new (device, parties->root);
      g_auto (TestTls) tls = { 0 };
      GPtrArray *chain;

      test_tls_init (&tls, client, server);
      test_tls_assert_established (&tls);
      g_assert_true (stile_session_is_provisional (tls.server));
      chain = stile_session_get_peer_chain (tls.server);
      g_assert_cmpuint (chain != NULL ? chain->len : 0, ==, length);
      if (device != NULL)
        g_assert_true (
            stile_certificate_equal (g_ptr_array_index (chain, 0), test_pki_get_certificate (device)));
    }
}

static void
test_takes_a_self_signed_client (void)
{
  g_autoptr (TestPki) device = test_pki_issue (NULL, &(TestPkiOptions){ .name = "Device" });

  assert_taken (device, 1);
}

static void
test_takes_an_idevid_of_an_unknown_ca (void)
{
  g_autoptr (TestPki) manufacturer = test_pki_authority_new ("Manufacturer", TEST_PKI_P384);
  g_autoptr (TestPki) line =
      test_pki_issue (manufacturer, &(TestPkiOptions){ .name = "Line 1", .authority = TRUE });
  g_autoptr (TestPki) device = test_pki_issue (line, &(TestPkiOptions){ .name = "Device" });

  assert_taken (device, 2);
}

static void
test_takes_an_expired_client (void)
{
  g_autoptr (TestPki) device =
      test_pki_issue (NULL, &(TestPkiOptions){ .name = "Device", .begins = -7200, .ends = -3600 });

  assert_taken (device, 1);
}

static void
test_takes_a_client_without_any (void)
{
  assert_taken (NULL, 0);
}

/* Once somebody is believed, a certificate is wanted again. */
static void
test_a_server_with_anchors_wants_one (void)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (StileCredentials) server = test_tls_server_new (parties->server, parties->root);
  g_autoptr (StileCredentials) client = test_tls_client_new (NULL, parties->root);
  g_auto (TestTls) tls = { 0 };

  test_tls_init (&tls, client, server);
  g_assert_false (test_tls_shake (&tls));
  g_assert_error (tls.client_error, STILE_ERROR, STILE_ERROR_REFUSED);
}

/* --- GnuTLS and nothing of ours on the other side --- */

typedef struct
{
  gnutls_certificate_credentials_t credentials;
  gnutls_session_t tls;
  StileTlsBuffer buffer;
  guint names; /* of CAs that the other side sent */
} Foreign;

static int
count_names (gnutls_session_t tls,
             const gnutls_datum_t *names,
             int count,
             const gnutls_pk_algorithm_t *algorithms,
             int algorithms_count,
             gnutls_pcert_st **certificate,
             unsigned int *certificate_count,
             gnutls_privkey_t *key)
{
  Foreign *self = gnutls_session_get_ptr (tls);

  self->names = (guint)count;
  *certificate_count = 0;
  return 0;
}

static void
foreign_init (Foreign *self, unsigned int role, StileTlsVersion version)
{
  g_autofree char *priority =
      g_strdup_printf ("NORMAL:-CIPHER-ALL:+AES-128-GCM:-MAC-ALL:+AEAD:-VERS-ALL:+VERS-TLS1.%d",
                       version == STILE_TLS_1_2 ? 2 : 3);

  gnutls_certificate_allocate_credentials (&self->credentials);
  gnutls_certificate_set_flags (self->credentials, GNUTLS_CERTIFICATE_SKIP_KEY_CERT_MATCH);
  gnutls_init (&self->tls, role | GNUTLS_NONBLOCK);
  gnutls_session_set_ptr (self->tls, self);
  g_assert_cmpint (gnutls_priority_set_direct (self->tls, priority, NULL), ==, 0);
  gnutls_credentials_set (self->tls, GNUTLS_CRD_CERTIFICATE, self->credentials);
  stile_tls_buffer_attach (&self->buffer, self->tls);
}

static void
foreign_clear (Foreign *self)
{
  stile_tls_buffer_clear (&self->buffer);
  gnutls_deinit (self->tls);
  gnutls_certificate_free_credentials (self->credentials);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Foreign, foreign_clear)

static void
foreign_show (Foreign *self, TestPki *certificate, TestPki *key)
{
  gnutls_x509_crt_t crt = stile_certificate_get_x509 (test_pki_get_certificate (certificate));

  g_assert_cmpint (gnutls_certificate_set_x509_key (self->credentials, &crt, 1, test_pki_get_key (key)), >=,
                   0);
}

/* Gives what our side said no with, or NULL. */
static GError *
shake (Foreign *foreign, StileSession *ours, gboolean we_begin)
{
  g_autoptr (GBytes) flight = NULL;
  GError *error = NULL;

  if (we_begin)
    g_assert_true (stile_session_step (ours, NULL, &flight, &error));
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GBytes) answer = NULL;

      stile_tls_buffer_feed (&foreign->buffer, flight);
      stile_tls_buffer_shake_hands (&foreign->buffer);
      stile_tls_buffer_feed (&foreign->buffer, NULL);
      answer = stile_tls_buffer_take_output (&foreign->buffer);
      g_clear_pointer (&flight, g_bytes_unref);
      if (stile_session_get_state (ours) == STILE_SESSION_ESTABLISHED)
        break;
      if (!stile_session_step (ours, answer, &flight, &error))
        break;
    }

  return error;
}

/* What a client shows is worth nothing when anybody could show it: the handshake proves that it holds the key. */
static void
test_refuses_a_client_without_its_key (void)
{
  g_autoptr (TestPki) device = test_pki_issue (NULL, &(TestPkiOptions){ .name = "Device" });
  g_autoptr (TestPki) thief = test_pki_issue (NULL, &(TestPkiOptions){ .name = "Thief" });
  TestPki *const holders[] = { device, thief };

  for (gsize i = 0; i < G_N_ELEMENTS (versions) * G_N_ELEMENTS (holders); i++)
    {
      TestPki *holder = holders[i % 2];
      g_autoptr (StileCredentials) server = make_server (versions[i / 2]);
      g_autoptr (StileSession) session = stile_session_new (server, NULL, NULL);
      g_auto (Foreign) client = { 0 };
      g_autoptr (GError) error = NULL;

      foreign_init (&client, GNUTLS_CLIENT, versions[i / 2]);
      foreign_show (&client, device, holder);
      error = shake (&client, session, FALSE);
      if (holder == device)
        {
          g_assert_no_error (error);
          g_assert_cmpint (stile_session_get_state (session), ==, STILE_SESSION_ESTABLISHED);
          continue;
        }
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
      g_assert_cmpint (stile_session_get_state (session), ==, STILE_SESSION_FAILED);
    }
}

/* A list of names makes a client with an IDevID send nothing at all (PLATFORM section 1, trap 12). */
static void
test_names_no_authorities (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autoptr (StileCredentials) server = make_server (versions[i]);
      g_autoptr (StileSession) session = stile_session_new (server, NULL, NULL);
      g_auto (Foreign) client = { .names = G_MAXUINT };
      g_autoptr (GError) error = NULL;

      foreign_init (&client, GNUTLS_CLIENT, versions[i]);
      gnutls_certificate_set_retrieve_function2 (client.credentials, count_names);
      error = shake (&client, session, FALSE);
      g_assert_no_error (error);
      g_assert_cmpuint (client.names, ==, 0);
    }
}

/* A pledge shows its IDevID to a registrar that asks for its own people. */
static void
test_a_client_shows_its_idevid_to_whoever_asks_for_others (void)
{
  const TestTlsParties *others = test_tls_get_parties (TEST_PKI_P256);
  g_autoptr (TestPki) manufacturer = test_pki_authority_new ("Manufacturer", TEST_PKI_P256);
  g_autoptr (TestPki) device = test_pki_issue (manufacturer, &(TestPkiOptions){ .name = "Device" });
  gnutls_x509_crt_t named = stile_certificate_get_x509 (test_pki_get_certificate (others->root));

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autoptr (StileCredentials) credentials = test_tls_client_new (device, NULL);
      g_autoptr (StileSession) session = NULL;
      g_auto (Foreign) server = { 0 };
      g_autoptr (GError) error = NULL;
      unsigned int count = 0;
      const gnutls_datum_t *shown;

      foreign_init (&server, GNUTLS_SERVER, versions[i]);
      foreign_show (&server, others->server, others->server);
      g_assert_cmpint (gnutls_certificate_set_x509_trust (server.credentials, &named, 1), ==, 1);
      gnutls_certificate_server_set_request (server.tls, GNUTLS_CERT_REQUEST);
      stile_credentials_set_provisional (credentials);
      session = stile_session_new (credentials, TEST_TLS_HOST, NULL);
      error = shake (&server, session, TRUE);
      g_assert_no_error (error);
      g_assert_true (stile_session_is_provisional (session));
      g_assert_cmpuint (stile_session_get_peer_chain (session)->len, ==, 1);
      shown = gnutls_certificate_get_peers (server.tls, &count);
      g_assert_cmpuint (count, ==, 1);
      g_assert_cmpmem (shown->data, shown->size, g_bytes_get_data (test_pki_get_der (device), NULL),
                       g_bytes_get_size (test_pki_get_der (device)));
    }
}

static int
know_key (gnutls_session_t tls, const char *username, gnutls_datum_t *key)
{
  key->data = gnutls_malloc (16);
  key->size = 16;
  memset (key->data, 1, key->size);
  return 0;
}

/* A server that has no certificate could only be met in a way that needs none, and we have no such way: nobody is believed
 * later who showed nothing that could be judged (BOOTSTRAP P2). */
static void
meet_server_without_a_certificate (const char *exchanges, StileTlsVersion version)
{
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_P256);
  g_autofree char *priority = g_strdup_printf ("NORMAL:-VERS-ALL:+VERS-TLS1.%d:-KX-ALL:%s",
                                               version == STILE_TLS_1_2 ? 2 : 3, exchanges);
  g_autoptr (StileCredentials) credentials = test_tls_client_new (parties->client, parties->root);
  g_autoptr (StileSession) session = NULL;
  g_autoptr (GError) error = NULL;
  gnutls_anon_server_credentials_t anonymous;
  gnutls_psk_server_credentials_t shared;

  stile_credentials_set_provisional (credentials);
  session = stile_session_new (credentials, TEST_TLS_HOST, NULL);
  gnutls_anon_allocate_server_credentials (&anonymous);
  gnutls_psk_allocate_server_credentials (&shared);
  gnutls_psk_set_server_credentials_function (shared, know_key);
  {
    g_auto (Foreign) server = { 0 };

    foreign_init (&server, GNUTLS_SERVER, version);
    g_assert_cmpint (gnutls_priority_set_direct (server.tls, priority, NULL), ==, 0);
    gnutls_credentials_set (server.tls, GNUTLS_CRD_ANON, anonymous);
    gnutls_credentials_set (server.tls, GNUTLS_CRD_PSK, shared);
    error = shake (&server, session, TRUE);
  }
  gnutls_anon_free_server_credentials (anonymous);
  gnutls_psk_free_server_credentials (shared);

  g_assert_cmpint (stile_session_get_state (session), !=, STILE_SESSION_ESTABLISHED);
  g_assert_null (stile_session_get_peer_chain (session));
}

static void
test_meets_nobody_anonymous (void)
{
  meet_server_without_a_certificate ("+ANON-ECDH", STILE_TLS_1_2);
}

static void
test_meets_nobody_with_a_shared_key (void)
{
  meet_server_without_a_certificate ("+ECDHE-PSK:+PSK", STILE_TLS_1_2);
  meet_server_without_a_certificate ("+ECDHE-PSK:+PSK", STILE_TLS_1_3);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, test) g_test_add_func ("/atls/session/provisional/" name, test)
  ADD ("takes-a-self-signed-client", test_takes_a_self_signed_client);
  ADD ("takes-an-idevid-of-an-unknown-ca", test_takes_an_idevid_of_an_unknown_ca);
  ADD ("takes-an-expired-client", test_takes_an_expired_client);
  ADD ("takes-a-client-without-any", test_takes_a_client_without_any);
  ADD ("a-server-with-anchors-wants-one", test_a_server_with_anchors_wants_one);
  ADD ("refuses-a-client-without-its-key", test_refuses_a_client_without_its_key);
  ADD ("names-no-authorities", test_names_no_authorities);
  ADD ("a-client-shows-its-idevid-to-whoever-asks-for-others",
       test_a_client_shows_its_idevid_to_whoever_asks_for_others);
  ADD ("P2-meets-nobody-anonymous", test_meets_nobody_anonymous);
  ADD ("P2-meets-nobody-with-a-shared-key", test_meets_nobody_with_a_shared_key);
#undef ADD

  return g_test_run ();
}

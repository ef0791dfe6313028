/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/test-tls.h"

#include <string.h>

/* More round trips than any handshake needs: a pump that spins ends its test. */
#define MAX_ROUND_TRIPS 10

/**
 * test_tls_get_parties:
 *
 * Returns: (transfer none): a PKI with this kind of key
 */
const TestTlsParties *
test_tls_get_parties (TestPkiKey key)
{
  static TestTlsParties parties[TEST_PKI_RSA + 1];
  TestTlsParties *self = &parties[key];

  if (self->root == NULL)
    {
      self->root = test_pki_authority_new ("Test Root", key);
      self->server = test_pki_issue (
          self->root, &(TestPkiOptions){ .name = "Server", .hosts = TEST_TLS_HOST ",127.0.0.1", .key = key });
      self->client = test_pki_issue (self->root, &(TestPkiOptions){ .name = "Client", .key = key });
    }

  return self;
}

StileIdentity *
test_tls_identity_new (TestPki *pki)
{
  g_autoptr (GPtrArray) chain = test_pki_get_chain (pki);
  char *pem = test_pki_get_key_pem (pki);
  g_autoptr (GBytes) key = g_bytes_new_take (pem, strlen (pem));
  g_autoptr (GError) error = NULL;
  StileIdentity *identity = stile_identity_new (chain, key, &error);

  g_assert_no_error (error);
  return identity;
}

static StileCredentials *
make_credentials (StileRole role, TestPki *pki, TestPki *anchor)
{
  StileCredentials *credentials = stile_credentials_new (role);
  g_autoptr (StileIdentity) identity = pki != NULL ? test_tls_identity_new (pki) : NULL;
  g_autoptr (GPtrArray) anchors = anchor != NULL ? test_pki_list (anchor, NULL) : NULL;

  stile_credentials_set_identity (credentials, identity);
  if (anchors != NULL)
    stile_credentials_set_anchors (credentials, anchors);

  return credentials;
}

/**
 * test_tls_server_new:
 * @client_anchor: (nullable): clients must show a certificate of this one's
 */
StileCredentials *
test_tls_server_new (TestPki *identity, TestPki *client_anchor)
{
  return make_credentials (STILE_ROLE_SERVER, identity, client_anchor);
}

/**
 * test_tls_client_new:
 * @identity: (nullable): what it shows
 * @anchor: (nullable): whom it believes
 */
StileCredentials *
test_tls_client_new (TestPki *identity, TestPki *anchor)
{
  return make_credentials (STILE_ROLE_CLIENT, identity, anchor);
}

void
test_tls_init (TestTls *self, StileCredentials *client, StileCredentials *server)
{
  g_autoptr (GError) error = NULL;

  self->client = stile_session_new (client, TEST_TLS_HOST, &error);
  g_assert_no_error (error);
  self->server = stile_session_new (server, NULL, &error);
  g_assert_no_error (error);
}

void
test_tls_clear (TestTls *self)
{
  if (self->client != NULL)
    g_assert_finalize_object (g_steal_pointer (&self->client));
  if (self->server != NULL)
    g_assert_finalize_object (g_steal_pointer (&self->server));
  g_clear_error (&self->client_error);
  g_clear_error (&self->server_error);
  g_clear_pointer (&self->to_server, g_bytes_unref);
  g_clear_pointer (&self->to_client, g_bytes_unref);
  g_clear_pointer (&self->pieces, g_rand_free);
}

static gsize
choose_piece (TestTls *self, gsize left)
{
  if (self->pieces != NULL && left > 0)
    return (gsize)g_rand_int_range (self->pieces, 1, (gint32)MIN (left, 600) + 1);

  return self->piece > 0 ? MIN (self->piece, left) : left;
}

/**
 * test_tls_step:
 * @flight: (nullable): is fed in the pieces that @self asks for
 *
 * Like stile_session_step(), however the flight is cut.
 */
gboolean
test_tls_step (TestTls *self, StileSession *session, GBytes *flight, GBytes **out, GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  gsize length = flight != NULL ? g_bytes_get_size (flight) : 0;
  gsize offset = 0;
  gboolean good = TRUE;

  do
    {
      gsize part = choose_piece (self, length - offset);
      g_autoptr (GBytes) piece = flight != NULL ? g_bytes_new_from_bytes (flight, offset, part) : NULL;
      g_autoptr (GBytes) part_out = NULL;

      good = stile_session_step (session, piece, &part_out, error);
      if (part_out != NULL)
        g_byte_array_append (all, g_bytes_get_data (part_out, NULL), (guint)g_bytes_get_size (part_out));
      offset += part;
    }
  while (good && offset < length);

  *out = all->len > 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&all)) : NULL;
  return good;
}

static void
set_bytes (GBytes **field, GBytes *bytes)
{
  g_clear_pointer (field, g_bytes_unref);
  *field = bytes;
}

static gboolean
is_over (StileSession *session)
{
  StileSessionState state = stile_session_get_state (session);

  return state != STILE_SESSION_HANDSHAKING && state != STILE_SESSION_CONFIRMING;
}

/* A side that has failed still hands over its alert, as an HTTP body would. */
static void
serve (TestTls *self)
{
  GBytes *out = NULL;

  test_tls_step (self, self->server, self->to_server, &out, &self->server_error);
  set_bytes (&self->to_client, out);
}

/**
 * test_tls_shake:
 *
 * Carries flights until neither side has anything to say.
 *
 * Returns: whether both sides are established
 */
gboolean
test_tls_shake (TestTls *self)
{
  GBytes *out = NULL;

  if (!test_tls_step (self, self->client, NULL, &out, &self->client_error))
    return FALSE;
  set_bytes (&self->to_server, out);

  while (self->to_server != NULL)
    {
      gboolean client_failed = self->client_error != NULL;

      g_assert_cmpuint (self->round_trips++, <, MAX_ROUND_TRIPS);
      if (is_over (self->server))
        break;
      serve (self);
      if (client_failed || is_over (self->client))
        break;
      /* The client hears of the server's last flight even when it is empty. */
      if (!test_tls_step (self, self->client, self->to_client, &out, &self->client_error) && out == NULL)
        break;
      set_bytes (&self->to_server, out);
    }

  return stile_session_get_state (self->client) == STILE_SESSION_ESTABLISHED &&
         stile_session_get_state (self->server) == STILE_SESSION_ESTABLISHED;
}

void
test_tls_assert_established (TestTls *self)
{
  gboolean established = test_tls_shake (self);

  g_assert_no_error (self->client_error);
  g_assert_no_error (self->server_error);
  g_assert_true (established);
}

/**
 * test_tls_change:
 *
 * Returns: (transfer full): the same bytes with some bits of one changed
 */
GBytes *
test_tls_change (GBytes *bytes, gsize position, guint8 bits)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  guint8 *copy = g_memdup2 (data, length);

  g_assert_cmpuint (position, <, length);
  copy[position] ^= bits;
  return g_bytes_new_take (copy, length);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-session.h"
#include "support/test-pki.h"

G_BEGIN_DECLS

/* The name in the servers' certificates. */
#define TEST_TLS_HOST "service.example"

/**
 * TestTlsParties:
 * @root: who issued both
 * @server: for TEST_TLS_HOST
 * @client: a client's
 *
 * One root and two leaves of a kind of key, made once for a test program.
 */
typedef struct
{
  TestPki *root;
  TestPki *server;
  TestPki *client;
} TestTlsParties;

/**
 * TestTls:
 *
 * Two sessions in one process and what went between them.
 */
typedef struct
{
  StileSession *client;
  StileSession *server;
  GError *client_error;
  GError *server_error;
  GBytes *to_server; /* the last flight of the client's */
  GBytes *to_client; /* the last flight of the server's */
  guint round_trips;
  GRand *pieces; /* feed flights in random pieces; NULL: whole */
  gsize piece;   /* or in pieces of this size; 0: whole */
} TestTls;

const TestTlsParties *test_tls_get_parties (TestPkiKey key);
StileIdentity *test_tls_identity_new (TestPki *pki);
StileCredentials *test_tls_server_new (TestPki *identity, TestPki *client_anchor);
StileCredentials *test_tls_client_new (TestPki *identity, TestPki *anchor);

void test_tls_init (TestTls *self, StileCredentials *client, StileCredentials *server);
void test_tls_clear (TestTls *self);
gboolean test_tls_step (TestTls *self, StileSession *session, GBytes *flight, GBytes **out, GError **error);
gboolean test_tls_shake (TestTls *self);
void test_tls_assert_established (TestTls *self);
GBytes *test_tls_change (GBytes *bytes, gsize position, guint8 bits);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestTls, test_tls_clear)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-handshake.h"

#include "atls/stile-session.h"
#include "bench/bench-bare.h"

/* Handshakes of each kind in a round: a full one takes 1.3 ms, a resumed one from 0.03 to 0.3 ms. */
#define FULL 20
#define RESUMED 100

static StileSession *
open_session (StileCredentials *credentials, GBytes *ticket)
{
  g_autoptr (GError) error = NULL;
  StileSession *session = stile_session_new (
      credentials, stile_credentials_get_role (credentials) == STILE_ROLE_CLIENT ? "localhost" : NULL,
      &error);

  if (session == NULL || (ticket != NULL && !stile_session_resume (session, ticket, &error)))
    bench_figure_fail ("session: %s", error->message);
  return session;
}

static GBytes *
step (StileSession *session, GBytes *flight)
{
  g_autoptr (GError) error = NULL;
  GBytes *answer = NULL;

  if (!stile_session_step (session, flight, &answer, &error))
    bench_figure_fail ("step: %s", error->message);
  return answer;
}

static void
shake_hands (StileCredentials *client_credentials,
             StileCredentials *server_credentials,
             GBytes *ticket,
             GBytes **next_ticket)
{
  g_autoptr (StileSession) client = open_session (client_credentials, ticket);
  g_autoptr (StileSession) server = open_session (server_credentials, NULL);
  g_autoptr (GBytes) flight = step (client, NULL);

  while (flight != NULL)
    {
      g_autoptr (GBytes) answer = step (server, flight);

      g_clear_pointer (&flight, g_bytes_unref);
      if (stile_session_get_state (client) != STILE_SESSION_ESTABLISHED)
        flight = step (client, answer);
    }

  g_assert (stile_session_get_state (client) == STILE_SESSION_ESTABLISHED);
  g_assert (stile_session_get_state (server) == STILE_SESSION_ESTABLISHED);
  g_assert (stile_session_is_resumed (client) == (ticket != NULL));
  if (next_ticket != NULL)
    *next_ticket = stile_session_get_ticket (client);
}

static void
measure (const BenchOptions *options,
         BenchIdentities *identities,
         StileTlsVersion version,
         gboolean resumed,
         const char *name,
         double goal)
{
  g_autoptr (StileCredentials) client =
      bench_identities_make_credentials (identities, STILE_ROLE_CLIENT, version, FALSE, NULL);
  g_autoptr (StileCredentials) server =
      bench_identities_make_credentials (identities, STILE_ROLE_SERVER, version, resumed, NULL);
  g_autoptr (BenchBare) bare = bench_bare_new (identities, version, resumed);
  g_autoptr (BenchPair) pair = bench_figure_pair_new ();
  g_autoptr (GBytes) ticket = NULL;
  gnutls_datum_t bare_ticket = { NULL, 0 };
  int count = resumed ? RESUMED : FULL;

  shake_hands (client, server, NULL, resumed ? &ticket : NULL);
  bench_bare_shake_hands (bare, NULL, resumed ? &bare_ticket : NULL);
  g_assert (!resumed || ticket != NULL);

  for (int round = 0; round < options->rounds; round++)
    {
      double stile = 0;
      double gnutls = 0;

      /* One of each in turn, so that whatever else goes on hits both alike. */
      for (int i = 0; i < count; i++)
        {
          double start = bench_figure_get_thread_seconds ();
          double middle;

          shake_hands (client, server, ticket, NULL);
          middle = bench_figure_get_thread_seconds ();
          bench_bare_shake_hands (bare, resumed ? &bare_ticket : NULL, NULL);
          gnutls += bench_figure_get_thread_seconds () - middle;
          stile += middle - start;
        }
      bench_figure_pair_add (pair, stile / count, gnutls / count);
    }

  bench_figure_pair_print (pair, name, "handshakes/s", goal);
  gnutls_free (bare_ticket.data);
}

/* Both sides in one thread, mutual P-256, certificates verified: through src/atls and with bare GnuTLS. */
void
bench_handshake_run (const BenchOptions *options)
{
  g_autoptr (BenchIdentities) identities = bench_identities_new ();

  measure (options, identities, STILE_TLS_1_3, FALSE, "full handshake, TLS 1.3", 0.95);
  measure (options, identities, STILE_TLS_1_2, FALSE, "full handshake, TLS 1.2", 0.95);
  measure (options, identities, STILE_TLS_1_3, TRUE, "resumed handshake, TLS 1.3", 0.95);
  measure (options, identities, STILE_TLS_1_2, TRUE, "resumed handshake, TLS 1.2", 0.95);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-service.h"

#include "atls/stile-session.h"
#include "bench/bench-bare.h"
#include "bench/bench-http.h"
#include "bench/bench-stiled.h"

/* Of each thread in a round. */
#define HANDSHAKES 60

static BenchStiled *
start (BenchIdentities *identities, const char *program)
{
  BenchStiled *service = bench_stiled_new ();
  g_autofree char *config = g_strdup_printf ("[stiled]\n"
                                             "listen=127.0.0.1:0\n"
                                             "atls-cert=%1$s/server.pem\n"
                                             "atls-key=%1$s/server.key\n"
                                             "client-ca=%1$s/root.pem\n"
                                             "tls-version=1.3\n"
                                             "tickets=false\n"
                                             "idle-seconds=2\n",
                                             service->directory);

  bench_stiled_write (service, "server.pem", identities->server_chain);
  bench_stiled_write (service, "server.key", identities->server_key);
  bench_stiled_write (service, "root.pem", identities->anchor);
  bench_stiled_write (service, "stiled.conf", config);
  bench_stiled_start (service, program);
  return service;
}

/* --- clients --- */

typedef struct
{
  BenchStiled *service;
  StileCredentials *credentials;
  BenchBare *bare;
} Job;

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
shake_hands (StileCredentials *credentials, BenchHttp *http)
{
  g_autoptr (StileSession) client = stile_session_new (credentials, "localhost", NULL);
  g_autoptr (GBytes) flight = step (client, NULL);

  bench_http_forget_session (http);
  while (flight != NULL)
    {
      g_autoptr (GBytes) answer = bench_http_post (http, flight);

      g_clear_pointer (&flight, g_bytes_unref);
      if (stile_session_get_state (client) != STILE_SESSION_ESTABLISHED)
        flight = step (client, answer);
    }
  g_assert (stile_session_get_state (client) == STILE_SESSION_ESTABLISHED);
}

static gpointer
run_client (gpointer data)
{
  Job *job = data;
  g_autoptr (BenchHttp) http = bench_http_new (job->service->port);

  for (int i = 0; i < HANDSHAKES; i++)
    shake_hands (job->credentials, http);
  return NULL;
}

static gpointer
run_bare (gpointer data)
{
  Job *job = data;

  for (int i = 0; i < HANDSHAKES; i++)
    bench_bare_shake_hands (job->bare, NULL, NULL);
  return NULL;
}

static void
run_threads (GThreadFunc function, Job *job, guint count)
{
  g_autofree GThread **threads = g_new (GThread *, count);

  for (guint i = 0; i < count; i++)
    threads[i] = g_thread_new ("bench", function, job);
  for (guint i = 0; i < count; i++)
    g_thread_join (threads[i]);
}

static double
seconds_since (gint64 start)
{
  return (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

/* Handshakes through stiled over HTTP beside bare ones, on all cores: CPU of everybody who takes part, and the clock
 * on the wall, which is only worth something on a machine that does nothing else. */
void
bench_service_run (const BenchOptions *options)
{
  g_autoptr (BenchIdentities) identities = bench_identities_new ();
  g_autoptr (BenchPair) cpu = bench_figure_pair_new ();
  g_autoptr (BenchPair) wall = bench_figure_pair_new ();
  g_autoptr (StileCredentials) credentials =
      bench_identities_make_credentials (identities, STILE_ROLE_CLIENT, STILE_TLS_1_3, FALSE, "bhttp");
  g_autoptr (BenchBare) bare = bench_bare_new (identities, STILE_TLS_1_3, FALSE);
  g_autoptr (BenchStiled) service = start (identities, options->stiled);
  Job job = { service, credentials, bare };
  guint cores = g_get_num_processors ();
  guint clients = 2 * cores; /* so that no core waits for an answer */

  run_threads (run_client, &job, clients);
  for (int round = 0; round < options->rounds; round++)
    {
      double before = bench_figure_get_process_seconds () + bench_stiled_get_seconds (service);
      gint64 start = g_get_monotonic_time ();
      double stile_cpu;
      double stile_wall;
      double bare_cpu;

      run_threads (run_client, &job, clients);
      stile_wall = seconds_since (start) / (clients * HANDSHAKES);
      stile_cpu = (bench_figure_get_process_seconds () + bench_stiled_get_seconds (service) - before) /
                  (clients * HANDSHAKES);

      before = bench_figure_get_process_seconds ();
      start = g_get_monotonic_time ();
      run_threads (run_bare, &job, cores);
      bare_cpu = (bench_figure_get_process_seconds () - before) / (cores * HANDSHAKES);
      bench_figure_pair_add (wall, stile_wall, seconds_since (start) / (cores * HANDSHAKES));
      bench_figure_pair_add (cpu, stile_cpu, bare_cpu);
    }

  bench_figure_pair_print (cpu, "handshake through stiled over HTTP, by CPU time", "handshakes/s/core", 0.8);
  bench_figure_pair_print (wall, "handshake through stiled over HTTP, all cores", "handshakes/s", 0);
}

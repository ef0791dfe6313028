/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-service.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "atls/stile-session.h"
#include "bench/bench-bare.h"
#include "bench/bench-http.h"
#include "support/test-pki.h"

/* Of each thread in a round. */
#define HANDSHAKES 60

/**
 * Service:
 *
 * stiled in a process of its own, with files in a folder of its own.
 */
typedef struct
{
  char *directory;
  GSubprocess *process;
  clockid_t clock;
  guint16 port;
} Service;

static void
write_file (Service *self, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, text, -1, &error))
    bench_figure_fail ("%s", error->message);
}

static char *
make_config (Service *self)
{
  return g_strdup_printf ("[stiled]\n"
                          "listen=127.0.0.1:0\n"
                          "atls-cert=%1$s/server.pem\n"
                          "atls-key=%1$s/server.key\n"
                          "client-ca=%1$s/root.pem\n"
                          "tls-version=1.3\n"
                          "tickets=false\n"
                          "idle-seconds=2\n",
                          self->directory);
}

/* The service says when it is ready, as it says to systemd. */
static void
wait_until_ready (GSocket *ready)
{
  char text[64];
  g_autoptr (GError) error = NULL;
  gssize n;

  g_socket_set_timeout (ready, 20);
  n = g_socket_receive (ready, text, sizeof text - 1, NULL, &error);
  if (n < 0)
    bench_figure_fail ("stiled does not get ready: %s", error->message);
}

static guint16
read_port (const char *log)
{
  g_autofree char *text = NULL;
  const char *found = NULL;

  if (g_file_get_contents (log, &text, NULL, NULL))
    found = strstr (text, "Listening on ");
  found = found != NULL ? strstr (found, "127.0.0.1:") : NULL;
  if (found == NULL)
    bench_figure_fail ("stiled does not say where it listens: %s", text);
  return (guint16)g_ascii_strtoull (found + strlen ("127.0.0.1:"), NULL, 10);
}

static GSocket *
make_notify_socket (const char *path)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_DEFAULT, &error);

  if (socket == NULL || !g_socket_bind (socket, address, FALSE, &error))
    bench_figure_fail ("%s", error->message);
  return socket;
}

static void
service_start (Service *self, BenchIdentities *identities, const char *program)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  g_autofree char *config = NULL;
  g_autofree char *config_path = NULL;
  g_autofree char *notify_path = NULL;
  g_autofree char *log = NULL;
  g_autoptr (GSocket) ready = NULL;

  self->directory = test_pki_directory_new ();
  config = make_config (self);
  config_path = g_build_filename (self->directory, "stiled.conf", NULL);
  notify_path = g_build_filename (self->directory, "ready", NULL);
  log = g_build_filename (self->directory, "log", NULL);
  write_file (self, "server.pem", identities->server_chain);
  write_file (self, "server.key", identities->server_key);
  write_file (self, "root.pem", identities->anchor);
  write_file (self, "stiled.conf", config);
  ready = make_notify_socket (notify_path);

  g_subprocess_launcher_setenv (launcher, "NOTIFY_SOCKET", notify_path, TRUE);
  g_subprocess_launcher_set_stdout_file_path (launcher, log);
  g_subprocess_launcher_set_flags (launcher, G_SUBPROCESS_FLAGS_STDERR_MERGE);
  self->process = g_subprocess_launcher_spawn (launcher, &error, program, "--config", config_path, NULL);
  if (self->process == NULL)
    bench_figure_fail ("starting %s: %s", program, error->message);
  wait_until_ready (ready);
  self->port = read_port (log);
  if (clock_getcpuclockid (atoi (g_subprocess_get_identifier (self->process)), &self->clock) != 0)
    bench_figure_fail ("the CPU time of stiled cannot be read");
}

static double
service_get_seconds (Service *self)
{
  struct timespec now;

  if (clock_gettime (self->clock, &now) != 0)
    bench_figure_fail ("stiled has ended");
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
service_stop (Service *self)
{
  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->process);
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
}

/* --- clients --- */

typedef struct
{
  Service *service;
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
  Service service = { 0 };
  Job job = { &service, credentials, bare };
  guint cores = g_get_num_processors ();
  guint clients = 2 * cores; /* so that no core waits for an answer */

  service_start (&service, identities, options->stiled);
  run_threads (run_client, &job, clients);
  for (int round = 0; round < options->rounds; round++)
    {
      double before = bench_figure_get_process_seconds () + service_get_seconds (&service);
      gint64 start = g_get_monotonic_time ();
      double stile_cpu;
      double stile_wall;
      double bare_cpu;

      run_threads (run_client, &job, clients);
      stile_wall = seconds_since (start) / (clients * HANDSHAKES);
      stile_cpu = (bench_figure_get_process_seconds () + service_get_seconds (&service) - before) /
                  (clients * HANDSHAKES);

      before = bench_figure_get_process_seconds ();
      start = g_get_monotonic_time ();
      run_threads (run_bare, &job, cores);
      bare_cpu = (bench_figure_get_process_seconds () - before) / (cores * HANDSHAKES);
      bench_figure_pair_add (wall, stile_wall, seconds_since (start) / (cores * HANDSHAKES));
      bench_figure_pair_add (cpu, stile_cpu, bare_cpu);
    }
  service_stop (&service);

  bench_figure_pair_print (cpu, "handshake through stiled over HTTP, by CPU time", "handshakes/s/core", 0.8);
  bench_figure_pair_print (wall, "handshake through stiled over HTTP, all cores", "handshakes/s", 0);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-stiled.h"

#include <gio/gunixsocketaddress.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench-figure.h"
#include "support/test-pki.h"

/* A measurement that fails ends the program: the service must not stay behind, nor its keys. */
static BenchStiled *running;

static void
stop (BenchStiled *self)
{
  if (self->process != NULL)
    {
      g_subprocess_send_signal (self->process, SIGTERM);
      g_subprocess_wait (self->process, NULL, NULL);
      g_clear_object (&self->process);
    }
  test_pki_directory_remove (self->directory);
}

static void
stop_running (void)
{
  BenchStiled *service = g_steal_pointer (&running);

  if (service != NULL)
    stop (service);
}

/* On a disk, also where /tmp is in memory. */
BenchStiled *
bench_stiled_new (void)
{
  BenchStiled *self = g_new0 (BenchStiled, 1);

  self->directory = g_strdup ("/var/tmp/stile-bench-XXXXXX");
  if (g_mkdtemp (self->directory) == NULL)
    bench_figure_fail ("%s cannot be made", self->directory);
  if (running == NULL)
    atexit (stop_running);
  running = self;
  return self;
}

void
bench_stiled_write (BenchStiled *self, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, text, -1, &error))
    bench_figure_fail ("%s", error->message);
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

/* Starts it with its file stiled.conf, and waits until it serves. */
void
bench_stiled_start (BenchStiled *self, const char *program)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  g_autofree char *config_path = g_build_filename (self->directory, "stiled.conf", NULL);
  g_autofree char *notify_path = g_build_filename (self->directory, "ready", NULL);
  g_autofree char *log = g_build_filename (self->directory, "log", NULL);
  g_autoptr (GSocket) ready = make_notify_socket (notify_path);

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

double
bench_stiled_get_seconds (BenchStiled *self)
{
  struct timespec now;

  if (clock_gettime (self->clock, &now) != 0)
    bench_figure_fail ("stiled has ended");
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Stops it, and takes all its files away. */
void
bench_stiled_free (BenchStiled *self)
{
  running = NULL;
  stop (self);
  g_free (self->directory);
  g_free (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-pledges.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bench/bench-figure.h"
#include "bench/bench-station.h"
#include "bootstrap/stile-pledge-responder.h"
#include "codec/stile-certificate-bundle.h"
#include "transport/stile-http-service.h"

/* Where nobody listens: what is in the list, and has its turn after the measurement. */
#define NOBODY "127.0.0.1:9"

/* Devices with a main context together. */
#define GROUP 50

/* What a device has open, and what all of them together have. */
#define FILES_OF_DEVICE 3
#define MORE_FILES 1000

/* --- the program that measures --- */

/* One key for all: a device signs with whatever key it has, and making ten thousand is none of a station's work.  What they
 * are given are keys of their own. */
static void
write_idevids (BenchPlant *plant, guint count)
{
  g_autoptr (TestPki) first =
      test_pki_issue (plant->maker, &(TestPkiOptions){ .name = "Bench key", .purpose = "" });
  g_autofree char *key = test_pki_save_key (first, plant->service->directory, "idevid");
  g_autoptr (GVariantBuilder) builder = g_variant_builder_new (G_VARIANT_TYPE ("aay"));
  g_autoptr (GVariant) all = NULL;
  g_autofree char *path = g_build_filename (plant->service->directory, "idevids", NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < count; i++)
    {
      g_autofree char *serial = g_strdup_printf (BENCH_STATION_SERIAL, i);
      g_autoptr (TestPki) pki = test_pki_issue (plant->maker, &(TestPkiOptions){ .name = "Bench device",
                                                                                 .serial_number = serial,
                                                                                 .purpose = "",
                                                                                 .same_key_as = first });

      g_variant_builder_add_value (
          builder, g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, test_pki_get_der (pki), TRUE));
    }
  all = g_variant_ref_sink (g_variant_builder_end (builder));
  if (!g_file_set_contents (path, g_variant_get_data (all), (gssize)g_variant_get_size (all), &error))
    bench_figure_fail ("%s", error->message);
}

static double
read_answer (BenchPledges *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line (self->answers, NULL, NULL, &error);

  if (line == NULL)
    bench_figure_fail ("the devices have ended: %s", error != NULL ? error->message : "see above");
  return g_ascii_strtod (line, NULL);
}

/* Whether a process may have so many files open. */
gboolean
bench_pledges_can_be (guint count)
{
  struct rlimit limit;

  return getrlimit (RLIMIT_NOFILE, &limit) == 0 &&
         limit.rlim_max >= (rlim_t)count * FILES_OF_DEVICE + MORE_FILES;
}

/* Ready to be met: @listed of them are in devices.csv of the plant's folder, and the first @count are there. */
BenchPledges *
bench_pledges_new (BenchPlant *plant, guint count, guint listed)
{
  BenchPledges *self = g_new0 (BenchPledges, 1);
  g_autofree char *count_text = g_strdup_printf ("%u", count);
  g_autofree char *listed_text = g_strdup_printf ("%u", listed);
  g_autoptr (GError) error = NULL;

  write_idevids (plant, count);
  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                    "/proc/self/exe", "--folder", plant->service->directory, "--count",
                                    count_text, "--listed", listed_text, "pledges", NULL);
  if (self->process == NULL)
    bench_figure_fail ("%s", error->message);
  self->answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  read_answer (self);
  return self;
}

/* Returns the CPU seconds that they have taken since they were ready. */
double
bench_pledges_end (BenchPledges *self)
{
  double seconds;

  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  seconds = read_answer (self);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->answers);
  g_object_unref (self->process);
  g_free (self);
  return seconds;
}

/* --- the devices --- */

/* What devices remember is on disks of their own, and none of the station's. */
static char *memory;

typedef struct
{
  const char *folder;
  GBytes *key;
  GPtrArray *anchors;
  GVariant *idevids;
  guint16 *ports;
} Pledges;

/* Some of the devices, with a main context of their own: one that looks at thousands of sockets has little time for them. */
typedef struct
{
  Pledges *pledges;
  guint first;
  guint end;
  GThread *thread;
  GMainContext *context;
  GPtrArray *services; /* of StileHttpService */
  gboolean ready;
  gboolean over;
} Group;

static void
must (gboolean done, const GError *error)
{
  if (!done)
    bench_figure_fail ("a device: %s", error != NULL ? error->message : "it does not work");
}

static StilePledgeResponder *
make_responder (Pledges *self, guint number, GVariant *der)
{
  g_autofree char *folder = g_strdup_printf ("%s/%u", memory, number);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (der);
  g_autoptr (StileCertificate) certificate = stile_certificate_new_from_der (bytes, &error);
  g_autoptr (GPtrArray) chain = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (StileIdentity) idevid = NULL;
  g_autoptr (StilePledgeState) state = stile_pledge_state_open (folder, &error);
  StilePledgeResponderSettings settings = { .anchors = self->anchors, .state = state };
  StilePledgeResponder *responder;

  must (certificate != NULL && state != NULL, error);
  g_ptr_array_add (chain, g_steal_pointer (&certificate));
  idevid = stile_identity_new (chain, self->key, &error);
  must (idevid != NULL, error);
  settings.idevid = idevid;
  responder = stile_pledge_responder_new (&settings, &error);
  must (responder != NULL, error);
  return responder;
}

static guint16
listen_for (Group *self, StilePledgeResponder *responder)
{
  StileHttpService *service = stile_http_service_new (NULL, NULL);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) found = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  stile_http_service_set_plain_handler (service, STILE_HANDLER (responder));
  must (socket != NULL && g_socket_bind (socket, wanted, FALSE, &error) && g_socket_listen (socket, &error) &&
            stile_http_service_listen (service, socket, &error) &&
            (found = g_socket_get_local_address (socket, &error)) != NULL,
        error);
  g_ptr_array_add (self->services, service);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (found));
}

static void
start_group (Group *self)
{
  for (guint i = self->first; i < self->end; i++)
    {
      g_autoptr (GVariant) der = g_variant_get_child_value (self->pledges->idevids, i);
      g_autoptr (StilePledgeResponder) responder = make_responder (self->pledges, i, der);

      self->pledges->ports[i] = listen_for (self, responder);
    }
  g_atomic_int_set (&self->ready, TRUE);
  g_main_context_wakeup (NULL);
}

static gpointer
run_group (gpointer data)
{
  Group *self = data;

  g_main_context_push_thread_default (self->context);
  start_group (self);
  while (!g_atomic_int_get (&self->over))
    g_main_context_iteration (self->context, TRUE);
  g_ptr_array_set_size (self->services, 0);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static Group *
group_new (Pledges *pledges, guint first, guint end)
{
  Group *self = g_new0 (Group, 1);

  self->pledges = pledges;
  self->first = first;
  self->end = end;
  self->services = g_ptr_array_new_with_free_func (g_object_unref);
  self->context = g_main_context_new ();
  self->thread = g_thread_new ("devices", run_group, self);
  while (!g_atomic_int_get (&self->ready))
    g_main_context_iteration (NULL, TRUE);
  return self;
}

static void
group_free (gpointer data)
{
  Group *self = data;

  g_atomic_int_set (&self->over, TRUE);
  g_main_context_wakeup (self->context);
  g_thread_join (self->thread);
  g_ptr_array_unref (self->services);
  g_main_context_unref (self->context);
  g_free (self);
}

static GVariant *
load_idevids (Pledges *self)
{
  g_autofree char *path = g_build_filename (self->folder, "idevids", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *data;
  gsize size;

  must (g_file_get_contents (path, &data, &size, &error), error);
  bytes = g_bytes_new_take (data, size);
  return g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE ("aay"), bytes, TRUE));
}

static void
write_list (Pledges *self, guint count, guint listed)
{
  g_autoptr (GString) list = g_string_new ("serial,address\n");
  g_autofree char *path = g_build_filename (self->folder, "devices.csv", NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < count; i++)
    g_string_append_printf (list, BENCH_STATION_SERIAL ",127.0.0.1:%u\n", i, self->ports[i]);
  for (guint i = count; i < listed; i++)
    g_string_append_printf (list, BENCH_STATION_SERIAL "," NOBODY "\n", i);
  must (g_file_set_contents (path, list->str, (gssize)list->len, &error), error);
}

static void
read_files (Pledges *self)
{
  g_autofree char *key = g_build_filename (self->folder, "idevid.key", NULL);
  g_autofree char *anchors = g_build_filename (self->folder, "maker.pem", NULL);
  g_autoptr (GError) error = NULL;
  char *data;
  gsize size;

  must (g_file_get_contents (key, &data, &size, &error), error);
  self->key = g_bytes_new_take (data, size);
  self->anchors = stile_certificate_bundle_load_pem (anchors, &error);
  must (self->anchors != NULL, error);
  self->idevids = load_idevids (self);
}

static void
make_memory (const char *folder)
{
  memory = g_strdup ("/dev/shm/stile-bench-XXXXXX");
  if (g_mkdtemp (memory) == NULL)
    {
      g_free (memory);
      memory = g_build_filename (folder, "devices", NULL);
      must (g_mkdir_with_parents (memory, 0700) == 0, NULL);
    }
}

static void
raise_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

/* Also when something does not work. */
static void
forget (void)
{
  g_autofree char *folder = g_steal_pointer (&memory);

  if (folder != NULL)
    test_pki_directory_remove (folder);
}

static void
say (double value)
{
  printf ("%f\n", value);
  fflush (stdout);
}

static void
told_cb (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  gboolean *over = user_data;

  g_input_stream_read_finish (G_INPUT_STREAM (stream), result, NULL);
  *over = TRUE;
}

/* Whoever started them says by closing its end that it is over; and so it does when it is gone. */
static void
serve_until_told (void)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (0, FALSE);
  gboolean over = FALSE;
  char byte;

  g_input_stream_read_async (input, &byte, 1, G_PRIORITY_DEFAULT, NULL, told_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

void
bench_pledges_run (const BenchOptions *options)
{
  Pledges self = { .folder = options->folder, .ports = g_new0 (guint16, options->count) };
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (group_free);
  double before;

  raise_limit ();
  read_files (&self);
  make_memory (options->folder);
  atexit (forget);
  for (guint i = 0; i < options->count; i += GROUP)
    g_ptr_array_add (groups, group_new (&self, i, MIN (i + GROUP, options->count)));
  write_list (&self, options->count, options->listed);

  before = bench_figure_get_process_seconds ();
  say (0);
  serve_until_told ();
  before = bench_figure_get_process_seconds () - before;

  g_ptr_array_set_size (groups, 0);
  forget ();
  say (before);
  g_free (self.ports);
  g_variant_unref (self.idevids);
  g_ptr_array_unref (self.anchors);
  g_bytes_unref (self.key);
}

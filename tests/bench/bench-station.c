/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-station.h"

#include <stdio.h>
#include <string.h>

#include "bench/bench-figure.h"
#include "bootstrap/stile-agent-profile.h"
#include "inventory/stile-device-import.h"
#include "inventory/stile-provisioning.h"
#include "support/test-await.h"
#include "transport/stile-http-carrier.h"
#include "transport/stile-http-session-carrier.h"

/* Bytes of memory that a process has had at the most: a number, or "self". */
double
bench_station_get_peak (const char *process)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status", process);
  g_autofree char *text = NULL;
  const char *found = NULL;

  if (g_file_get_contents (path, &text, NULL, NULL))
    found = strstr (text, "VmHWM:");
  if (found == NULL)
    bench_figure_fail ("%s does not say how much memory there was", path);
  return g_ascii_strtod (found + strlen ("VmHWM:"), NULL) * 1024;
}

/* --- the program that measures --- */

/* A station of its own process brings the first @count of devices.csv into the domain, with all of them in its queue. */
BenchStation
bench_station_measure (BenchPlant *plant, guint count)
{
  BenchStation station = { 0 };
  g_autofree char *count_text = g_strdup_printf ("%u", count);
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/proc/self/exe", "--folder", plant->service->directory,
      "--url", plant->url, "--count", count_text, "station", NULL);

  if (process == NULL || !g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error))
    bench_figure_fail ("%s", error->message);
  if (sscanf (output, "%lf %lf %lf %lf %lf", &station.list_seconds, &station.list_cpu, &station.seconds,
              &station.cpu, &station.peak) != 5)
    bench_figure_fail ("the station has ended; see above");
  return station;
}

/* --- the station --- */

typedef struct
{
  const BenchOptions *options;
  StileDeviceStore *store;
  StileProvisioning *job;
  guint done;
} Station;

static void
must (gboolean done, const GError *error)
{
  if (!done)
    bench_figure_fail ("the station: %s", error != NULL ? error->message : "it does not work");
}

static GAsyncResult *
await (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static char *
find_file (Station *self, const char *name)
{
  return g_build_filename (self->options->folder, name, NULL);
}

static StileDeviceImport *
read_list (Station *self)
{
  g_autofree char *path = find_file (self, "devices.csv");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  StileDeviceImport *list;

  stile_device_import_load_async (file, NULL, test_await_cb, &result);
  list = stile_device_import_load_finish (await (&result), &error);
  must (list != NULL, error);
  return list;
}

static void
open_store (Station *self)
{
  g_autofree char *path = find_file (self, "station.db");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  stile_device_store_open_async (path, NULL, test_await_cb, &result);
  self->store = stile_device_store_open_finish (await (&result), &error);
  must (self->store != NULL, error);
}

/* As stilectl does it: see stile-cli-provision-lists.c. */
static void
add_list (Station *self, GListModel *lines)
{
  g_autoptr (GArray) specs = g_array_new (FALSE, FALSE, sizeof (StileDeviceSpec));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (lines); i++)
    {
      g_autoptr (StileImportLine) line = g_list_model_get_item (lines, i);
      const StileDeviceSpec spec = { .serial = stile_import_line_get_serial (line),
                                     .address = stile_import_line_get_address (line) };

      must (stile_import_line_is_good (line), NULL);
      g_array_append_val (specs, spec);
    }

  stile_device_store_add_async (self->store, (StileDeviceSpec *)specs->data, specs->len, NULL, test_await_cb,
                                &result);
  must (stile_device_store_add_finish (self->store, await (&result), NULL, &error), error);
}

static StileRegistrarAgent *
open_agent (Station *self)
{
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autofree char *anchors = find_file (self, "domain.pem");
  g_autofree char *certificate = find_file (self, "agent.pem");
  g_autofree char *key = find_file (self, "agent.key");
  const StileAgentProfile profiled = { .profile = profile,
                                       .session_type = STILE_TYPE_HTTP_SESSION_CARRIER,
                                       .plain_type = STILE_TYPE_HTTP_CARRIER };
  g_autoptr (GError) error = NULL;
  StileRegistrarAgent *agent;

  g_object_set (profile, "service", self->options->url, "anchors", anchors, "certificate", certificate, "key",
                key, "proxy", "none", NULL);
  agent = stile_agent_profile_open (&profiled, &error);
  must (agent != NULL, error);
  return agent;
}

static void
queue (Station *self)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  StileDevice *device;

  for (guint i = 0; (device = g_list_model_get_item (G_LIST_MODEL (self->store), i)) != NULL; i++)
    g_ptr_array_add (devices, device);
  stile_provisioning_queue_async (self->job, devices, test_await_cb, &result);
  must (stile_provisioning_order_finish (self->job, await (&result), &error), error);
}

static void
fill_queue (Station *self)
{
  g_autoptr (StileRegistrarAgent) agent = open_agent (self);
  StileProvisioningSettings settings = { .agent = agent,
                                         .registrar = self->options->url,
                                         .phase = STILE_PROVISIONING_ALL,
                                         .jobs = BENCH_STATION_JOBS };
  g_autoptr (StileDeviceImport) list = read_list (self);

  open_store (self);
  add_list (self, G_LIST_MODEL (list));
  settings.store = self->store;
  self->job = stile_provisioning_new (&settings);
  queue (self);
}

/* Behind the devices that are there are those that are only in the list. */
static void
ended_cb (StileProvisioning *job, StileDevice *device, gpointer user_data)
{
  Station *self = user_data;
  guint number = (guint)g_ascii_strtoull (strchr (stile_device_get_serial (device), '-') + 1, NULL, 10);

  if (number >= self->options->count)
    return;
  if (stile_device_get_state (device) != STILE_DEVICE_DONE)
    {
      g_autofree char *told = stile_device_describe (device);

      bench_figure_fail ("%s: %s", stile_device_get_serial (device), told);
    }
  if (++self->done == self->options->count)
    stile_provisioning_end (job);
}

static void
work (Station *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_connect (self->job, "ended", G_CALLBACK (ended_cb), self);
  stile_provisioning_run_all_async (self->job, NULL, test_await_cb, &result);
  while (self->done < self->options->count && result == NULL)
    g_main_context_iteration (NULL, TRUE);
  if (self->done < self->options->count)
    {
      must (stile_provisioning_run_all_finish (self->job, result, &error), error);
      bench_figure_fail ("the station: %u of %u devices were done", self->done, self->options->count);
    }
}

void
bench_station_run (const BenchOptions *options)
{
  Station self = { .options = options };
  BenchStation station = { 0 };
  gint64 start = g_get_monotonic_time ();
  double cpu = bench_figure_get_process_seconds ();

  fill_queue (&self);
  station.list_seconds = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  station.list_cpu = bench_figure_get_process_seconds () - cpu;

  start = g_get_monotonic_time ();
  cpu = bench_figure_get_process_seconds ();
  work (&self);
  station.seconds = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  station.cpu = bench_figure_get_process_seconds () - cpu;
  station.peak = bench_station_get_peak ("self");

  printf ("%f %f %f %f %f\n", station.list_seconds, station.list_cpu, station.seconds, station.cpu,
          station.peak);
  /* What is on its way is cancelled, and the process ends: nothing more is measured. */
  g_object_unref (self.job);
  g_object_unref (self.store);
}

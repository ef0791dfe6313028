/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "bench/bench-bootstrap.h"
#include "bench/bench-diagnosis.h"
#include "bench/bench-handshake.h"
#include "bench/bench-memory.h"
#include "bench/bench-pledges.h"
#include "bench/bench-provisioning.h"
#include "bench/bench-sealing.h"
#include "bench/bench-service.h"
#include "bench/bench-station.h"

static const struct
{
  const char *name;
  void (*run) (const BenchOptions *options);
} parts[] = {
  { "handshake", bench_handshake_run },
  { "sealing", bench_sealing_run },
  { "service", bench_service_run },
  { "bootstrap", bench_bootstrap_run },
  { "memory", bench_memory_run },
  { "diagnosis", bench_diagnosis_run },
  { "provisioning", bench_provisioning_run },
  /* The provisioning's own, each in a process. */
  { "pledges", bench_pledges_run },
  { "station", bench_station_run },
};

/* tools/bench starts it: one line of JSON for each figure. */
int
main (int argc, char *argv[])
{
  BenchOptions options = { .rounds = 15 };
  const GOptionEntry entries[] = {
    { "rounds", 0, 0, G_OPTION_ARG_INT, &options.rounds, "Rounds of each measurement", "N" },
    { "alone", 0, 0, G_OPTION_ARG_NONE, &options.alone,
      "Without what is bare beside it, for tools/bench-split", NULL },
    { "folder", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &options.folder, NULL, NULL },
    { "url", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &options.url, NULL, NULL },
    { "count", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &options.count, NULL, NULL },
    { "listed", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &options.listed, NULL, NULL },
    { "stiled", 0, 0, G_OPTION_ARG_FILENAME, &options.stiled, "The service", "PROGRAM" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("PART…");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc < 2 || options.rounds < 1)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "name what to measure, and at least one round");
      return 2;
    }

  for (int i = 1; i < argc; i++)
    for (gsize part = 0; part < G_N_ELEMENTS (parts); part++)
      if (strcmp (argv[i], parts[part].name) == 0)
        parts[part].run (&options);

  g_free (options.stiled);
  g_free (options.folder);
  g_free (options.url);
  return 0;
}

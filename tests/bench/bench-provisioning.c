/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-provisioning.h"

#include "bench/bench-pledges.h"
#include "bench/bench-station.h"

/* Devices in a list.  The others are compared with the first. */
static const guint sizes[] = { 100, 1000, 10000 };

/* Where all of a list would take longer, by what the list before took, or need more open files than a process may have,
 * only so many of its devices are there. */
#define MAX_SECONDS 180
#define FEW_DEVICES 1000

/* A hundred devices are soon done, and everything is compared with them. */
#define MAX_ROUNDS_OF_FIRST 3

typedef enum
{
  FIELD_PACE, /* devices a second */
  FIELD_STATION,
  FIELD_STILED,
  FIELD_DEVICES,
  FIELD_STATION_PEAK,
  FIELD_STILED_PEAK,
  FIELD_LIST,
  FIELD_LIST_CPU,
} Field;

#define N_FIELDS (FIELD_LIST_CPU + 1)

/* CPU time is that of one device, and so is what the list takes: they are the same, or grow faster than the list.  Memory is
 * all of it. */
static const struct
{
  const char *name;
  const char *unit;
  double factor;
} fields[N_FIELDS] = {
  [FIELD_PACE] = { "", "devices/min", 60 },
  [FIELD_STATION] = { "… CPU of the station, ", "ms/device", 1e3 },
  [FIELD_STILED] = { "… CPU of stiled, ", "ms/device", 1e3 },
  [FIELD_DEVICES] = { "… CPU of a device, ", "ms/device", 1e3 },
  [FIELD_STATION_PEAK] = { "… peak memory of the station, ", "MiB", 1.0 / 1024 / 1024 },
  [FIELD_STILED_PEAK] = { "… peak memory of stiled, ", "MiB", 1.0 / 1024 / 1024 },
  [FIELD_LIST] = { "… list to queue, by the clock, ", "µs/device", 1e6 },
  [FIELD_LIST_CPU] = { "… list to queue, CPU, ", "µs/device", 1e6 },
};

/* Everybody begins anew: what they hold at the most is of this list. */
static void
measure (const BenchOptions *options, guint listed, guint count, GArray **figures)
{
  g_autoptr (BenchPlant) plant = bench_plant_new (options->stiled, TRUE);
  BenchPledges *pledges = bench_pledges_new (plant, count, listed);
  double before = bench_stiled_get_seconds (plant->service);
  BenchStation station = bench_station_measure (plant, count);
  double stiled = bench_stiled_get_seconds (plant->service) - before;
  const double values[N_FIELDS] = {
    [FIELD_PACE] = count / station.seconds,
    [FIELD_STATION] = station.cpu / count,
    [FIELD_STILED] = stiled / count,
    [FIELD_DEVICES] = bench_pledges_end (pledges) / count,
    [FIELD_STATION_PEAK] = station.peak,
    [FIELD_STILED_PEAK] = bench_station_get_peak (g_subprocess_get_identifier (plant->service->process)),
    [FIELD_LIST] = station.list_seconds / listed,
    [FIELD_LIST_CPU] = station.list_cpu / listed,
  };

  for (gsize i = 0; i < N_FIELDS; i++)
    g_array_append_val (figures[i], values[i]);
}

static void
measure_median (const BenchOptions *options, guint listed, guint count, double *medians)
{
  guint rounds = listed == sizes[0] ? (guint)MIN (options->rounds, MAX_ROUNDS_OF_FIRST) : 1;
  GArray *figures[N_FIELDS];

  for (gsize i = 0; i < N_FIELDS; i++)
    figures[i] = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; i < rounds; i++)
    measure (options, listed, count, figures);
  for (gsize i = 0; i < N_FIELDS; i++)
    {
      medians[i] = bench_figure_get_median (figures[i]);
      g_array_unref (figures[i]);
    }
}

static void
print (const double *medians, const double *first, guint listed, guint count)
{
  g_autofree char *what = count == listed ? g_strdup_printf ("%u devices", listed)
                                          : g_strdup_printf ("%u of %u devices", count, listed);

  for (gsize i = 0; i < N_FIELDS; i++)
    {
      g_autofree char *name =
          g_strconcat (i == FIELD_PACE ? "provisioning, 8 at once, " : fields[i].name, what, NULL);

      bench_figure_print_growth (name, fields[i].unit, medians[i] * fields[i].factor,
                                 first[i] * fields[i].factor);
    }
  if (count < listed)
    {
      g_autofree char *name = g_strdup_printf ("… all %u devices would take", listed);

      bench_figure_print_value (name, "s", listed / medians[FIELD_PACE]);
    }
}

/* A station that brings devices into a domain whose stiled is registrar, MASA and CA, over ATLS. */
void
bench_provisioning_run (const BenchOptions *options)
{
  double first[N_FIELDS];
  double medians[N_FIELDS];
  double pace = G_MAXDOUBLE;

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      gboolean all = sizes[i] / pace <= MAX_SECONDS && bench_pledges_can_be (sizes[i]);
      guint count = all ? sizes[i] : FEW_DEVICES;

      measure_median (options, sizes[i], count, i == 0 ? first : medians);
      print (i == 0 ? first : medians, first, sizes[i], count);
      pace = i == 0 ? first[FIELD_PACE] : medians[FIELD_PACE];
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-bootstrap.h"

#include "bench/bench-bare.h"
#include "bench/bench-fleet.h"
#include "bench/bench-signing.h"

/* Devices in a round. */
#define DEVICES 32

/* What a bootstrap consists of.  In each of the inner handshakes both certificates are verified, which is here what the
 * judges do after them: the device's and the registrar's in the first; in the second the new one's, and the MASA's. */

/* With the IDevID, and with the new certificate. */
#define INNER_HANDSHAKES 2

/* Of the transport below each: the device is nobody there, and believes nothing. */
#define OUTER_HANDSHAKES 2

/* The device's request, the registrar's, the voucher, the PKCS #10 request, the certificate. */
#define SIGNATURES 5

/* The registrar: the device's request.  The MASA: both requests, for the voucher and again for the audit log.  The
 * device: the voucher, and its own new certificate.  The EST server: the PKCS #10 request. */
#define VERIFICATIONS (1 + 2 + 2 + 2 + 1)

typedef struct
{
  BenchBare *inner;
  BenchBare *outer;
  BenchSigning *signing;
  gboolean skipped;
} Floor;

static void
run_floor (const Floor *bare)
{
  if (bare->skipped)
    return;
  for (int i = 0; i < INNER_HANDSHAKES; i++)
    bench_bare_shake_hands (bare->inner, NULL, NULL);
  for (int i = 0; i < OUTER_HANDSHAKES; i++)
    bench_bare_shake_hands (bare->outer, NULL, NULL);
  for (int i = 0; i < SIGNATURES; i++)
    bench_signing_sign (bare->signing);
  for (int i = 0; i < VERIFICATIONS; i++)
    bench_signing_verify (bare->signing);
  bench_signing_make_key ();
}

/* What one way of doing it took, for each bootstrap. */
typedef struct
{
  BenchPair *cpu;
  GArray *device;  /* of double, CPU seconds */
  GArray *service; /* of double, CPU seconds */
  GArray *wall;    /* of double, seconds */
} Figures;

static void
figures_init (Figures *figures)
{
  figures->cpu = bench_figure_pair_new ();
  figures->device = g_array_new (FALSE, FALSE, sizeof (double));
  figures->service = g_array_new (FALSE, FALSE, sizeof (double));
  figures->wall = g_array_new (FALSE, FALSE, sizeof (double));
}

static void
figures_clear (Figures *figures)
{
  bench_figure_pair_free (figures->cpu);
  g_array_unref (figures->device);
  g_array_unref (figures->service);
  g_array_unref (figures->wall);
}

static void
measure (BenchPlant *plant, const Floor *bare, guint at_once, Figures *figures)
{
  g_autoptr (BenchFleet) fleet = bench_fleet_new (plant, DEVICES);
  double before = bench_figure_get_process_seconds ();
  double service_before = bench_stiled_get_seconds (plant->service);
  gint64 start = g_get_monotonic_time ();
  double device;
  double service;
  double wall;

  bench_fleet_bootstrap (fleet, at_once);
  wall = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC / DEVICES;
  device = (bench_figure_get_process_seconds () - before) / DEVICES;
  service = (bench_stiled_get_seconds (plant->service) - service_before) / DEVICES;

  before = bench_figure_get_thread_seconds ();
  for (int i = 0; i < DEVICES; i++)
    run_floor (bare);
  bench_figure_pair_add (figures->cpu, device + service,
                         (bench_figure_get_thread_seconds () - before) / DEVICES);
  g_array_append_val (figures->device, device);
  g_array_append_val (figures->service, service);
  g_array_append_val (figures->wall, wall);
}

static void
print (Figures *figures, const char *how)
{
  g_autofree char *cpu = g_strconcat ("bootstrap, ", how, ", by CPU time", NULL);
  g_autofree char *device = g_strconcat ("… CPU of the device, ", how, NULL);
  g_autofree char *service = g_strconcat ("… CPU of stiled, ", how, NULL);
  g_autofree char *wall = g_strconcat ("… by the clock, ", how, NULL);

  bench_figure_pair_print (figures->cpu, cpu, "bootstraps/s/core", 0.75);
  bench_figure_print_value (device, "ms", bench_figure_get_median (figures->device) * 1000);
  bench_figure_print_value (service, "ms", bench_figure_get_median (figures->service) * 1000);
  bench_figure_print_value (wall, "bootstraps/s", 1 / bench_figure_get_median (figures->wall));
}

/* Complete bootstraps, from the box to the report of the new certificate, beside the cryptography that they cannot do
 * without: the ratio is its share of the CPU time of device and service. */
void
bench_bootstrap_run (const BenchOptions *options)
{
  g_autoptr (BenchIdentities) identities = bench_identities_new ();
  g_autoptr (BenchBare) inner = bench_bare_new (identities, STILE_TLS_1_3, FALSE);
  g_autoptr (BenchBare) outer = bench_bare_new (identities, STILE_TLS_1_3, FALSE);
  g_autoptr (BenchSigning) signing = bench_signing_new ();
  g_autoptr (BenchPlant) plant = bench_plant_new (options->stiled, FALSE);
  const Floor bare = { inner, outer, signing, options->alone };
  Figures one = { 0 };
  Figures many = { 0 };

  outer->anonymous = TRUE;
  figures_init (&one);
  figures_init (&many);
  for (int round = 0; round < options->rounds; round++)
    {
      measure (plant, &bare, 1, &one);
      measure (plant, &bare, DEVICES, &many);
    }
  print (&one, "one after the other");
  print (&many, "32 at once");
  figures_clear (&one);
  figures_clear (&many);
}

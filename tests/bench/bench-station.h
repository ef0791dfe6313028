/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench/bench-figure.h"
#include "bench/bench-plant.h"

G_BEGIN_DECLS

/* The devices' serial numbers. */
#define BENCH_STATION_SERIAL "BENCH-%06u"

/* Devices at once. */
#define BENCH_STATION_JOBS 8

/**
 * BenchStation:
 * @list_seconds: from a file to a queue on the disk, by the clock
 * @list_cpu: the same, of a processor
 * @seconds: from the first device to the last that was to be done, by the clock
 * @cpu: the same, of a processor
 * @peak: bytes of memory at the most
 *
 * What a provisioning station took.
 */
typedef struct
{
  double list_seconds;
  double list_cpu;
  double seconds;
  double cpu;
  double peak;
} BenchStation;

BenchStation bench_station_measure (BenchPlant *plant, guint count);
void bench_station_run (const BenchOptions *options);
double bench_station_get_peak (const char *process);

G_END_DECLS

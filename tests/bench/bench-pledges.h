/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bench/bench-figure.h"
#include "bench/bench-plant.h"

G_BEGIN_DECLS

/**
 * BenchPledges:
 *
 * Devices in responder mode, all in one process of their own: what they take of memory and time is not the station's.
 */
typedef struct
{
  GSubprocess *process;
  GDataInputStream *answers;
} BenchPledges;

gboolean bench_pledges_can_be (guint count);
BenchPledges *bench_pledges_new (BenchPlant *plant, guint count, guint listed);
double bench_pledges_end (BenchPledges *self);
void bench_pledges_run (const BenchOptions *options);

G_END_DECLS

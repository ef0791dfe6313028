/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench/bench-plant.h"

G_BEGIN_DECLS

/**
 * BenchFleet:
 *
 * New devices in their boxes, and what takes them through all of BRSKI and EST: the pledge and the enrolment of
 * stilectl and the app, on one main context.
 */
typedef struct
{
  BenchPlant *plant;
  GPtrArray *devices; /* those that have not begun are behind the first started ones */
  guint started;
  guint running;
} BenchFleet;

BenchFleet *bench_fleet_new (BenchPlant *plant, guint count);
void bench_fleet_bootstrap (BenchFleet *self, guint at_once);
void bench_fleet_free (BenchFleet *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchFleet, bench_fleet_free)

G_END_DECLS

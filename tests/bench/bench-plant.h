/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench/bench-stiled.h"
#include "support/test-pki.h"

G_BEGIN_DECLS

/**
 * BenchPlant:
 *
 * A manufacturer, a domain, and one stiled that is registrar, MASA and EST server for both.
 */
typedef struct
{
  TestPki *maker;
  TestPki *domain;
  GPtrArray *anchors; /* of StileCertificate: the maker's */
  BenchStiled *service;
  char *url;
} BenchPlant;

BenchPlant *bench_plant_new (const char *program, gboolean agents);
void bench_plant_free (BenchPlant *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchPlant, bench_plant_free)

G_END_DECLS

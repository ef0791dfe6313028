/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench/bench-figure.h"

G_BEGIN_DECLS

void bench_provisioning_run (const BenchOptions *options);

G_END_DECLS

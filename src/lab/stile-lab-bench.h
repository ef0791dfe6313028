/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-pledge-responder.h"
#include "lab/stile-lab-pki.h"

G_BEGIN_DECLS

#define STILE_TYPE_LAB_BENCH (stile_lab_bench_get_type ())
G_DECLARE_FINAL_TYPE (StileLabBench, stile_lab_bench, STILE, LAB_BENCH, GObject)

#define STILE_LAB_BENCH_N_DEVICES 10

/* The two that are faulty: one was given another manufacturer's anchor, and at the address of the other is another device. */
#define STILE_LAB_BENCH_MISLED "LAB-0104"
#define STILE_LAB_BENCH_MISTAKEN "LAB-0109"

StileLabBench *stile_lab_bench_new (StileLabPki *pki, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *stile_lab_bench_get_list (StileLabBench *self);
StilePledgeResponder *stile_lab_bench_get_device (StileLabBench *self, guint i);
void stile_lab_bench_stop (StileLabBench *self);

G_END_DECLS

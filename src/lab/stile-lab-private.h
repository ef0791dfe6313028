/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lab/stile-lab-bench.h"
#include "lab/stile-lab-middlebox.h"
#include "lab/stile-lab.h"

G_BEGIN_DECLS

StileLabMiddlebox *stile_lab_private_get_middlebox (StileLab *self);
StileLabBench *stile_lab_private_get_bench (StileLab *self);

G_END_DECLS

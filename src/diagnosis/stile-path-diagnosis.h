/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-path.h"
#include "diagnosis/stile-verdict.h"

G_BEGIN_DECLS

StilePath *stile_path_diagnosis_new (StileSignals *signals, StileVerdict *verdict);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-verdict.h"

G_BEGIN_DECLS

GVariant *stile_report_sides_write (StileSignals *signals, StileVerdict *verdict);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-signals.h"
#include "diagnosis/stile-verdict.h"

G_BEGIN_DECLS

GPtrArray *stile_finding_rules_apply (StileSignals *signals, StilePathKind path);

G_END_DECLS

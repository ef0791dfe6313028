/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge.h"
#include "bootstrap/stile-prm-proximity.h"

G_BEGIN_DECLS

/* What somebody sent to a pledge's "tpvr", as the pledge: P22.  Whoever takes it remembers it in StilePrmPending. */
StilePrmProximity *stile_prm_trigger_judge (const StileJudge *judge,
                                            GBytes *json,
                                            StileChecks *checks,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

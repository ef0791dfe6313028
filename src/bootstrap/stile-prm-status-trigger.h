/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "bootstrap/stile-judge.h"

G_BEGIN_DECLS

/* What asks a pledge how it is: "qps" (BRSKI-PRM section 7.11.1).  The draft says in one place that the pledge signs it; the
 * agent is meant. */
GBytes *stile_prm_status_trigger_make (StileIdentity *agent, const char *serial, gint64 now, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_prm_status_trigger_judge (const StileJudge *judge,
                                         GBytes *bytes,
                                         StileChecks *checks,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge.h"

G_BEGIN_DECLS

/* Whether a message is BRSKI-PRM's: a JWS of two signatures, or one that says "agent-proximity". */
gboolean stile_prm_judge_takes (GBytes *bytes);

/* A countersigned voucher, as the pledge that asked for it: P5 to P13 and P15, then P20.  The judge's peer chain begins with
 * the registrar certificate that came with the trigger (StilePrmPending). */
gboolean stile_prm_judge_as_pledge (const StileJudge *judge,
                                    GBytes *bytes,
                                    StileChecks *checks,
                                    StileJudgement *judgement,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A pledge's request that an agent brings, as the registrar: R1 to R3, then R12 and what of R13 can be told already. */
gboolean stile_prm_judge_as_registrar (const StileJudge *judge,
                                       GBytes *bytes,
                                       StileChecks *checks,
                                       StileJudgement *judgement,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A registrar's request with such a one in it, as the MASA: M1 to M5 and M7, with M11 for whom the device saw. */
gboolean stile_prm_judge_as_masa (const StileJudge *judge,
                                  GBytes *bytes,
                                  StileChecks *checks,
                                  StileJudgement *judgement,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What a MASA may assert after it took the request. */
StileAssertion stile_prm_judge_get_assertion (const StileJudgement *judgement);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge.h"

G_BEGIN_DECLS

/* The certificate that came to a pledge's "ser", as the pledge that installed @installed and asked for one for @key: P21.
 * (transfer full) */
StileCertificate *stile_prm_enrol_answer_judge (const StileJudge *judge,
                                                GPtrArray *installed,
                                                GBytes *key,
                                                GBytes *body,
                                                StileChecks *checks,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge-case.h"

G_BEGIN_DECLS

/* P5 to P15, in the order in which a pledge makes them; NULL-terminated. */
extern const StileJudgeCaseCheck stile_judge_pledge_checks[];
/* The same without P14. */
extern const StileJudgeCaseCheck stile_judge_pledge_prm_checks[];

G_END_DECLS

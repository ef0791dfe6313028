/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge-case.h"

G_BEGIN_DECLS

/* M1 to M5 and M7, in the order in which a MASA makes them; NULL-terminated. */
extern const StileJudgeCaseCheck stile_judge_masa_checks[];
/* The same without what a device saw in its TLS. */
extern const StileJudgeCaseCheck stile_judge_masa_prm_checks[];

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge-case.h"

G_BEGIN_DECLS

/* R1 to R4, in the order in which a registrar makes them; NULL-terminated. */
extern const StileJudgeCaseCheck stile_judge_registrar_checks[];
/* The same without R4. */
extern const StileJudgeCaseCheck stile_judge_registrar_prm_checks[];

G_END_DECLS

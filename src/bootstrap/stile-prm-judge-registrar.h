/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-prm-case.h"

G_BEGIN_DECLS

/* R12, and R13 as far as it can be told; NULL-terminated. */
extern const StilePrmCaseCheck stile_prm_judge_registrar_checks[];

G_END_DECLS

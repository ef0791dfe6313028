/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-prm-case.h"

G_BEGIN_DECLS

/* P20: what a pledge looks at beyond BRSKI's checks; NULL-terminated. */
extern const StilePrmCaseCheck stile_prm_judge_pledge_checks[];

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge.h"

G_BEGIN_DECLS

void stile_cli_voucher_text_print (const StileJudgement *judgement);
void stile_cli_voucher_text_print_verdict (const StileJudgement *judgement, StileChecks *checks);

G_END_DECLS

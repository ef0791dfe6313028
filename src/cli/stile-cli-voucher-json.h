/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge.h"
#include "cli/stile-cli-voucher-file.h"

G_BEGIN_DECLS

GVariant *stile_cli_voucher_json_describe (const StileJudgement *judgement,
                                           StileCliVoucherFileEncoding encoding);
GVariant *stile_cli_voucher_json_describe_verdict (const StileJudgement *judgement, StileChecks *checks);

G_END_DECLS

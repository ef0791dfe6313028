/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-report.h"

G_BEGIN_DECLS

int stile_cli_diagnose_exit_choose (StileReport *report);
int stile_cli_diagnose_exit_join (int one, int other);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-report.h"

G_BEGIN_DECLS

char *stile_report_evidence_describe (StileReport *report, const char *check);

G_END_DECLS

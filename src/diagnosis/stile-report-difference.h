/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-report.h"

G_BEGIN_DECLS

/**
 * StileReportDifference:
 * @what: a word that never changes: "path", "confidence", "authority", "finding", "check", "tls", "proxy", …
 * @label: the same for people
 * @before: (nullable): in the earlier report
 * @after: (nullable): in the later one
 *
 * One thing that two reports do not agree on.
 */
typedef struct
{
  char *what;
  char *label;
  char *before;
  char *after;
} StileReportDifference;

GPtrArray *stile_report_difference_list (StileReport *one, StileReport *other);
char *stile_report_difference_to_text (StileReport *one, StileReport *other);
GVariant *stile_report_difference_to_variant (StileReport *one, StileReport *other);

G_END_DECLS

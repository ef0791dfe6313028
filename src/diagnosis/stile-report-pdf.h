/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-report.h"

G_BEGIN_DECLS

GBytes *stile_report_pdf_write (StileReport *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

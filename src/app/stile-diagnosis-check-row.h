/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "diagnosis/stile-report.h"

G_BEGIN_DECLS

#define STILE_TYPE_DIAGNOSIS_CHECK_ROW (stile_diagnosis_check_row_get_type ())
G_DECLARE_FINAL_TYPE (
    StileDiagnosisCheckRow, stile_diagnosis_check_row, STILE, DIAGNOSIS_CHECK_ROW, AdwActionRow)

GtkWidget *stile_diagnosis_check_row_new (StileCheck *check, StileReport *report);

G_END_DECLS

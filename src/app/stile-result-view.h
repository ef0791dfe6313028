/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/stile-result-actions.h"
#include "diagnosis/stile-diagnosis.h"

G_BEGIN_DECLS

#define STILE_TYPE_RESULT_VIEW (stile_result_view_get_type ())
G_DECLARE_FINAL_TYPE (StileResultView, stile_result_view, STILE, RESULT_VIEW, GtkWidget)

void stile_result_view_show_job (StileResultView *self, StileDiagnosis *job);
void stile_result_view_show_report (StileResultView *self, StileReport *report);
void stile_result_view_show_changes (StileResultView *self, StileReport *one, StileReport *other);
StileResultActions *stile_result_view_get_actions (StileResultView *self);
void stile_result_view_take_focus (StileResultView *self);

G_END_DECLS

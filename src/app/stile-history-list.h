/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "diagnosis/stile-diagnosis-history.h"

G_BEGIN_DECLS

#define STILE_TYPE_HISTORY_LIST (stile_history_list_get_type ())
G_DECLARE_FINAL_TYPE (StileHistoryList, stile_history_list, STILE, HISTORY_LIST, GtkWidget)

/* Signals "open" and "remove", each with a StileReport. */
void stile_history_list_set_history (StileHistoryList *self, StileDiagnosisHistory *history);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "diagnosis/stile-diagnosis-history.h"

G_BEGIN_DECLS

#define STILE_TYPE_HISTORY_LIST (stile_history_list_get_type ())
G_DECLARE_FINAL_TYPE (StileHistoryList, stile_history_list, STILE, HISTORY_LIST, GtkWidget)

/* What its rows do is up to the actions "diagnose.open", "diagnose.compare-with" and "diagnose.forget" of whoever it is in, each
 * with the file that a report is kept in. */
void stile_history_list_set_folder (StileHistoryList *self, const char *folder);
void stile_history_list_set_limit (StileHistoryList *self, guint limit);
StileDiagnosisHistory *stile_history_list_get_history (StileHistoryList *self);
GMenuModel *stile_history_list_get_addresses (StileHistoryList *self);
void stile_history_list_keep (StileHistoryList *self, StileReport *report);
void stile_history_list_forget (StileHistoryList *self, const char *file);

G_END_DECLS

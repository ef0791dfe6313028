/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-report.h"

G_BEGIN_DECLS

#define STILE_TYPE_DIAGNOSIS_HISTORY (stile_diagnosis_history_get_type ())
G_DECLARE_FINAL_TYPE (StileDiagnosisHistory, stile_diagnosis_history, STILE, DIAGNOSIS_HISTORY, GObject)

/* So many of the newest are kept unless somebody wants others; each takes some 60 KB. */
#define STILE_DIAGNOSIS_HISTORY_DEFAULT 100
#define STILE_DIAGNOSIS_HISTORY_MAX 500

/* A GListModel of StileReport, the newest first. */
StileDiagnosisHistory *stile_diagnosis_history_new (const char *folder);
void stile_diagnosis_history_set_limit (StileDiagnosisHistory *self, guint limit);
void stile_diagnosis_history_load_async (StileDiagnosisHistory *self,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
gboolean stile_diagnosis_history_load_finish (StileDiagnosisHistory *self,
                                              GAsyncResult *result,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint stile_diagnosis_history_get_n_damaged (StileDiagnosisHistory *self);
void stile_diagnosis_history_add_async (StileDiagnosisHistory *self,
                                        StileReport *report,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
gboolean stile_diagnosis_history_add_finish (StileDiagnosisHistory *self,
                                             GAsyncResult *result,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *stile_diagnosis_history_get_file (StileDiagnosisHistory *self, StileReport *report);
StileReport *stile_diagnosis_history_find_file (StileDiagnosisHistory *self, const char *file);
StileReport *stile_diagnosis_history_find_earlier (StileDiagnosisHistory *self, StileReport *report);
gboolean stile_diagnosis_history_remove (StileDiagnosisHistory *self,
                                         StileReport *report,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

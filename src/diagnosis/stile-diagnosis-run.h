/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-probe.h"

G_BEGIN_DECLS

#define STILE_TYPE_DIAGNOSIS_RUN (stile_diagnosis_run_get_type ())
G_DECLARE_FINAL_TYPE (StileDiagnosisRun, stile_diagnosis_run, STILE, DIAGNOSIS_RUN, GObject)

/* All probes of a way without faults are through in three; who waits longer has learnt enough. */
#define STILE_DIAGNOSIS_RUN_SECONDS 10

/* On a slow way everything takes its multiple: so much more for each second that the first answer took, and no more. */
#define STILE_DIAGNOSIS_RUN_PATIENCE 5
#define STILE_DIAGNOSIS_RUN_MAX_SECONDS 45

GListModel *stile_diagnosis_run_make_checks (void);
StileDiagnosisRun *stile_diagnosis_run_new (StileProbeContext *context, GListModel *checks);
void stile_diagnosis_run_start_async (StileDiagnosisRun *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean stile_diagnosis_run_start_finish (StileDiagnosisRun *self,
                                           GAsyncResult *result,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
double stile_diagnosis_run_get_progress (StileDiagnosisRun *self);
gboolean stile_diagnosis_run_knows_enough (StileDiagnosisRun *self);

G_END_DECLS

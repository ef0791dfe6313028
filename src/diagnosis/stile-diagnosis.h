/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "atls/stile-trace.h"
#include "diagnosis/stile-report.h"

G_BEGIN_DECLS

#define STILE_TYPE_DIAGNOSIS (stile_diagnosis_get_type ())
G_DECLARE_FINAL_TYPE (StileDiagnosis, stile_diagnosis, STILE, DIAGNOSIS, GObject)

/**
 * StileDiagnosisState:
 * @STILE_DIAGNOSIS_READY: it has not been run
 * @STILE_DIAGNOSIS_RUNNING: probes are asking
 * @STILE_DIAGNOSIS_DONE: the report is there
 * @STILE_DIAGNOSIS_CANCELLED: somebody stopped it
 */
typedef enum
{
  STILE_DIAGNOSIS_READY,
  STILE_DIAGNOSIS_RUNNING,
  STILE_DIAGNOSIS_DONE,
  STILE_DIAGNOSIS_CANCELLED,
} StileDiagnosisState;

/* An address as people type it: "example.com", "example.com:8443/path", "https://…". */
StileDiagnosis *stile_diagnosis_new (const char *address, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_diagnosis_set_proxy (StileDiagnosis *self, const char *proxy);
void stile_diagnosis_set_anchors (StileDiagnosis *self, GPtrArray *anchors);
void stile_diagnosis_set_identity (StileDiagnosis *self, StileIdentity *identity);
void stile_diagnosis_set_system_trust (StileDiagnosis *self, const char *path);
void stile_diagnosis_set_public_trust (StileDiagnosis *self, const char *path);
void stile_diagnosis_set_vendors (StileDiagnosis *self, StileVendors *vendors);
void stile_diagnosis_set_known_authorities (StileDiagnosis *self, StileKnownAuthorities *known);

void stile_diagnosis_run_async (StileDiagnosis *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
StileReport *stile_diagnosis_run_finish (StileDiagnosis *self,
                                         GAsyncResult *result,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Properties to watch: "state", "path" (grows while it runs), "verdict" (NULL until there is one; it may come before all
 * checks are through). */
const char *stile_diagnosis_get_url (StileDiagnosis *self);
StileDiagnosisState stile_diagnosis_get_state (StileDiagnosis *self);
double stile_diagnosis_get_progress (StileDiagnosis *self);
GListModel *stile_diagnosis_get_checks (StileDiagnosis *self);
StileTrace *stile_diagnosis_get_trace (StileDiagnosis *self);
StilePath *stile_diagnosis_get_path (StileDiagnosis *self);
StileVerdict *stile_diagnosis_get_verdict (StileDiagnosis *self);
StileReport *stile_diagnosis_get_report (StileDiagnosis *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/stile-diagnose-page.h"

G_BEGIN_DECLS

typedef struct _StileDiagnoseKit StileDiagnoseKit;

StileDiagnoseKit *stile_diagnose_kit_new (const StileDiagnoseSetup *setup);
void stile_diagnose_kit_free (StileDiagnoseKit *self);
StileDiagnosis *stile_diagnose_kit_make_job (StileDiagnoseKit *self,
                                             const char *address,
                                             const char *proxy,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileDiagnosisHistory *stile_diagnose_kit_get_history (StileDiagnoseKit *self);
gboolean stile_diagnose_kit_has_history (StileDiagnoseKit *self);
StileReport *stile_diagnose_kit_find_earlier (StileDiagnoseKit *self, StileReport *report);
gboolean stile_diagnose_kit_keep (StileDiagnoseKit *self,
                                  StileReport *report,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_diagnose_kit_forget (StileDiagnoseKit *self,
                                    StileReport *report,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_diagnose_kit_mark_intended (StileDiagnoseKit *self,
                                           const char *authority,
                                           StileReport *report,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_diagnose_kit_unmark (StileDiagnoseKit *self,
                                    const char *authority,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

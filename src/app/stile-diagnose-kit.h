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
void stile_diagnose_kit_prepare_async (StileDiagnoseKit *self,
                                       StileDiagnosis *job,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean stile_diagnose_kit_prepare_finish (StileDiagnosis *job,
                                            GAsyncResult *result,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileKnownAuthorities *stile_diagnose_kit_get_known (StileDiagnoseKit *self);

G_END_DECLS

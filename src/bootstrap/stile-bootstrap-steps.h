/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-evidence.h"

G_BEGIN_DECLS

void stile_bootstrap_steps_run_async (StileBootstrap *job,
                                      StileEvidence *evidence,
                                      StileBootstrapStep step,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
StileBootstrapState stile_bootstrap_steps_run_finish (GAsyncResult *result,
                                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

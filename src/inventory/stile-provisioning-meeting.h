/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-provisioning-run.h"

G_BEGIN_DECLS

/* What comes before the first device: that the registrar is met, or was met before. */
void stile_provisioning_meeting_async (const StileProvisioningRun *how,
                                       const char *registrar,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean stile_provisioning_meeting_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

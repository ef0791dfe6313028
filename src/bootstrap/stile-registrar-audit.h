/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-registrar.h"

G_BEGIN_DECLS

/* R9 (RFC 8995 section 5.8): fetches a device's audit log from its MASA, and lets the device go on, or not. */
void stile_registrar_audit_run_async (StileRegistrar *registrar,
                                      const StileRegistrarDevice *device,
                                      const StileLedgerVoucher *voucher,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean stile_registrar_audit_run_finish (StileRegistrar *registrar,
                                           GAsyncResult *result,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

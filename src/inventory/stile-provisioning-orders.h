/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-device-store.h"

G_BEGIN_DECLS

/* What somebody orders for devices, as changes: to be queued, or stopped. */
GPtrArray *stile_provisioning_orders_new (void);
StileDeviceChange *stile_provisioning_orders_queue (StileDevice *device);
StileDeviceChange *stile_provisioning_orders_stop (StileDevice *device);
void stile_provisioning_orders_write_async (StileDeviceStore *store,
                                            GPtrArray *changes,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
gboolean stile_provisioning_orders_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "inventory/stile-database.h"
#include "inventory/stile-device-change.h"

G_BEGIN_DECLS

#define STILE_TYPE_DEVICE_STORE (stile_device_store_get_type ())
G_DECLARE_FINAL_TYPE (StileDeviceStore, stile_device_store, STILE, DEVICE_STORE, GObject)

/* What a call has to say is written when it is finished; nothing of it is done in the thread that calls. */
void stile_device_store_open_async (const char *path,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
StileDeviceStore *stile_device_store_open_finish (GAsyncResult *result,
                                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_device_store_get_default_path (void);
const char *stile_device_store_get_path (StileDeviceStore *self);
/* For StileDeviceDetails. */
StileDatabase *stile_device_store_get_database (StileDeviceStore *self);
StileDevice *stile_device_store_find (StileDeviceStore *self, const char *serial);

void stile_device_store_add_async (StileDeviceStore *self,
                                   const StileDeviceSpec *specs,
                                   gsize n_specs,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean stile_device_store_add_finish (StileDeviceStore *self,
                                        GAsyncResult *result,
                                        guint *n_added,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_device_store_remove_async (StileDeviceStore *self,
                                      GPtrArray *devices,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean stile_device_store_remove_finish (StileDeviceStore *self,
                                           GAsyncResult *result,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_device_store_move_async (StileDeviceStore *self,
                                    StileDevice *device,
                                    guint place,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean stile_device_store_move_finish (StileDeviceStore *self,
                                         GAsyncResult *result,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_device_store_change_async (StileDeviceStore *self,
                                      StileDeviceChange *change,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean stile_device_store_change_finish (StileDeviceStore *self,
                                           GAsyncResult *result,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

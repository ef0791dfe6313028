/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-database.h"
#include "inventory/stile-device-change.h"

G_BEGIN_DECLS

#define STILE_TYPE_DEVICE_WRITER (stile_device_writer_get_type ())
G_DECLARE_FINAL_TYPE (StileDeviceWriter, stile_device_writer, STILE, DEVICE_WRITER, GObject)

StileDeviceWriter *stile_device_writer_new (StileDatabase *database);
void stile_device_writer_write_async (StileDeviceWriter *self,
                                      StileDeviceChange *change,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean stile_device_writer_write_finish (StileDeviceWriter *self,
                                           GAsyncResult *result,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "inventory/stile-import-line.h"

G_BEGIN_DECLS

#define STILE_TYPE_DEVICE_IMPORT (stile_device_import_get_type ())
G_DECLARE_FINAL_TYPE (StileDeviceImport, stile_device_import, STILE, DEVICE_IMPORT, GObject)

StileDeviceImport *
stile_device_import_parse (GBytes *bytes, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_device_import_load_async (GFile *file,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
StileDeviceImport *stile_device_import_load_finish (GAsyncResult *result,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

guint stile_device_import_get_n_good (StileDeviceImport *self);
const char *const *stile_device_import_get_ignored (StileDeviceImport *self);

G_END_DECLS

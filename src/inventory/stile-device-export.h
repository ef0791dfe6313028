/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-device-store.h"

G_BEGIN_DECLS

/**
 * StileDeviceExportFormat:
 * @STILE_DEVICE_EXPORT_CSV: a table, for spreadsheets, and to be read as a list of devices again
 * @STILE_DEVICE_EXPORT_JSON: all of it, for programs (docs/devices.md)
 * @STILE_DEVICE_EXPORT_HTML: an acceptance report, for screen and paper
 * @STILE_DEVICE_EXPORT_PDF: an acceptance report, for paper
 */
typedef enum
{
  STILE_DEVICE_EXPORT_CSV,
  STILE_DEVICE_EXPORT_JSON,
  STILE_DEVICE_EXPORT_HTML,
  STILE_DEVICE_EXPORT_PDF,
} StileDeviceExportFormat;

gboolean stile_device_export_find_format (const char *path,
                                          StileDeviceExportFormat *format,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

void stile_device_export_async (StileDeviceStore *store,
                                GPtrArray *devices,
                                StileDeviceExportFormat format,
                                const char *path,
                                const char *who,
                                StileCertificate *agent,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean stile_device_export_finish (StileDeviceStore *store,
                                     GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

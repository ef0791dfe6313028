/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-export-file.h"
#include "inventory/stile-export-source.h"

G_BEGIN_DECLS

#define STILE_DEVICE_EXPORT_JSON_SCHEMA "stile-devices/1"

gboolean stile_device_export_json_write (const StileExportSource *source,
                                         StileExportFile *file,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

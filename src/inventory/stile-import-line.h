/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "inventory/stile-device-fields.h"

G_BEGIN_DECLS

#define STILE_TYPE_IMPORT_LINE (stile_import_line_get_type ())
G_DECLARE_FINAL_TYPE (StileImportLine, stile_import_line, STILE, IMPORT_LINE, GObject)

StileImportLine *stile_import_line_new (guint line, char *text, StileDeviceFields *fields, char *problem);

guint stile_import_line_get_line (StileImportLine *self);
const char *stile_import_line_get_text (StileImportLine *self);
const char *stile_import_line_get_serial (StileImportLine *self);
const char *stile_import_line_get_address (StileImportLine *self);
const char *stile_import_line_get_name (StileImportLine *self);
const char *stile_import_line_get_model (StileImportLine *self);
const char *stile_import_line_get_note (StileImportLine *self);
const char *stile_import_line_get_problem (StileImportLine *self);
gboolean stile_import_line_is_good (StileImportLine *self);

G_END_DECLS

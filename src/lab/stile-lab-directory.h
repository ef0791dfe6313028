/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STILE_TYPE_LAB_DIRECTORY (stile_lab_directory_get_type ())
G_DECLARE_FINAL_TYPE (StileLabDirectory, stile_lab_directory, STILE, LAB_DIRECTORY, GObject)

StileLabDirectory *stile_lab_directory_new (const char *parent, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *stile_lab_directory_get_path (StileLabDirectory *self);
void stile_lab_directory_remove (StileLabDirectory *self);
guint stile_lab_directory_remove_stale (const char *parent);

G_END_DECLS

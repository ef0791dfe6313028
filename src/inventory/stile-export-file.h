/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _StileExportFile StileExportFile;

StileExportFile *stile_export_file_new (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_export_file_free (StileExportFile *self);

void stile_export_file_write (StileExportFile *self, const char *text, gsize length);
void stile_export_file_take (StileExportFile *self, GString *text);
gboolean stile_export_file_keep (StileExportFile *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileExportFile, stile_export_file_free)

G_END_DECLS

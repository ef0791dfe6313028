/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *stile_database_backup_get_path (const char *path, guint version);
gboolean
stile_database_backup_make (const char *path, guint version, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

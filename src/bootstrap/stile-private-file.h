/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean
stile_private_file_create (const char *path, GBytes *contents, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

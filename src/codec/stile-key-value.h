/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *stile_key_value_read (GKeyFile *file, const char *group, const char *key, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

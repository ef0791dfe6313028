/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean stile_csv_guard_is_needed (const char *text);
const char *stile_csv_guard_skip (const char *text);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Flatpak puts it into every sandbox, and nobody else has it. */
#define STILE_SANDBOX_INFO "/.flatpak-info"

gboolean stile_sandbox_is_inside (const char *info);
gboolean stile_sandbox_may_write (const char *info, const char *home, const char *path);

G_END_DECLS

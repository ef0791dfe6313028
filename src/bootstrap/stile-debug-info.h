/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *stile_debug_info_write (const char *program, const char *const *more);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* How long one program waits for another that writes. */
#define STILE_DATABASE_FAILURE_PATIENCE 10 /* seconds */

void stile_database_failure_set (GError **error, sqlite3 *handle, const char *path);

G_END_DECLS

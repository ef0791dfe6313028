/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define STILE_TYPE_FILE_ROW (stile_file_row_get_type ())
G_DECLARE_FINAL_TYPE (StileFileRow, stile_file_row, STILE, FILE_ROW, AdwActionRow)

/* Properties: "path" (string, NULL: none), "placeholder" (string): what holds when there is none. */
void stile_file_row_set_path (StileFileRow *self, const char *path);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define STILE_TYPE_COPY_ROW (stile_copy_row_get_type ())
G_DECLARE_FINAL_TYPE (StileCopyRow, stile_copy_row, STILE, COPY_ROW, AdwActionRow)

void stile_copy_row_set_text (StileCopyRow *self, const char *text);

G_END_DECLS

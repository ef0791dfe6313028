/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define STILE_TYPE_PATH_LAYOUT (stile_path_layout_get_type ())
G_DECLARE_FINAL_TYPE (StilePathLayout, stile_path_layout, STILE, PATH_LAYOUT, GtkLayoutManager)

/* In the vertical arrangement: where the line along the boxes runs, and the room for the line around them. */
#define STILE_PATH_LAYOUT_LINE_X 28
#define STILE_PATH_LAYOUT_AROUND 28

gboolean stile_path_layout_is_vertical (StilePathLayout *self);

G_END_DECLS

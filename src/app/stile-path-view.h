/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/stile-path-box.h"

G_BEGIN_DECLS

#define STILE_TYPE_PATH_VIEW (stile_path_view_get_type ())
G_DECLARE_FINAL_TYPE (StilePathView, stile_path_view, STILE, PATH_VIEW, GtkWidget)

GtkWidget *stile_path_view_new (void);
void stile_path_view_show (StilePathView *self, StilePath *path);
guint stile_path_view_get_n_boxes (StilePathView *self);
StilePathBox *stile_path_view_get_box (StilePathView *self, guint index);
gboolean stile_path_view_is_vertical (StilePathView *self);

G_END_DECLS

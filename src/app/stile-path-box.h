/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "diagnosis/stile-path.h"

G_BEGIN_DECLS

#define STILE_TYPE_PATH_BOX (stile_path_box_get_type ())
G_DECLARE_FINAL_TYPE (StilePathBox, stile_path_box, STILE, PATH_BOX, GtkButton)

GtkWidget *stile_path_box_new (const StileHop *hop);
const char *stile_path_box_get_spoken (StilePathBox *self);

G_END_DECLS

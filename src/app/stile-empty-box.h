/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define STILE_TYPE_EMPTY_BOX (stile_empty_box_get_type ())
G_DECLARE_FINAL_TYPE (StileEmptyBox, stile_empty_box, STILE, EMPTY_BOX, GtkWidget)

G_END_DECLS

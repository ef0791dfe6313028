/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *stile_focus_get_within (GtkWidget *widget);
gboolean stile_focus_is_lost (GtkWidget *widget);
gboolean stile_focus_move_along (GtkWidget *widget, GtkDirectionType direction);

G_END_DECLS

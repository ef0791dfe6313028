/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define STILE_TYPE_FLOW_BOX (stile_flow_box_get_type ())
G_DECLARE_FINAL_TYPE (StileFlowBox, stile_flow_box, STILE, FLOW_BOX, GtkWidget)

GtkWidget *stile_flow_box_new (guint columns, int spacing);

G_END_DECLS

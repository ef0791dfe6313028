/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/stile-line.h"
#include "diagnosis/stile-path.h"

G_BEGIN_DECLS

#define STILE_TYPE_PATH_LEG (stile_path_leg_get_type ())
G_DECLARE_FINAL_TYPE (StilePathLeg, stile_path_leg, STILE, PATH_LEG, GtkWidget)

GtkWidget *stile_path_leg_new (guint from, guint to, StileCertainty certainty);
void stile_path_leg_add_layer (StilePathLeg *self, const char *word);
void stile_path_leg_set_changes (StilePathLeg *self, GPtrArray *changes);
guint stile_path_leg_get_from (StilePathLeg *self);
guint stile_path_leg_get_to (StilePathLeg *self);
gboolean stile_path_leg_passes (StilePathLeg *self);
StileLineStyle stile_path_leg_get_style (StilePathLeg *self);

G_END_DECLS

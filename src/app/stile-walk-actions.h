/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bootstrap/stile-bootstrap.h"

G_BEGIN_DECLS

#define STILE_TYPE_WALK_ACTIONS (stile_walk_actions_get_type ())
G_DECLARE_FINAL_TYPE (StileWalkActions, stile_walk_actions, STILE, WALK_ACTIONS, GtkWidget)

void stile_walk_actions_show (StileWalkActions *self, StileBootstrap *job, StileBootstrapStep shown);
void stile_walk_actions_set_doubtful (StileWalkActions *self, gboolean doubtful);
void stile_walk_actions_tell (StileWalkActions *self, const char *text);
void stile_walk_actions_take_focus (StileWalkActions *self);

G_END_DECLS

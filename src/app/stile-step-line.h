/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bootstrap/stile-bootstrap.h"

G_BEGIN_DECLS

#define STILE_TYPE_STEP_LINE (stile_step_line_get_type ())
G_DECLARE_FINAL_TYPE (StileStepLine, stile_step_line, STILE, STEP_LINE, GtkWidget)

/* Signal "chosen" (guint step): a person wants to look at a step. */
void stile_step_line_show (StileStepLine *self, StileBootstrap *job, StileBootstrapStep shown);
const char *stile_step_line_get_text (StileStepLine *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define STILE_TYPE_PROBLEM_BOX (stile_problem_box_get_type ())
G_DECLARE_FINAL_TYPE (StileProblemBox, stile_problem_box, STILE, PROBLEM_BOX, GtkWidget)

void stile_problem_box_set_error (StileProblemBox *self, const GError *error);
void stile_problem_box_set_warning (StileProblemBox *self, const char *text, gboolean loud);

G_END_DECLS

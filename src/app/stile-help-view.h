/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define STILE_TYPE_HELP_VIEW (stile_help_view_get_type ())
G_DECLARE_FINAL_TYPE (StileHelpView, stile_help_view, STILE, HELP_VIEW, GtkWidget)

/* Signal "link": a person follows one, as it stands in the page. */
GtkWidget *stile_help_view_new (void);
void stile_help_view_show_page (StileHelpView *self, GBytes *markdown);
gboolean stile_help_view_go_to (StileHelpView *self, const char *anchor);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define STILE_TYPE_HELP_WINDOW (stile_help_window_get_type ())
G_DECLARE_FINAL_TYPE (StileHelpWindow, stile_help_window, STILE, HELP_WINDOW, AdwWindow)

void stile_help_window_present_for (GtkApplication *application, const char *topic);
gboolean stile_help_window_open (StileHelpWindow *self, const char *topic);

G_END_DECLS

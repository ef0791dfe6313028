/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How long the main loop is away at most: from where it has something to do to where it waits again, with GTK's layout and
 * drawing and without, which is what the program's own code can be blamed for.  It is printed, and nothing is asserted of it. */
void loop_meter_begin (void);
void loop_meter_watch (GtkWidget *window);
void loop_meter_reset (void);
void loop_meter_print (const char *case_name, const char *what);

G_END_DECLS

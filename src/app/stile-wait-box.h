/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define STILE_TYPE_WAIT_BOX (stile_wait_box_get_type ())
G_DECLARE_FINAL_TYPE (StileWaitBox, stile_wait_box, STILE, WAIT_BOX, GtkWidget)

void stile_wait_box_show (StileWaitBox *self, gint64 until, const char *words);
char *stile_wait_box_describe (gint64 seconds);

G_END_DECLS

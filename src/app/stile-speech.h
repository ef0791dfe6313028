/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void stile_speech_complete (GtkWidget *widget);
void stile_speech_set_name (GtkWidget *widget, const char *text);
void stile_speech_set_description (GtkWidget *widget, const char *text);
GtkWidget *stile_speech_make_mark (const char *icon_name);

G_END_DECLS

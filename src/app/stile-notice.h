/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void stile_notice_send (GtkWidget *from, const char *id, const char *title, const char *text);

G_END_DECLS

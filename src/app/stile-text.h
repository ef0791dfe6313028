/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void stile_text_let_wrap (GtkWidget *widget);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void pseudo_check_words (GtkWidget *root);
void pseudo_check_room (GtkWidget *root);

G_END_DECLS

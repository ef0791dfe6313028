/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * StileUndoFunc:
 * @from: whoever offered it
 * @key: what it was about
 *
 * A person takes back what was done.
 */
typedef void (*StileUndoFunc) (GtkWidget *from, const char *key);

void stile_undo_offer (GtkWidget *from, const char *message, const char *key, StileUndoFunc undo);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/stile-station.h"

G_BEGIN_DECLS

/* Lets a person choose a file, and writes @devices there, or all of them for NULL: a table, or an acceptance report, as the
 * file's name says; tells in a toast what came of it. */
void stile_devices_exporting_choose (GtkWidget *from,
                                     StileStation *station,
                                     GPtrArray *devices,
                                     GCancellable *cancellable);

G_END_DECLS

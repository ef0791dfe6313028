/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/stile-station.h"

G_BEGIN_DECLS

/* How devices come into the list: each opens a dialog in the window of @from, and tells in a toast what came of it. */
void stile_devices_adding_import (GtkWidget *from, StileDeviceStore *store, GFile *file);
void stile_devices_adding_choose (GtkWidget *from, StileDeviceStore *store, GCancellable *cancellable);
void stile_devices_adding_type (GtkWidget *from, StileDeviceStore *store);
void stile_devices_adding_find (GtkWidget *from, StileStation *station, GCancellable *cancellable);

G_END_DECLS

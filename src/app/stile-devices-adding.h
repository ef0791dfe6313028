/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/stile-station.h"

G_BEGIN_DECLS

#define STILE_TYPE_DEVICES_ADDING (stile_devices_adding_get_type ())
G_DECLARE_FINAL_TYPE (StileDevicesAdding, stile_devices_adding, STILE, DEVICES_ADDING, GObject)

StileDevicesAdding *stile_devices_adding_new (GtkWidget *from);
void stile_devices_adding_set_station (StileDevicesAdding *self, StileStation *station);
void stile_devices_adding_set_bench (StileDevicesAdding *self, GFile *list);
void stile_devices_adding_import (StileDevicesAdding *self, GFile *file);

G_END_DECLS

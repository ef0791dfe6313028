/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/stile-station.h"

G_BEGIN_DECLS

#define STILE_TYPE_DEVICES_STATUS (stile_devices_status_get_type ())
G_DECLARE_FINAL_TYPE (StileDevicesStatus, stile_devices_status, STILE, DEVICES_STATUS, GtkWidget)

void stile_devices_status_show (StileDevicesStatus *self, StileStation *station);
char *stile_devices_status_describe (StileDeviceStore *store);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/stile-devices-adding.h"
#include "app/stile-station.h"

G_BEGIN_DECLS

#define STILE_TYPE_DEVICES_PAGE (stile_devices_page_get_type ())
G_DECLARE_FINAL_TYPE (StileDevicesPage, stile_devices_page, STILE, DEVICES_PAGE, GtkWidget)

/* Signal "agent-changed": stile_devices_page_fill_setup() tells where somebody wants to go, and as whom. */
void stile_devices_page_set_up (StileDevicesPage *self, const StileStationSetup *setup);
void stile_devices_page_fill_setup (StileDevicesPage *self, StileStationSetup *setup);
StileStation *stile_devices_page_get_station (StileDevicesPage *self);
StileDevicesAdding *stile_devices_page_get_adding (StileDevicesPage *self);

G_END_DECLS

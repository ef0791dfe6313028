/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "inventory/stile-device-store.h"

G_BEGIN_DECLS

#define STILE_TYPE_DEVICE_DETAIL (stile_device_detail_get_type ())
G_DECLARE_FINAL_TYPE (StileDeviceDetail, stile_device_detail, STILE, DEVICE_DETAIL, GtkWidget)

/* Activates "devices.retry-one", "devices.stop-one" and "devices.remove-one" for the device that it shows. */
void stile_device_detail_show (StileDeviceDetail *self, StileDeviceStore *store, StileDevice *device);
StileDevice *stile_device_detail_get_device (StileDeviceDetail *self);

G_END_DECLS

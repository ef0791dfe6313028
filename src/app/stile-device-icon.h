/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "inventory/stile-device.h"

G_BEGIN_DECLS

/* How a device's state looks: an icon and a colour, never one without the word beside it. */
const char *stile_device_icon_get_name (StileDeviceState state);
void stile_device_icon_show (GtkImage *image, StileDeviceState state);

G_END_DECLS

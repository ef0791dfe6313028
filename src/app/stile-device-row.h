/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "inventory/stile-device.h"

G_BEGIN_DECLS

#define STILE_TYPE_DEVICE_ROW (stile_device_row_get_type ())
G_DECLARE_FINAL_TYPE (StileDeviceRow, stile_device_row, STILE, DEVICE_ROW, GtkWidget)

/* Property "device": whom it shows, and follows. */
void stile_device_row_set_device (StileDeviceRow *self, StileDevice *device);
char *stile_device_row_make_date (gint64 changed);

G_END_DECLS

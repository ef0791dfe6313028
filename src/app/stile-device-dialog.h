/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "inventory/stile-device-store.h"

G_BEGIN_DECLS

#define STILE_TYPE_DEVICE_DIALOG (stile_device_dialog_get_type ())
G_DECLARE_FINAL_TYPE (StileDeviceDialog, stile_device_dialog, STILE, DEVICE_DIALOG, AdwWindow)

/* Signal "added" (count): the device is new in the store, or was there already. */
StileDeviceDialog *stile_device_dialog_new (GtkWindow *parent, StileDeviceStore *store);

G_END_DECLS

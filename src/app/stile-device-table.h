/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "inventory/stile-device-store.h"

G_BEGIN_DECLS

#define STILE_TYPE_DEVICE_TABLE (stile_device_table_get_type ())
G_DECLARE_FINAL_TYPE (StileDeviceTable, stile_device_table, STILE, DEVICE_TABLE, GtkWidget)

/* Signals: "selected": other devices, or none, are selected; "opened" (device): somebody wants to see one. */
void stile_device_table_set_store (StileDeviceTable *self, StileDeviceStore *store);
void stile_device_table_refresh (StileDeviceTable *self);
void stile_device_table_search (StileDeviceTable *self);
GPtrArray *stile_device_table_get_selected (StileDeviceTable *self);
guint stile_device_table_count_selected (StileDeviceTable *self);
void stile_device_table_select_all (StileDeviceTable *self);

G_END_DECLS

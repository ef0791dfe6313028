/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-database.h"
#include "inventory/stile-device.h"

G_BEGIN_DECLS

/**
 * StileDeviceOrder:
 * @devices: (element-type StileDevice): all of them, in the new order
 * @moved: which of them was put there
 *
 * The queue after somebody put a device at another place.
 */
typedef struct
{
  GPtrArray *devices;
  guint moved;
} StileDeviceOrder;

StileDeviceOrder *stile_device_order_new (GPtrArray *devices, StileDevice *device, guint place);
void stile_device_order_free (StileDeviceOrder *self);
/* A StileDatabaseFunc. */
gboolean stile_device_order_write (StileDatabase *database, gpointer order, GError **error);
void stile_device_order_show (StileDeviceOrder *self);

G_END_DECLS

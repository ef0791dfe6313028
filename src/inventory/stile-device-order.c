/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-order.h"

#include "inventory/stile-device-records.h"

/**
 * stile_device_order_new:
 * @devices: (element-type StileDevice): the queue as it is
 * @device: one of them
 * @place: in the queue without @device
 *
 * Returns: (transfer full): the queue as it is to be
 */
StileDeviceOrder *
stile_device_order_new (GPtrArray *devices, StileDevice *device, guint place)
{
  StileDeviceOrder *self = g_new0 (StileDeviceOrder, 1);

  self->devices = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < devices->len; i++)
    if (g_ptr_array_index (devices, i) != device)
      g_ptr_array_add (self->devices, g_object_ref (g_ptr_array_index (devices, i)));
  self->moved = MIN (place, self->devices->len);
  g_ptr_array_insert (self->devices, (int)self->moved, g_object_ref (device));
  return self;
}

void
stile_device_order_free (StileDeviceOrder *self)
{
  g_ptr_array_unref (self->devices);
  g_free (self);
}

static gint64
get_position (const StileDeviceOrder *self, guint place)
{
  return stile_device_get_position (g_ptr_array_index (self->devices, place));
}

/* Between its neighbours; 0 when there is no room. */
static gint64
find_position (const StileDeviceOrder *self)
{
  guint last = self->devices->len - 1;
  gint64 before = self->moved > 0 ? get_position (self, self->moved - 1) : 0;
  gint64 after =
      self->moved < last ? get_position (self, self->moved + 1) : before + 2 * STILE_DEVICE_RECORDS_GAP;

  return after - before >= 2 ? before + (after - before) / 2 : 0;
}

static gint64
count_position (guint place)
{
  return (gint64)(place + 1) * STILE_DEVICE_RECORDS_GAP;
}

/**
 * stile_device_order_write:
 * @order: a #StileDeviceOrder
 *
 * Writes the one that was moved, or all of them when there is no room left between its neighbours.
 */
gboolean
stile_device_order_write (StileDatabase *database, gpointer order, GError **error)
{
  StileDeviceOrder *self = order;
  gint64 position = find_position (self);

  if (position > 0)
    return stile_device_records_set_position (database, g_ptr_array_index (self->devices, self->moved),
                                              position, error);

  for (guint i = 0; i < self->devices->len; i++)
    if (!stile_device_records_set_position (database, g_ptr_array_index (self->devices, i),
                                            count_position (i), error))
      return FALSE;

  return TRUE;
}

/**
 * stile_device_order_show:
 *
 * Tells the devices what was written.
 */
void
stile_device_order_show (StileDeviceOrder *self)
{
  gint64 position = find_position (self);

  if (position > 0)
    {
      stile_device_set_position (g_ptr_array_index (self->devices, self->moved), position);
      return;
    }

  for (guint i = 0; i < self->devices->len; i++)
    stile_device_set_position (g_ptr_array_index (self->devices, i), count_position (i));
}

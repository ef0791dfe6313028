/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-change.h"

/**
 * stile_device_change_new:
 *
 * Returns: (transfer full): a change, to be filled in
 */
StileDeviceChange *
stile_device_change_new (StileDevice *device, StileDeviceState state, StilePrmStep step)
{
  StileDeviceChange *self = g_new0 (StileDeviceChange, 1);

  self->device = g_object_ref (device);
  self->state = state;
  self->step = step;
  return self;
}

void
stile_device_change_free (StileDeviceChange *self)
{
  g_object_unref (self->device);
  g_free (self->message);
  g_clear_pointer (&self->artefact, g_bytes_unref);
  g_free (self->agent);
  g_free (self->what);
  g_free (self->text);
  g_free (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-device.h"

G_BEGIN_DECLS

/**
 * StileDeviceChange:
 * @device: whose
 * @state: that it has then
 * @step: that it is at then
 * @message: (nullable): why it waits or failed
 * @until: when it goes on, in Unix seconds, or 0
 * @forgets: what was collected of it goes, before @artefact comes
 * @artefact: (nullable): what @artefact_step brought
 * @artefact_step: the step that brought it
 * @agent: (nullable): SHA-256 in hex of the certificate of the agent that stood before the device
 * @what: (nullable): what happened, one word; %NULL when nobody need read of it later
 * @text: (nullable): what happened, for people
 *
 * What becomes of a device, all of it or nothing.
 */
typedef struct
{
  StileDevice *device;
  StileDeviceState state;
  StilePrmStep step;
  char *message;
  gint64 until;
  gboolean forgets;
  GBytes *artefact;
  StilePrmStep artefact_step;
  char *agent;
  char *what;
  char *text;
} StileDeviceChange;

StileDeviceChange *stile_device_change_new (StileDevice *device, StileDeviceState state, StilePrmStep step);
void stile_device_change_free (StileDeviceChange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileDeviceChange, stile_device_change_free)

G_END_DECLS

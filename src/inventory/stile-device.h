/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-prm-dossier.h"

G_BEGIN_DECLS

#define STILE_TYPE_DEVICE (stile_device_get_type ())
G_DECLARE_FINAL_TYPE (StileDevice, stile_device, STILE, DEVICE, GObject)

/**
 * StileDeviceState:
 * @STILE_DEVICE_NEW: in the list; nobody has started it
 * @STILE_DEVICE_QUEUED: its turn comes
 * @STILE_DEVICE_RUNNING: something is being done with it; on the disk it is queued
 * @STILE_DEVICE_WAITING: for a person at the registrar, or for something that does not answer yet
 * @STILE_DEVICE_STOPPED: somebody cancelled it; what was collected is kept
 * @STILE_DEVICE_FAILED: something went wrong that waiting does not mend
 * @STILE_DEVICE_REFUSED: the device did not take what it was brought
 * @STILE_DEVICE_DONE: it is in its domain
 */
typedef enum
{
  STILE_DEVICE_NEW,
  STILE_DEVICE_QUEUED,
  STILE_DEVICE_RUNNING,
  STILE_DEVICE_WAITING,
  STILE_DEVICE_STOPPED,
  STILE_DEVICE_FAILED,
  STILE_DEVICE_REFUSED,
  STILE_DEVICE_DONE,
} StileDeviceState;

#define STILE_DEVICE_N_STATES (STILE_DEVICE_DONE + 1)

/**
 * StileDeviceSpec:
 * @serial: X520SerialNumber, as somebody typed or scanned it (BOOTSTRAP A4)
 * @address: (nullable): "host" or "host:port"; %NULL for a device that is found on the network
 * @name: (nullable): what people call it
 * @model: (nullable): what it is
 * @note: (nullable): for people
 *
 * A device before anything is known of it.  Borrowed.
 */
typedef struct
{
  const char *serial;
  const char *address;
  const char *name;
  const char *model;
  const char *note;
} StileDeviceSpec;

StileDevice *stile_device_new (gint64 id, const StileDeviceSpec *spec);

gint64 stile_device_get_id (StileDevice *self);
const char *stile_device_get_serial (StileDevice *self);
const char *stile_device_get_address (StileDevice *self);
const char *stile_device_get_name (StileDevice *self);
const char *stile_device_get_model (StileDevice *self);
const char *stile_device_get_note (StileDevice *self);
StileDeviceState stile_device_get_state (StileDevice *self);
StilePrmStep stile_device_get_step (StileDevice *self);
const char *stile_device_get_message (StileDevice *self);
gint64 stile_device_get_until (StileDevice *self);
gint64 stile_device_get_changed (StileDevice *self);
gint64 stile_device_get_position (StileDevice *self);

void stile_device_set_address (StileDevice *self, const char *address);
void stile_device_set_position (StileDevice *self, gint64 position);
void stile_device_update (StileDevice *self,
                          StileDeviceState state,
                          StilePrmStep step,
                          const char *message,
                          gint64 until,
                          gint64 changed);

const char *stile_device_state_get_name (StileDeviceState state);
gboolean stile_device_state_parse (const char *name, StileDeviceState *state);
const char *stile_device_state_get_words (StileDeviceState state);
gboolean stile_device_state_is_over (StileDeviceState state);
char *stile_device_describe (StileDevice *self);

G_END_DECLS

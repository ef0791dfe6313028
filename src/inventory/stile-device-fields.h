/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* ub-serial-number of X.520: what the serialNumber of an IDevID's subject can hold. */
#define STILE_DEVICE_SERIAL_MAX_SIZE 64

/* Each other field.  A host name has 253 bytes at most; names and notes are one line in a list. */
#define STILE_DEVICE_FIELD_MAX_SIZE 256

typedef enum
{
  STILE_DEVICE_FIELD_NONE = -1,
  STILE_DEVICE_FIELD_SERIAL,
  STILE_DEVICE_FIELD_ADDRESS,
  STILE_DEVICE_FIELD_PORT,
  STILE_DEVICE_FIELD_NAME,
  STILE_DEVICE_FIELD_MODEL,
  STILE_DEVICE_FIELD_NOTE,
} StileDeviceField;

#define STILE_DEVICE_N_FIELDS 6

/**
 * StileDeviceFields:
 * @values: (nullable): one for each #StileDeviceField, ours
 *
 * What somebody says of a device, in whichever form: first as it stood there, and after
 * stile_device_fields_judge() as it is understood.
 */
typedef struct
{
  char *values[STILE_DEVICE_N_FIELDS];
} StileDeviceFields;

StileDeviceField stile_device_fields_find (const char *name);
void stile_device_fields_set (StileDeviceFields *self, StileDeviceField field, const char *value);
char *stile_device_fields_judge (StileDeviceFields *self) G_GNUC_WARN_UNUSED_RESULT;
void stile_device_fields_clear (StileDeviceFields *self);

char *stile_device_fields_make_text (const char *text, gsize length, glong characters);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StileDeviceFields, stile_device_fields_clear)

G_END_DECLS

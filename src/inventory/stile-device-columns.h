/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "inventory/stile-device-fields.h"

G_BEGIN_DECLS

/* Names that nobody knows: so many are told, each with so many characters. */
#define STILE_DEVICE_COLUMNS_MAX_IGNORED 32
#define STILE_DEVICE_COLUMNS_MAX_NAME 40

typedef struct _StileDeviceColumns StileDeviceColumns;

StileDeviceColumns *stile_device_columns_new (GPtrArray *first_record);
void stile_device_columns_free (StileDeviceColumns *self);

gboolean stile_device_columns_are_named (StileDeviceColumns *self);
gboolean stile_device_columns_have_serial (StileDeviceColumns *self);
char *stile_device_columns_assign (StileDeviceColumns *self, GPtrArray *record, StileDeviceFields *fields);

void stile_device_columns_ignore (GPtrArray *ignored, const char *name);
void stile_device_columns_tell_ignored (StileDeviceColumns *self, GPtrArray *record, GPtrArray *ignored);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileDeviceColumns, stile_device_columns_free)

G_END_DECLS

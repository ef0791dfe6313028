/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-database.h"

G_BEGIN_DECLS

/**
 * StileDeviceEditKind:
 * @prepare: (nullable): looks at the list as it is then; store and data
 * @write: writes it, in a thread
 * @show: shows what was written; store and data
 * @free: frees the data
 *
 * What changes the list of a StileDeviceStore: what is added, removed or put elsewhere.
 */
typedef struct
{
  void (*prepare) (gpointer store, gpointer data);
  StileDatabaseFunc write;
  void (*show) (gpointer store, gpointer data);
  GDestroyNotify free;
} StileDeviceEditKind;

/**
 * StileDeviceEdits:
 *
 * Changes of a list, one after the other: each begins with the list that the one before has left, on the disk and shown.
 */
typedef struct _StileDeviceEdits StileDeviceEdits;

StileDeviceEdits *stile_device_edits_new (StileDatabase *database);
void stile_device_edits_free (StileDeviceEdits *self);

/* @task: (transfer full): of the store; @data: (transfer full) */
void
stile_device_edits_run (StileDeviceEdits *self, GTask *task, const StileDeviceEditKind *kind, gpointer data);
gpointer stile_device_edits_get_data (GTask *task);

G_END_DECLS

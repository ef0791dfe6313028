/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-device-store.h"

G_BEGIN_DECLS

/* A StileDeviceStore, one call after the other.  What fails where it must not ends the test. */

StileDeviceStore *store_open (const char *path);
void store_expect_refused (const char *path, const char *words);
/* Returns when the database is closed, too. */
void store_close (StileDeviceStore **store);

guint store_add (StileDeviceStore *self, const StileDeviceSpec *specs, gsize n_specs);
/* "D0" to "Dn", without addresses. */
void store_fill (StileDeviceStore *self, guint count);
void store_move (StileDeviceStore *self, StileDevice *device, guint place);
void store_remove (StileDeviceStore *self, GPtrArray *devices);
/* @change: (transfer full) */
gboolean store_change (StileDeviceStore *self, StileDeviceChange *change, GError **error);
StilePrmDossier *store_load_dossier (StileDeviceStore *self, StileDevice *device);
GVariant *store_list_events (StileDeviceStore *self, StileDevice *device);

/* (transfer none) */
StileDevice *store_get (StileDeviceStore *self, guint place);
/* The serial numbers in their order, with spaces between; (transfer full) */
char *store_describe (StileDeviceStore *self);

/* With SQLite, when nobody has it open. */
void store_run_sql (const char *path, const char *sql);
gint64 store_ask_number (const char *path, const char *sql);

G_END_DECLS

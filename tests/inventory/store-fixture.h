/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/store.h"

G_BEGIN_DECLS

/* A database in a folder of its own, and somebody who listens: whenever a test looks at the order, what was heard must be what
 * is there. */
typedef struct
{
  char *directory;
  char *path;
  StileDeviceStore *store;
  GPtrArray *mirror; /* of StileDevice: what somebody who only listens thinks is there */
} StoreFixture;

void store_fixture_set_up (StoreFixture *self, gconstpointer data);
void store_fixture_tear_down (StoreFixture *self, gconstpointer data);

/* After it was closed; the next time is after both, as after a program's end. */
void store_fixture_open (StoreFixture *self);
void store_fixture_close (StoreFixture *self);
void store_fixture_reopen (StoreFixture *self);

/* As store_describe() tells it; and that it is the same when the database is opened again. */
void store_fixture_expect_order (StoreFixture *self, const char *serials);
void store_fixture_expect_kept_order (StoreFixture *self);
/* (transfer none) */
StileDevice *store_fixture_find (StoreFixture *self, const char *serial);
/* For "notify" with a guint, which counts. */
void store_fixture_notify_cb (GObject *object, GParamSpec *pspec, gpointer data);

/* @step has brought @bytes, and the next one runs; (transfer full) */
StileDeviceChange *store_fixture_make_change (StileDevice *device, StilePrmStep step, const char *bytes);
/* @what: (transfer full) */
void store_fixture_change (StoreFixture *self, StileDeviceChange *what);
/* @text: NULL says that there is none. */
void store_fixture_expect_artefact (const StilePrmDossier *dossier, StilePrmStep step, const char *text);

/* Of many changes at once. */
typedef struct
{
  StileDeviceStore *store;
  guint done;
  guint failed;
  GError *error; /* the last one */
} StoreFixtureTally;

/* For stile_device_store_change_async() with a tally. */
void store_fixture_changed_cb (GObject *object, GAsyncResult *result, gpointer data);

G_END_DECLS

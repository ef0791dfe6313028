/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-device-export.h"
#include "support/test-pki.h"

G_BEGIN_DECLS

/*
 * A provisioning station with its devices in memory, and a plant that gave them certificates: registrar, agent and the
 * domain's root are real, and so is what was collected.
 */
typedef struct
{
  TestPki *root;
  TestPki *registrar;
  TestPki *agent;
  GBytes *roots; /* as the registrar signed them */
  StileDeviceStore *store;
  char *directory; /* for what it writes */
} Station;

void station_set_up (Station *self, gconstpointer data);
void station_tear_down (Station *self, gconstpointer data);

void station_add (Station *self, const StileDeviceSpec *specs, gsize count);
StileDevice *station_find (Station *self, const char *serial);
/* All devices, in the store's order. (transfer full) */
GPtrArray *station_list (Station *self);

/* Something happened with a device, and this step brought this; both may be missing. */
void station_change (
    Station *self, StileDevice *device, StileDeviceState state, StilePrmStep step, const char *message);
void station_bring (Station *self, StileDevice *device, StilePrmStep step, GBytes *artefact);
/* It is in the domain: (transfer full) its certificate. */
StileCertificate *station_enrol (Station *self, StileDevice *device);

/* Twelve devices in all states, with names from anywhere. */
void station_add_sample (Station *self);

char *station_make_path (Station *self, const char *name);
void station_export_all (Station *self, const char *path);
char *station_export_and_read (Station *self, const char *name);
gboolean station_export (
    Station *self, GPtrArray *devices, const char *path, GCancellable *cancellable, GError **error);

G_END_DECLS

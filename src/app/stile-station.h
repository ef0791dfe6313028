/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-provisioning.h"
#include "transport/stile-dns-sd-browser.h"

G_BEGIN_DECLS

#define STILE_TYPE_STATION (stile_station_get_type ())
G_DECLARE_FINAL_TYPE (StileStation, stile_station, STILE, STATION, GObject)

/* What of a setup somebody else than the person decides about. */
typedef enum
{
  STILE_STATION_REGISTRAR = 1 << 0,
  STILE_STATION_ANCHORS = 1 << 1,
  STILE_STATION_CERTIFICATE = 1 << 2,
  STILE_STATION_KEY = 1 << 3,
  STILE_STATION_PROXY = 1 << 4,
  STILE_STATION_JOBS = 1 << 5,
} StileStationLocks;

/**
 * StileStationSetup:
 * @inventory: the database of devices
 * @registrar: (nullable): the registrar's URL
 * @anchors: (nullable): a PEM file with whom to believe there; %NULL for the system's store
 * @certificate: (nullable): the agent's certificate, a file or a pkcs11: URL
 * @key: (nullable): its key
 * @proxy: (nullable): on the way to the registrar
 * @jobs: devices at once; 0 for the usual number
 * @locks: what cannot be changed
 *
 * Where a station works, and as whom.  Borrowed for the call.
 */
typedef struct
{
  const char *inventory;
  const char *registrar;
  const char *anchors;
  const char *certificate;
  const char *key;
  const char *proxy;
  guint jobs;
  StileStationLocks locks;
} StileStationSetup;

void stile_station_setup_copy (StileStationSetup *to, const StileStationSetup *from);
void stile_station_setup_clear (StileStationSetup *setup);

/* Signals: "changed" when numbers or the problem did; "over" when nothing is left that has its turn or is waited for. */
StileStation *stile_station_new (const StileStationSetup *setup);
void stile_station_set_agent (StileStation *self, const StileStationSetup *setup);
gboolean stile_station_has_agent (StileStation *self);

void stile_station_open_async (StileStation *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean stile_station_open_finish (StileStation *self,
                                    GAsyncResult *result,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileDeviceStore *stile_station_get_store (StileStation *self);
StileCertificate *stile_station_get_agent (StileStation *self);
StileProvisioning *stile_station_get_job (StileStation *self);

void stile_station_start_async (StileStation *self,
                                GPtrArray *devices,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean stile_station_start_finish (StileStation *self,
                                     GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_station_end (StileStation *self);

GListModel *stile_station_get_found (StileStation *self);
void stile_station_find_async (StileStation *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean stile_station_find_finish (StileStation *self,
                                    GAsyncResult *result,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

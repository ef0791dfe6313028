/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-database.h"
#include "inventory/stile-device-change.h"

G_BEGIN_DECLS

/* What comes between two devices in the queue, so that one can be put between them. */
#define STILE_DEVICE_RECORDS_GAP 1024

/* The tables of a provisioning station.  All of it may take time. */
GPtrArray *stile_device_records_list (StileDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileDevice *stile_device_records_insert (StileDatabase *database,
                                          const StileDeviceSpec *spec,
                                          gint64 position,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_device_records_remove (StileDatabase *database,
                                      StileDevice *device,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_device_records_set_address (StileDatabase *database,
                                           StileDevice *device,
                                           const char *address,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_device_records_set_position (StileDatabase *database,
                                            StileDevice *device,
                                            gint64 position,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_device_records_apply (StileDatabase *database,
                                     const StileDeviceChange *change,
                                     gint64 now,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
StilePrmDossier *stile_device_records_load_dossier (StileDatabase *database,
                                                    StileDevice *device,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
GVariant *stile_device_records_list_events (StileDatabase *database,
                                            StileDevice *device,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_device_records_put_registrar (StileDatabase *database,
                                             const char *url,
                                             StileCertificate *certificate,
                                             gint64 now,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileCertificate *stile_device_records_find_registrar (StileDatabase *database,
                                                       const char *url,
                                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

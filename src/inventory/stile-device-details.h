/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-device-store.h"

G_BEGIN_DECLS

/* What a store knows besides its list: read when somebody asks, in a thread. */
void stile_device_details_load_dossier_async (StileDeviceStore *self,
                                              StileDevice *device,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
StilePrmDossier *stile_device_details_load_dossier_finish (StileDeviceStore *self,
                                                           GAsyncResult *result,
                                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_device_details_list_events_async (StileDeviceStore *self,
                                             StileDevice *device,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);
GVariant *stile_device_details_list_events_finish (StileDeviceStore *self,
                                                   GAsyncResult *result,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

void stile_device_details_put_registrar_async (StileDeviceStore *self,
                                               const char *url,
                                               StileCertificate *certificate,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);
gboolean stile_device_details_put_registrar_finish (StileDeviceStore *self,
                                                    GAsyncResult *result,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_device_details_find_registrar_async (StileDeviceStore *self,
                                                const char *url,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);
StileCertificate *stile_device_details_find_registrar_finish (StileDeviceStore *self,
                                                              GAsyncResult *result,
                                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

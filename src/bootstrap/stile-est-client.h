/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-channel.h"
#include "codec/stile-certificate-request.h"
#include "codec/stile-csr-attributes.h"

G_BEGIN_DECLS

/* RFC 7030 section 4.1. */
#define STILE_EST_CLIENT_CACERTS_PATH "/.well-known/est/cacerts"

#define STILE_TYPE_EST_CLIENT (stile_est_client_get_type ())
G_DECLARE_FINAL_TYPE (StileEstClient, stile_est_client, STILE, EST_CLIENT, GObject)

StileEstClient *stile_est_client_new (StileChannel *channel);
StileChannel *stile_est_client_get_channel (StileEstClient *self);
void stile_est_client_set_label (StileEstClient *self, const char *label);
void stile_est_client_set_credentials (StileEstClient *self, const char *user, GBytes *password);
void stile_est_client_set_second (StileEstClient *self, guint milliseconds);

void stile_est_client_get_roots_async (StileEstClient *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
GPtrArray *stile_est_client_get_roots_finish (StileEstClient *self,
                                              GAsyncResult *result,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_est_client_get_attributes_async (StileEstClient *self,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
StileCsrAttributes *stile_est_client_get_attributes_finish (StileEstClient *self,
                                                            GAsyncResult *result,
                                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_est_client_enrol_async (StileEstClient *self,
                                   StileCertificateRequest *request,
                                   gboolean renew,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
GPtrArray *stile_est_client_enrol_finish (StileEstClient *self,
                                          GAsyncResult *result,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_est_client_generate_key_async (StileEstClient *self,
                                          StileCertificateRequest *request,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
GPtrArray *stile_est_client_generate_key_finish (StileEstClient *self,
                                                 GAsyncResult *result,
                                                 GBytes **key,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

StileHttpMessage *stile_est_client_ask_roots (const char *host);
GPtrArray *stile_est_client_read_roots (StileHttpMessage *response, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

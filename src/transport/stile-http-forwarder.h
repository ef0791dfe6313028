/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-client.h"

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_FORWARDER (stile_http_forwarder_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpForwarder, stile_http_forwarder, STILE, HTTP_FORWARDER, GObject)

/* A new session is made so long before the service would end the old one. */
#define STILE_HTTP_FORWARDER_MARGIN (5 * G_TIME_SPAN_MINUTE)

StileHttpForwarder *stile_http_forwarder_new (const char *service,
                                              const char *proxy,
                                              StileCredentials *credentials,
                                              StileMode mode,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
GUri *stile_http_forwarder_get_uri (StileHttpForwarder *self);
void stile_http_forwarder_set_max_age (StileHttpForwarder *self, gint64 microseconds);
StileClient *stile_http_forwarder_get_client (StileHttpForwarder *self);

void stile_http_forwarder_connect_async (StileHttpForwarder *self,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
gboolean stile_http_forwarder_connect_finish (StileHttpForwarder *self,
                                              GAsyncResult *result,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_http_forwarder_forward_async (StileHttpForwarder *self,
                                         StileHttpMessage *request,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
StileHttpMessage *stile_http_forwarder_forward_finish (StileHttpForwarder *self,
                                                       GAsyncResult *result,
                                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_http_forwarder_stop (StileHttpForwarder *self);

G_END_DECLS

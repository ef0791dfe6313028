/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "transport/stile-http-proxy.h"

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_CONNECTION (stile_http_connection_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpConnection, stile_http_connection, STILE, HTTP_CONNECTION, GObject)

StileHttpConnection *
stile_http_connection_new (StileHttpProxy *proxy, SoupMessage *message, guint timeout_seconds);
SoupSession *stile_http_connection_get_soup (StileHttpConnection *self);
SoupMessage *stile_http_connection_get_message (StileHttpConnection *self);
void stile_http_connection_send_async (StileHttpConnection *self,
                                       gsize limit,
                                       gboolean truncate,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
GBytes *stile_http_connection_send_finish (StileHttpConnection *self,
                                           GAsyncResult *result,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

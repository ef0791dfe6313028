/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "transport/stile-http-proxy.h"
#include "transport/stile-http-reply.h"

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_LINE (stile_http_line_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpLine, stile_http_line, STILE, HTTP_LINE, GObject)

StileHttpLine *stile_http_line_new (GUri *uri, StileHttpProxy *proxy, guint timeout_seconds);
GUri *stile_http_line_get_uri (StileHttpLine *self);
void stile_http_line_send_async (StileHttpLine *self,
                                 StileHttpMessage *request,
                                 gsize limit,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
StileHttpReply *stile_http_line_send_finish (StileHttpLine *self,
                                             GAsyncResult *result,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileObservation *stile_http_line_get_observation (StileHttpLine *self);

G_END_DECLS

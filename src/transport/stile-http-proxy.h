/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_PROXY (stile_http_proxy_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpProxy, stile_http_proxy, STILE, HTTP_PROXY, GObject)

StileHttpProxy *stile_http_proxy_new (const char *proxy, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_http_proxy_apply (StileHttpProxy *self, SoupSession *session);
void stile_http_proxy_watch (StileHttpProxy *self, SoupMessage *message);
GProxyResolver *stile_http_proxy_make_resolver (StileHttpProxy *self);
void stile_http_proxy_lookup_async (StileHttpProxy *self,
                                    GUri *uri,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
char **stile_http_proxy_lookup_finish (StileHttpProxy *self,
                                       GAsyncResult *result,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *stile_http_proxy_get_source (StileHttpProxy *self);
const char *stile_http_proxy_get_description (StileHttpProxy *self);

G_END_DECLS

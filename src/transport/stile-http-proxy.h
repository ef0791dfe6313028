/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_PROXY (stile_http_proxy_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpProxy, stile_http_proxy, STILE, HTTP_PROXY, GObject)

StileHttpProxy *stile_http_proxy_new (const char *proxy, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_http_proxy_apply (StileHttpProxy *self, SoupSession *session);
void stile_http_proxy_watch (StileHttpProxy *self, SoupMessage *message);
const char *stile_http_proxy_get_description (StileHttpProxy *self);

G_END_DECLS

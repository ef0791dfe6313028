/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "transport/stile-http-forwarder.h"
#include "transport/stile-http-local-address.h"

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_LOCAL_PROXY (stile_http_local_proxy_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpLocalProxy, stile_http_local_proxy, STILE, HTTP_LOCAL_PROXY, GObject)

/* Where it listens when nobody says: port 0 takes a free one. */
#define STILE_HTTP_LOCAL_PROXY_DEFAULT_ADDRESS "127.0.0.1:0"

/* Requests that are read, wait or are on their way: each may hold 16 MiB twice. */
#define STILE_HTTP_LOCAL_PROXY_MAX_REQUESTS 64

/* Connections of programs, with the token or without: fewer than the file descriptors of a process. */
#define STILE_HTTP_LOCAL_PROXY_MAX_CONNECTIONS 256

StileHttpLocalProxy *stile_http_local_proxy_new (StileHttpForwarder *forwarder, const char *token);
gboolean stile_http_local_proxy_listen (StileHttpLocalProxy *self,
                                        const char *address,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_http_local_proxy_stop (StileHttpLocalProxy *self);
StileHttpLocalAddress *stile_http_local_proxy_get_address (StileHttpLocalProxy *self);
guint stile_http_local_proxy_get_n_requests (StileHttpLocalProxy *self);

/* The one place that says where it may listen. */
gboolean stile_http_local_proxy_check_address (const char *address, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

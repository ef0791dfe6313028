/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>

#include "codec/stile-client-hello.h"

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_LISTENER (stile_http_listener_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpListener, stile_http_listener, STILE, HTTP_LISTENER, GObject)

/* Connections of one worker: each takes 6 KB, with TLS 30 KB. */
#define STILE_HTTP_LISTENER_MAX_CONNECTIONS 4096

/* From accepting a connection, or from its last answer, to the next whole request. */
#define STILE_HTTP_LISTENER_IDLE_SECONDS 75

/* While a request is answered: longer than an upstream may take, so that what hangs does not hang for ever. */
#define STILE_HTTP_LISTENER_BUSY_SECONDS 180

typedef void (*StileHttpListenerFunc) (GIOStream *stream,
                                       GSocketAddress *local,
                                       GSocketAddress *remote,
                                       gpointer user_data);

StileHttpListener *
stile_http_listener_new (GSocket *socket, StileHttpListenerFunc accepted, gpointer user_data);
void stile_http_listener_set_certificate (StileHttpListener *self, GTlsCertificate *certificate);
void stile_http_listener_set_client_certificates (StileHttpListener *self, gboolean ask);
void stile_http_listener_set_max_connections (StileHttpListener *self, guint count);
gboolean stile_http_listener_keep_alive (StileHttpListener *self, SoupServer *server, GError **error);
void stile_http_listener_start (StileHttpListener *self);
void stile_http_listener_stop (StileHttpListener *self);
void stile_http_listener_touch (StileHttpListener *self, GSocketAddress *remote, gboolean busy);
void stile_http_listener_close (StileHttpListener *self, GSocketAddress *remote);
GTlsConnection *stile_http_listener_get_tls (StileHttpListener *self, GSocketAddress *remote);
const StileClientHello *stile_http_listener_get_hello (StileHttpListener *self, GSocketAddress *remote);
guint stile_http_listener_get_n_connections (StileHttpListener *self);

G_END_DECLS

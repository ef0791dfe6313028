/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "atls/stile-observation.h"

G_BEGIN_DECLS

const char *stile_http_observer_name_tls (GTlsProtocolVersion version);
const char *stile_http_observer_name_http (SoupHTTPVersion version);
GPtrArray *stile_http_observer_read_chain (GTlsCertificate *certificate);
StileObservation *stile_http_observer_observe (SoupMessage *message, gint64 started, const char *proxy);
StileObservation *stile_http_observer_observe_connection (GUri *uri, GTlsConnection *connection);
void stile_http_observer_watch (SoupMessage *message);
char *stile_http_observer_read_binding (GTlsConnection *connection, const char **type);
void stile_http_observer_add_headers (StileObservation *observation, SoupMessageHeaders *headers);
char *stile_http_observer_describe_address (GSocketAddress *address);

G_END_DECLS

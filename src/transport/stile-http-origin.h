/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "atls/stile-identity.h"
#include "transport/stile-http-proxy.h"

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_ORIGIN (stile_http_origin_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpOrigin, stile_http_origin, STILE, HTTP_ORIGIN, GObject)

StileHttpOrigin *stile_http_origin_new (GUri *uri,
                                        StileHttpProxy *proxy,
                                        GPtrArray *anchors,
                                        StileIdentity *identity,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
GUri *stile_http_origin_get_uri (StileHttpOrigin *self);
GPtrArray *stile_http_origin_get_anchors (StileHttpOrigin *self);
SoupSession *stile_http_origin_get_soup (StileHttpOrigin *self);
void stile_http_origin_set_peer (StileHttpOrigin *self, StileCertificate *peer);
StileCertificate *stile_http_origin_get_peer (StileHttpOrigin *self);
void stile_http_origin_prepare (StileHttpOrigin *self, SoupMessage *message);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-carrier.h"

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_CARRIER (stile_http_carrier_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpCarrier, stile_http_carrier, STILE, HTTP_CARRIER, GObject)

/* PROTOCOL section 1. */
#define STILE_HTTP_CARRIER_DEFAULT_PATH "/.well-known/atls"

/* For a connection, and for silence on it.  A middlebox that inspects may hold a body for some seconds. */
#define STILE_HTTP_CARRIER_TIMEOUT_SECONDS 30

/* Exchanges that go on at once, over HTTP/1.1: what the large browsers open, and a little more. */
#define STILE_HTTP_CARRIER_MAX_CONNECTIONS 8

StileCarrier *
stile_http_carrier_new (const char *service, const char *proxy, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_http_carrier_set_media_type (StileHttpCarrier *self,
                                            const char *media_type,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_http_carrier_set_outer_anchors (StileHttpCarrier *self,
                                               const char *path,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint stile_http_carrier_get_n_repeats (StileHttpCarrier *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_UPSTREAM (stile_http_upstream_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpUpstream, stile_http_upstream, STILE, HTTP_UPSTREAM, GObject)

/* An existing service may work for a while, and then it is better to tell the client. */
#define STILE_HTTP_UPSTREAM_TIMEOUT_SECONDS 60

StileHttpUpstream *stile_http_upstream_new (const char *url, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-front.h"

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_FRONT (stile_http_front_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpFront, stile_http_front, STILE, HTTP_FRONT, GObject)

#define STILE_HTTP_FRONT_DEFAULT_JA3_HEADER "X-SSL-JA3"

StileHttpFront *stile_http_front_new (StileFront *told);
StileFront *stile_http_front_get_told (StileHttpFront *self);
gboolean stile_http_front_add_addresses (StileHttpFront *self,
                                         const char *text,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_http_front_has_address (StileHttpFront *self, GSocketAddress *address);
void stile_http_front_set_ja3_header (StileHttpFront *self, const char *name);
const char *stile_http_front_get_ja3_header (StileHttpFront *self);

G_END_DECLS

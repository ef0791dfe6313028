/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-http-message.h"
#include "transport/stile-http-listener.h"

G_BEGIN_DECLS

void stile_http_body_limit_refuse (SoupServerMessage *message, StileHttpMessage *problem);
gboolean stile_http_body_limit_watch (SoupServerMessage *message, gsize limit, StileHttpListener *listener);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "codec/stile-http-message.h"

G_BEGIN_DECLS

StileHttpMessage *
stile_http_plain_read_request (SoupServerMessage *message, const char *scheme, const char *path);
void stile_http_plain_write_response (SoupServerMessage *message, StileHttpMessage *response);

G_END_DECLS

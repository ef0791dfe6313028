/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-http-message.h"

G_BEGIN_DECLS

/* The media type of RFC 9292 section 7, and the ALPN identifier that says a peer speaks it inside ATLS. */
#define STILE_BINARY_HTTP_MEDIA_TYPE "message/bhttp"
#define STILE_BINARY_HTTP_ALPN "bhttp"

/* One message with its content.  It is held in memory whole, once sealed and once in plain. */
#define STILE_BINARY_HTTP_MAX_SIZE (16 * 1024 * 1024)

/* 1xx answers before the final one: RFC 9292 sets no limit, a peer could send them without end. */
#define STILE_BINARY_HTTP_MAX_INFORMATIONAL 16

GBytes *stile_binary_http_encode (StileHttpMessage *message);
StileHttpMessage *stile_binary_http_decode (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

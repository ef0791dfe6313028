/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-observation.h"
#include "codec/stile-http-message.h"

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_REPLY (stile_http_reply_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpReply, stile_http_reply, STILE, HTTP_REPLY, GObject)

/* The answer said nothing of its length. */
#define STILE_HTTP_REPLY_NO_LENGTH -1

/**
 * StileHttpTiming:
 * @names: looking up the name, 0 on a connection that was there already
 * @connect: the TCP connection, with the proxy's CONNECT
 * @tls: the TLS handshake
 * @first_byte: from the whole request to the first byte of the answer
 * @total: from asking to the answer's last byte
 *
 * How long an exchange took, in microseconds.
 */
typedef struct
{
  gint64 names;
  gint64 connect;
  gint64 tls;
  gint64 first_byte;
  gint64 total;
} StileHttpTiming;

StileHttpReply *stile_http_reply_new (StileHttpMessage *message, StileObservation *observation);
StileHttpMessage *stile_http_reply_get_message (StileHttpReply *self);
StileObservation *stile_http_reply_get_observation (StileHttpReply *self);
void stile_http_reply_set_connection (StileHttpReply *self, guint64 id, gboolean reused);
guint64 stile_http_reply_get_connection (StileHttpReply *self);
gboolean stile_http_reply_is_reused (StileHttpReply *self);
void stile_http_reply_set_from_proxy (StileHttpReply *self, gboolean from_proxy);
gboolean stile_http_reply_is_from_proxy (StileHttpReply *self);
void stile_http_reply_set_length (StileHttpReply *self, gint64 promised, gboolean cut);
gint64 stile_http_reply_get_promised_length (StileHttpReply *self);
gboolean stile_http_reply_is_cut (StileHttpReply *self);
void stile_http_reply_set_timing (StileHttpReply *self, const StileHttpTiming *timing);
const StileHttpTiming *stile_http_reply_get_timing (StileHttpReply *self);
gint64 stile_http_reply_get_date (StileHttpReply *self);

G_END_DECLS

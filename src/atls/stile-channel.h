/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-client.h"

G_BEGIN_DECLS

#define STILE_TYPE_CHANNEL (stile_channel_get_type ())
G_DECLARE_FINAL_TYPE (StileChannel, stile_channel, STILE, CHANNEL, GObject)

/* Where HTTP requests to one service go: into an ATLS session that is up, or to a carrier as plain HTTPS. */
StileChannel *stile_channel_new_atls (StileClient *client);
StileChannel *stile_channel_new_plain (StileCarrier *carrier);

const char *stile_channel_get_host (StileChannel *self);
/* (nullable): the session; NULL where requests go as plain HTTPS */
StileClient *stile_channel_get_client (StileChannel *self);
/* What the proof of possession of an EST request is linked with (RFC 7030 section 3.5): base64 of tls-unique of the
 * session in TLS 1.2, NULL in TLS 1.3 and for plain HTTPS. (transfer full) (nullable) */
char *stile_channel_get_binding (StileChannel *self);
void stile_channel_request_async (StileChannel *self,
                                  StileHttpMessage *request,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
StileHttpMessage *stile_channel_request_finish (StileChannel *self,
                                                GAsyncResult *result,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

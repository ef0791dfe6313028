/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "transport/stile-http-proxy.h"

G_BEGIN_DECLS

#define STILE_TYPE_OUTER_HANDSHAKE (stile_outer_handshake_get_type ())
G_DECLARE_FINAL_TYPE (StileOuterHandshake, stile_outer_handshake, STILE, OUTER_HANDSHAKE, GObject)

/* All of the server's handshake messages: an honest chain has 5 KB. */
#define STILE_OUTER_HANDSHAKE_MAX_BYTES (256 * 1024)

void stile_outer_handshake_run_async (const char *host,
                                      guint16 port,
                                      StileHttpProxy *proxy,
                                      const char *server_name,
                                      guint timeout_seconds,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
StileOuterHandshake *stile_outer_handshake_run_finish (GAsyncResult *result,
                                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

GPtrArray *stile_outer_handshake_get_chain (StileOuterHandshake *self);
guint stile_outer_handshake_get_n_sent (StileOuterHandshake *self);
const char *stile_outer_handshake_get_oddity (StileOuterHandshake *self);
const char *stile_outer_handshake_get_tls_version (StileOuterHandshake *self);
const char *stile_outer_handshake_get_cipher (StileOuterHandshake *self);
const char *stile_outer_handshake_get_application_protocol (StileOuterHandshake *self);
const char *stile_outer_handshake_get_peer (StileOuterHandshake *self);
gint64 stile_outer_handshake_get_connect_time (StileOuterHandshake *self);
gint64 stile_outer_handshake_get_tls_time (StileOuterHandshake *self);

G_END_DECLS

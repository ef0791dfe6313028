/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Silence on an open connection, either side: twice what our carrier keeps one idle. */
#define STILE_LAB_TARGET_IDLE_SECONDS 120

void stile_lab_target_connect_async (const char *host,
                                     guint16 port,
                                     gboolean secure,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
GIOStream *stile_lab_target_connect_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void stile_lab_target_send_at_once (GSocketConnection *connection);

G_END_DECLS

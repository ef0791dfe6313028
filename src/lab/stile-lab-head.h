/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The head of an HTTP request, as most proxies limit it. */
#define STILE_LAB_HEAD_MAX_SIZE 8192

void stile_lab_head_read_async (GInputStream *stream,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
char *stile_lab_head_read_finish (GInputStream *stream,
                                  GAsyncResult *result,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint stile_lab_head_parse (const char *head, char **host, guint16 *port);

G_END_DECLS

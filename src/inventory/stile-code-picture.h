/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "inventory/stile-import-line.h"

G_BEGIN_DECLS

/* A camera's largest pictures have less. */
#define STILE_CODE_PICTURE_MAX_SIZE (32 * 1024 * 1024)

/* So much of a file's beginning tells a picture. */
#define STILE_CODE_PICTURE_HEAD_SIZE 16

gboolean stile_code_picture_is (const guint8 *head, gsize size);
GPtrArray *
stile_code_picture_parse (GBytes *bytes, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_code_picture_read_async (GFile *file,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
GPtrArray *stile_code_picture_read_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

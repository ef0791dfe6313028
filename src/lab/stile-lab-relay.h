/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a middlebox keeps of all that it read: a bootstrap is some 20 KB. */
#define STILE_LAB_RELAY_MAX_SEEN (1024 * 1024)

void stile_lab_relay_remember (GByteArray *seen, gconstpointer data, gsize length);
void stile_lab_relay_run_async (GIOStream *left,
                                GIOStream *right,
                                GByteArray *seen,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean
stile_lab_relay_run_finish (GIOStream *left, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/stile-window.h"

G_BEGIN_DECLS

void stile_opening_read_async (GFile *file,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
GObject *stile_opening_read_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void stile_opening_show (StileWindow *window, GFile *file);
void stile_opening_choose (StileWindow *window);
void stile_opening_take_drops (StileWindow *window);

G_END_DECLS

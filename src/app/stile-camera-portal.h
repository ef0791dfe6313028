/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The desktop's door to the camera: org.freedesktop.portal.Camera, on the session bus. */
void
stile_camera_portal_ask_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean stile_camera_portal_ask_finish (GAsyncResult *result);

void
stile_camera_portal_open_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
int stile_camera_portal_open_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>
#include <gio/gio.h>
#include <gst/gst.h>

G_BEGIN_DECLS

/* What arrives on the pipeline's bus, as the name of an application's message. */
#define STILE_CAMERA_PIPELINE_PICTURE "picture" /* fetch it with stile_camera_pipeline_take_picture() */
#define STILE_CAMERA_PIPELINE_CODES "codes"     /* a GPtrArray of texts, in the field of this name */

void stile_camera_pipeline_play_async (int fd,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
GstElement *stile_camera_pipeline_play_finish (GAsyncResult *result,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
int stile_camera_pipeline_get_fd (GstElement *pipeline);
GdkTexture *stile_camera_pipeline_take_picture (GstElement *pipeline);
void stile_camera_pipeline_end (GstElement *pipeline);

G_END_DECLS

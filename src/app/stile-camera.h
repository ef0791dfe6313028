/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

#define STILE_TYPE_CAMERA (stile_camera_get_type ())
G_DECLARE_FINAL_TYPE (StileCamera, stile_camera, STILE, CAMERA, GObject)

/* Seconds until a camera without a picture is given up, if nobody says otherwise. */
#define STILE_CAMERA_PATIENCE 10

/* Signals: "picture" (GdkTexture) is what it sees now; "read" (string) is what a code says that it sees, from anybody, no
 * UTF-8 perhaps, and said again as long as it sees it; "failed" (string) is a sentence, and the camera has stopped. */
StileCamera *stile_camera_new (void);
void stile_camera_set_patience (StileCamera *self, guint seconds);
void stile_camera_start (StileCamera *self);
void stile_camera_stop (StileCamera *self);
gboolean stile_camera_is_on (StileCamera *self);

G_END_DECLS

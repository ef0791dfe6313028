/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A PipeWire of the test's own, real, in a folder that nobody looks into by themselves: its daemon, its session manager,
 * and a camera (fake-camera-main.c) that sees one QR code after the other, and the first again.
 */
typedef struct
{
  char *folder;
  GSubprocess *pipewire;
  GSubprocess *wireplumber;
  GSubprocess *camera;
} FakeCamera;

FakeCamera *fake_camera_new (const char *const *texts);
void fake_camera_free (FakeCamera *self);

/* A connection to PipeWire, as the portal makes one. */
int fake_camera_connect (FakeCamera *self);
/* From then on there is no camera. */
void fake_camera_unplug (FakeCamera *self);
/* From then on there is no PipeWire. */
void fake_camera_kill (FakeCamera *self);

G_END_DECLS

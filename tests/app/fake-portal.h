/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/fake-camera.h"

G_BEGIN_DECLS

/* What a person says who is asked for the camera, as the portal tells it. */
typedef enum
{
  FAKE_PORTAL_YES,
  FAKE_PORTAL_NO,
  FAKE_PORTAL_THINKS,
} FakePortalAnswer;

/*
 * The desktop's portal for cameras, on the session bus of the test: a real one takes a desktop.  It speaks from a
 * connection of its own.
 */
typedef struct
{
  GDBusConnection *bus;
  GDBusNodeInfo *about;
  guint name;
  guint object;
  gboolean owns;

  gboolean present;
  FakePortalAnswer answer;
  FakeCamera *camera; /* no-ref; NULL: PipeWire is gone */
  guint asked;
  guint closed; /* questions that were taken back */
} FakePortal;

FakePortal *fake_portal_new (FakePortalAnswer answer, FakeCamera *camera);
void fake_portal_free (FakePortal *self);
/* From then on nobody has its name. */
void fake_portal_leave (FakePortal *self);

G_END_DECLS

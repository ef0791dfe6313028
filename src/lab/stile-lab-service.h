/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-handler.h"
#include "atls/stile-identity.h"

G_BEGIN_DECLS

#define STILE_TYPE_LAB_SERVICE (stile_lab_service_get_type ())
G_DECLARE_FINAL_TYPE (StileLabService, stile_lab_service, STILE, LAB_SERVICE, GObject)

/**
 * StileLabServiceSettings:
 * @inner: who it is inside ATLS
 * @outer: who it is outside
 * @handler: answers what comes inside ATLS
 * @plain: (nullable): answers what comes without ATLS
 *
 * Borrowed.
 */
typedef struct
{
  StileIdentity *inner;
  StileIdentity *outer;
  StileHandler *handler;
  StileHandler *plain;
} StileLabServiceSettings;

GSocket *stile_lab_service_open_socket (char **url, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileLabService *stile_lab_service_new (GSocket *socket,
                                        const StileLabServiceSettings *settings,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_lab_service_stop (StileLabService *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "service/stile-service-config.h"

G_BEGIN_DECLS

#define STILE_TYPE_SERVICE (stile_service_get_type ())
G_DECLARE_FINAL_TYPE (StileService, stile_service, STILE, SERVICE, GObject)

StileService *stile_service_new (StileServiceConfig *config);
gboolean stile_service_start (StileService *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_service_reload (StileService *self,
                               StileServiceConfig *config,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_service_stop (StileService *self);
char *stile_service_get_address (StileService *self);
guint stile_service_get_n_workers (StileService *self);
gboolean stile_service_check (StileServiceConfig *config, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

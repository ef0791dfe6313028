/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-endpoint.h"

G_BEGIN_DECLS

#define STILE_TYPE_SERVICE_CONFIG (stile_service_config_get_type ())
G_DECLARE_FINAL_TYPE (StileServiceConfig, stile_service_config, STILE, SERVICE_CONFIG, GObject)

StileServiceConfig *stile_service_config_new (void);
gboolean stile_service_config_load (StileServiceConfig *self,
                                    const char *path,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_service_config_set (StileServiceConfig *self,
                                   const char *key,
                                   const char *value,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_service_config_check (StileServiceConfig *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *stile_service_config_get_text (StileServiceConfig *self, const char *key);
gboolean stile_service_config_get_flag (StileServiceConfig *self, const char *key);
guint stile_service_config_get_number (StileServiceConfig *self, const char *key);
void stile_service_config_get_limits (StileServiceConfig *self, StileEndpointLimits *limits);
gboolean stile_service_config_parse_export (const char *text, char **label, gsize *length);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-router.h"
#include "bootstrap/stile-ledger.h"
#include "bootstrap/stile-registrar.h"
#include "service/stile-service-config.h"

G_BEGIN_DECLS

/* The roles that a service has beside ATLS: registrar, MASA, EST server.  Each is switched on by itself. */
gboolean stile_service_roles_are_wanted (StileServiceConfig *config);
gboolean stile_service_roles_check (StileServiceConfig *config, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileLedger *stile_service_roles_open_ledger (StileServiceConfig *config,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileLedger *stile_service_roles_check_ledger (StileServiceConfig *config,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_service_roles_load (StileServiceConfig *config,
                                   StileLedger *ledger,
                                   StileRouter *router,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_service_roles_mount (StileServiceConfig *config, StileRouter *roles, StileRouter *router);

/* (nullable) with no error when the setting is empty */
GPtrArray *
stile_service_roles_load_certificates (StileServiceConfig *config, const char *key, GError **error);
StileIdentity *stile_service_roles_load_identity (StileServiceConfig *config,
                                                  const char *certificate,
                                                  const char *key,
                                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "service/stile-service-roles.h"

G_BEGIN_DECLS

/* The EST server of a service: with a CA of its own, or in front of another EST server. */
StileHandler *stile_service_est_load (StileServiceConfig *config,
                                      StileLedger *ledger,
                                      StileRegistrar *registrar,
                                      StileRouter *router,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

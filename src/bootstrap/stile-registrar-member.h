/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-registrar.h"

G_BEGIN_DECLS

/* Devices that have the domain's own certificate already, and show it in place of their manufacturer's. */
StileLedgerCertificate *
stile_registrar_member_find (StileRegistrar *registrar, StileExchange *exchange, GError **error);
gboolean stile_registrar_member_check (StileRegistrar *registrar,
                                       StileExchange *exchange,
                                       char **device_issuer,
                                       char **device_serial,
                                       guint *status,
                                       char **sentence);

G_END_DECLS

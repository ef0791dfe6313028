/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-ledger-database.h"

G_BEGIN_DECLS

gboolean stile_ledger_database_events_add (StileLedger *ledger,
                                           const char *issuer,
                                           const char *serial,
                                           const char *what,
                                           GVariant *details,
                                           GError **error);
GPtrArray *stile_ledger_database_events_list (StileLedger *ledger,
                                              const char *issuer,
                                              const char *serial,
                                              GError **error);

G_END_DECLS

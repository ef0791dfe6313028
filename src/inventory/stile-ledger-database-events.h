/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-ledger-database.h"

G_BEGIN_DECLS

/* Of one kind of one device: what is told to a registrar is from devices, and may not fill its disk. */
#define STILE_LEDGER_DATABASE_EVENTS_MAX 200

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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-ledger-database.h"

G_BEGIN_DECLS

StileLedgerDevice *stile_ledger_database_devices_find (StileLedger *ledger,
                                                       const char *issuer,
                                                       const char *serial,
                                                       GError **error);
gboolean stile_ledger_database_devices_set (StileLedger *ledger,
                                            const char *issuer,
                                            const char *serial,
                                            StileAdmission admission,
                                            const char *reason,
                                            GError **error);
GPtrArray *stile_ledger_database_devices_list (StileLedger *ledger, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-ledger-database.h"

G_BEGIN_DECLS

StilePrmDevice *
stile_ledger_database_prm_find (StileLedger *ledger, const char *issuer, const char *serial, GError **error);
StilePrmDevice *stile_ledger_database_prm_find_member (
    StileLedger *ledger, const char *digest, char **issuer, char **serial, GError **error);
gboolean stile_ledger_database_prm_put (StileLedger *ledger,
                                        const char *issuer,
                                        const char *serial,
                                        const StilePrmDevice *device,
                                        GError **error);

G_END_DECLS

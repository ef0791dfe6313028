/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-ledger-database.h"

G_BEGIN_DECLS

/* Requests of one device that its registrar remembers: each attempt makes one, of up to 64 KiB. */
#define STILE_LEDGER_DATABASE_VOUCHERS_MAX 32

StileLedgerVoucher *
stile_ledger_database_vouchers_find (StileLedger *ledger, const char *request, GError **error);
StileLedgerVoucher *stile_ledger_database_vouchers_find_last (StileLedger *ledger,
                                                              const char *issuer,
                                                              const char *serial,
                                                              GError **error);
gboolean
stile_ledger_database_vouchers_put (StileLedger *ledger, const StileLedgerVoucher *voucher, GError **error);

/* Inside a transaction. */
gboolean stile_ledger_database_vouchers_replace (StileDatabase *database,
                                                 const StileLedgerVoucher *voucher,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

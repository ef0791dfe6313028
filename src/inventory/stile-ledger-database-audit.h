/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-ledger-database.h"

G_BEGIN_DECLS

char *stile_ledger_database_audit_find_owner (StileLedger *ledger,
                                              const char *issuer,
                                              const char *serial,
                                              GError **error);
gboolean stile_ledger_database_audit_issue (StileLedger *ledger,
                                            const StileLedgerVoucher *voucher,
                                            const StileLedgerAuditEntry *entry,
                                            const char *owner,
                                            GError **error);
GPtrArray *stile_ledger_database_audit_list (StileLedger *ledger,
                                             const char *issuer,
                                             const char *serial,
                                             GError **error);

G_END_DECLS

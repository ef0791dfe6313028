/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-ledger-database.h"

G_BEGIN_DECLS

StileLedgerCertificate *
stile_ledger_database_certificates_find (StileLedger *ledger, const char *request, GError **error);
StileLedgerCertificate *
stile_ledger_database_certificates_find_by_serial (StileLedger *ledger, const char *serial, GError **error);
gboolean stile_ledger_database_certificates_add (StileLedger *ledger,
                                                 const StileLedgerCertificate *certificate,
                                                 GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-ledger.h"
#include "inventory/stile-database.h"

G_BEGIN_DECLS

#define STILE_TYPE_LEDGER_DATABASE (stile_ledger_database_get_type ())
G_DECLARE_FINAL_TYPE (StileLedgerDatabase, stile_ledger_database, STILE, LEDGER_DATABASE, GObject)

StileLedger *stile_ledger_database_new (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_ledger_database_check (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileDatabase *stile_ledger_database_get_database (StileLedger *ledger);

G_END_DECLS

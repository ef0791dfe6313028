/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-ledger-database-vouchers.h"

#include "inventory/stile-statement.h"

static StileLedgerVoucher *
read_voucher (StileStatement *statement)
{
  StileLedgerVoucher *voucher = g_new0 (StileLedgerVoucher, 1);

  voucher->request = stile_statement_get_text (statement, 0);
  voucher->issuer = stile_statement_get_text (statement, 1);
  voucher->serial = stile_statement_get_text (statement, 2);
  voucher->upstream_request = stile_statement_get_bytes (statement, 3);
  voucher->voucher = stile_statement_get_bytes (statement, 4);

  return voucher;
}

StileLedgerVoucher *
stile_ledger_database_vouchers_find (StileLedger *ledger, const char *request, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (stile_ledger_database_get_database (ledger),
                           "SELECT request, issuer, serial, upstream_request, voucher FROM vouchers "
                           "WHERE request = ?",
                           error);

  if (statement == NULL)
    return NULL;
  stile_statement_bind_text (statement, 1, request);

  return stile_statement_step (statement, error) == STILE_STATEMENT_ROW ? read_voucher (statement) : NULL;
}

StileLedgerVoucher *
stile_ledger_database_vouchers_find_last (StileLedger *ledger,
                                          const char *issuer,
                                          const char *serial,
                                          GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (stile_ledger_database_get_database (ledger),
                           "SELECT request, issuer, serial, upstream_request, voucher FROM vouchers "
                           "WHERE issuer = ? AND serial = ? AND voucher IS NOT NULL AND "
                           "upstream_request IS NOT NULL ORDER BY id DESC LIMIT 1",
                           error);

  if (statement == NULL)
    return NULL;
  stile_statement_bind_text (statement, 1, issuer);
  stile_statement_bind_text (statement, 2, serial);

  return stile_statement_step (statement, error) == STILE_STATEMENT_ROW ? read_voucher (statement) : NULL;
}

/* What somebody asks with stays until it is answered: two workers with one request must ask with the same bytes. */
static gboolean
remove_unanswered (StileDatabase *database, const StileLedgerVoucher *voucher, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (database,
                           "DELETE FROM vouchers WHERE request = ? AND voucher IS NULL AND "
                           "(upstream_request IS NULL OR ?)",
                           error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_text (statement, 1, voucher->request);
  stile_statement_bind_number (statement, 2, voucher->voucher != NULL);

  return stile_statement_run (statement, error);
}

static gboolean
insert (StileDatabase *database, const StileLedgerVoucher *voucher, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (database,
                           "INSERT INTO vouchers (request, issuer, serial, upstream_request, voucher) "
                           "VALUES (?, ?, ?, ?, ?) ON CONFLICT (request) DO NOTHING",
                           error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_text (statement, 1, voucher->request);
  stile_statement_bind_text (statement, 2, voucher->issuer);
  stile_statement_bind_text (statement, 3, voucher->serial);
  stile_statement_bind_bytes (statement, 4, voucher->upstream_request);
  stile_statement_bind_bytes (statement, 5, voucher->voucher);

  return stile_statement_run (statement, error);
}

/**
 * stile_ledger_database_vouchers_replace:
 *
 * A row with a voucher stays: it may have been answered.  One without goes when the new one has it, and the new one is the
 * device's newest.
 */
gboolean
stile_ledger_database_vouchers_replace (StileDatabase *database,
                                        const StileLedgerVoucher *voucher,
                                        GError **error)
{
  return remove_unanswered (database, voucher, error) && insert (database, voucher, error);
}

/* Of the registrar's: a MASA's are its answers for good, with a line each in the audit log. */
static gboolean
forget_oldest (StileDatabase *database, const StileLedgerVoucher *voucher, GError **error)
{
  g_autoptr (StileStatement) statement = stile_statement_new (
      database,
      "DELETE FROM vouchers WHERE issuer = ?1 AND serial = ?2 AND upstream_request IS NOT "
      "NULL AND id <= (SELECT id FROM vouchers WHERE issuer = ?1 AND serial = ?2 AND "
      "upstream_request IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET ?3)",
      error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_text (statement, 1, voucher->issuer);
  stile_statement_bind_text (statement, 2, voucher->serial);
  stile_statement_bind_number (statement, 3, STILE_LEDGER_DATABASE_VOUCHERS_MAX);

  return stile_statement_run (statement, error);
}

static gboolean
put (StileDatabase *database, gpointer user_data, GError **error)
{
  return stile_ledger_database_vouchers_replace (database, user_data, error) &&
         forget_oldest (database, user_data, error);
}

gboolean
stile_ledger_database_vouchers_put (StileLedger *ledger, const StileLedgerVoucher *voucher, GError **error)
{
  return stile_database_write (stile_ledger_database_get_database (ledger), put, (gpointer)voucher, error);
}

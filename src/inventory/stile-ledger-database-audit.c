/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-ledger-database-audit.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "inventory/stile-ledger-database-vouchers.h"
#include "inventory/stile-statement.h"

typedef struct
{
  const StileLedgerVoucher *voucher;
  const StileLedgerAuditEntry *entry;
  const char *owner;
} Issue;

char *
stile_ledger_database_audit_find_owner (StileLedger *ledger,
                                        const char *issuer,
                                        const char *serial,
                                        GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (stile_ledger_database_get_database (ledger),
                           "SELECT domain_id FROM owners WHERE issuer = ? AND serial = ?", error);

  if (statement == NULL)
    return NULL;
  stile_statement_bind_text (statement, 1, issuer);
  stile_statement_bind_text (statement, 2, serial);
  if (stile_statement_step (statement, error) != STILE_STATEMENT_ROW)
    return NULL;

  return stile_statement_get_text (statement, 0);
}

/* Another worker may have answered the same request since it was looked up: a second line in the log would tell of a
 * voucher that nobody got. */
static gboolean
check_unanswered (StileDatabase *database, const StileLedgerVoucher *voucher, GError **error)
{
  g_autoptr (StileStatement) statement = stile_statement_new (
      database, "SELECT 1 FROM vouchers WHERE request = ? AND voucher IS NOT NULL", error);
  StileStatementState state;

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_text (statement, 1, voucher->request);
  state = stile_statement_step (statement, error);
  if (state == STILE_STATEMENT_ROW)
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_RETRY, _ ("This request has its voucher already"));

  return state == STILE_STATEMENT_DONE;
}

static gboolean
insert_entry (StileDatabase *database, const Issue *issue, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (database,
                           "INSERT INTO audit (issuer, serial, date, domain_id, nonce, assertion) "
                           "VALUES (?, ?, ?, ?, ?, ?)",
                           error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_text (statement, 1, issue->voucher->issuer);
  stile_statement_bind_text (statement, 2, issue->voucher->serial);
  stile_statement_bind_number (statement, 3, issue->entry->date);
  stile_statement_bind_text (statement, 4, issue->entry->domain_id);
  stile_statement_bind_text (statement, 5, issue->entry->nonce);
  stile_statement_bind_text (statement, 6, issue->entry->assertion);

  return stile_statement_run (statement, error);
}

static gboolean
set_owner (StileDatabase *database, const Issue *issue, GError **error)
{
  g_autoptr (StileStatement) statement = stile_statement_new (
      database, "INSERT OR REPLACE INTO owners (issuer, serial, domain_id) VALUES (?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_text (statement, 1, issue->voucher->issuer);
  stile_statement_bind_text (statement, 2, issue->voucher->serial);
  stile_statement_bind_text (statement, 3, issue->owner);

  return stile_statement_run (statement, error);
}

static gboolean
issue_all (StileDatabase *database, gpointer user_data, GError **error)
{
  const Issue *issue = user_data;

  return check_unanswered (database, issue->voucher, error) && insert_entry (database, issue, error) &&
         stile_ledger_database_vouchers_replace (database, issue->voucher, error) &&
         set_owner (database, issue, error);
}

gboolean
stile_ledger_database_audit_issue (StileLedger *ledger,
                                   const StileLedgerVoucher *voucher,
                                   const StileLedgerAuditEntry *entry,
                                   const char *owner,
                                   GError **error)
{
  Issue issue = { voucher, entry, owner };

  return stile_database_write (stile_ledger_database_get_database (ledger), issue_all, &issue, error);
}

static StileLedgerAuditEntry *
read_entry (StileStatement *statement)
{
  StileLedgerAuditEntry *entry = g_new0 (StileLedgerAuditEntry, 1);

  entry->date = stile_statement_get_number (statement, 0);
  entry->domain_id = stile_statement_get_text (statement, 1);
  entry->nonce = stile_statement_get_text (statement, 2);
  entry->assertion = stile_statement_get_text (statement, 3);

  return entry;
}

GPtrArray *
stile_ledger_database_audit_list (StileLedger *ledger, const char *issuer, const char *serial, GError **error)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)stile_ledger_audit_entry_free);
  g_autoptr (StileStatement) statement = stile_statement_new (
      stile_ledger_database_get_database (ledger),
      "SELECT date, domain_id, nonce, assertion FROM audit WHERE issuer = ? AND serial = ? ORDER BY id",
      error);
  StileStatementState state;

  if (statement == NULL)
    return NULL;
  stile_statement_bind_text (statement, 1, issuer);
  stile_statement_bind_text (statement, 2, serial);
  while ((state = stile_statement_step (statement, error)) == STILE_STATEMENT_ROW)
    g_ptr_array_add (entries, read_entry (statement));

  return state == STILE_STATEMENT_DONE ? g_steal_pointer (&entries) : NULL;
}

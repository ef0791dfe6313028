/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-ledger-database-certificates.h"

#include "inventory/stile-statement.h"

static StileLedgerCertificate *
find (StileLedger *ledger, const char *sql, const char *key, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (stile_ledger_database_get_database (ledger), sql, error);
  StileLedgerCertificate *certificate;

  if (statement == NULL)
    return NULL;
  stile_statement_bind_text (statement, 1, key);
  if (stile_statement_step (statement, error) != STILE_STATEMENT_ROW)
    return NULL;

  certificate = g_new0 (StileLedgerCertificate, 1);
  certificate->serial = stile_statement_get_text (statement, 0);
  certificate->request = stile_statement_get_text (statement, 1);
  certificate->owner = stile_statement_get_text (statement, 2);
  certificate->issuer = stile_statement_get_text (statement, 3);
  certificate->device = stile_statement_get_text (statement, 4);
  certificate->der = stile_statement_get_bytes (statement, 5);
  return certificate;
}

/* A request has several when the first has run out since. */
StileLedgerCertificate *
stile_ledger_database_certificates_find (StileLedger *ledger, const char *request, GError **error)
{
  return find (ledger,
               "SELECT serial, request, owner, issuer, device, der FROM certificates WHERE request = ? "
               "ORDER BY id DESC LIMIT 1",
               request, error);
}

StileLedgerCertificate *
stile_ledger_database_certificates_find_by_serial (StileLedger *ledger, const char *serial, GError **error)
{
  return find (ledger,
               "SELECT serial, request, owner, issuer, device, der FROM certificates WHERE serial = ?",
               serial, error);
}

gboolean
stile_ledger_database_certificates_add (StileLedger *ledger,
                                        const StileLedgerCertificate *certificate,
                                        GError **error)
{
  g_autoptr (StileStatement) statement = stile_statement_new (
      stile_ledger_database_get_database (ledger),
      "INSERT INTO certificates (serial, request, owner, issuer, device, der) VALUES (?, ?, ?, ?, ?, ?)",
      error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_text (statement, 1, certificate->serial);
  stile_statement_bind_text (statement, 2, certificate->request);
  stile_statement_bind_text (statement, 3, certificate->owner);
  stile_statement_bind_text (statement, 4, certificate->issuer);
  stile_statement_bind_text (statement, 5, certificate->device);
  stile_statement_bind_bytes (statement, 6, certificate->der);

  return stile_statement_run (statement, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-ledger-database-devices.h"

#include "inventory/stile-statement.h"

/* What nobody knows any more counts as never seen: the registrar decides again. */
static StileAdmission
read_admission (const char *name)
{
  for (StileAdmission each = STILE_ADMISSION_NONE; each <= STILE_ADMISSION_QUARANTINED; each++)
    if (g_strcmp0 (name, stile_admission_get_name (each)) == 0)
      return each;

  return STILE_ADMISSION_NONE;
}

static StileLedgerDevice *
read_device (StileStatement *statement)
{
  StileLedgerDevice *device = g_new0 (StileLedgerDevice, 1);
  g_autofree char *admission = stile_statement_get_text (statement, 2);

  device->issuer = stile_statement_get_text (statement, 0);
  device->serial = stile_statement_get_text (statement, 1);
  device->admission = read_admission (admission);
  device->reason = stile_statement_get_text (statement, 3);
  device->changed = stile_statement_get_number (statement, 4);

  return device;
}

StileLedgerDevice *
stile_ledger_database_devices_find (StileLedger *ledger,
                                    const char *issuer,
                                    const char *serial,
                                    GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (stile_ledger_database_get_database (ledger),
                           "SELECT issuer, serial, admission, reason, changed FROM devices "
                           "WHERE issuer = ? AND serial = ?",
                           error);

  if (statement == NULL)
    return NULL;
  stile_statement_bind_text (statement, 1, issuer);
  stile_statement_bind_text (statement, 2, serial);

  return stile_statement_step (statement, error) == STILE_STATEMENT_ROW ? read_device (statement) : NULL;
}

gboolean
stile_ledger_database_devices_set (StileLedger *ledger,
                                   const char *issuer,
                                   const char *serial,
                                   StileAdmission admission,
                                   const char *reason,
                                   GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (stile_ledger_database_get_database (ledger),
                           "INSERT OR REPLACE INTO devices (issuer, serial, admission, reason, changed) "
                           "VALUES (?, ?, ?, ?, ?)",
                           error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_text (statement, 1, issuer);
  stile_statement_bind_text (statement, 2, serial);
  stile_statement_bind_text (statement, 3, stile_admission_get_name (admission));
  stile_statement_bind_text (statement, 4, reason);
  stile_statement_bind_number (statement, 5, g_get_real_time () / G_USEC_PER_SEC);

  return stile_statement_run (statement, error);
}

GPtrArray *
stile_ledger_database_devices_list (StileLedger *ledger, GError **error)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func ((GDestroyNotify)stile_ledger_device_free);
  g_autoptr (StileStatement) statement = stile_statement_new (
      stile_ledger_database_get_database (ledger),
      "SELECT issuer, serial, admission, reason, changed FROM devices ORDER BY issuer, serial", error);
  StileStatementState state = STILE_STATEMENT_FAILED;

  while (statement != NULL && (state = stile_statement_step (statement, error)) == STILE_STATEMENT_ROW)
    g_ptr_array_add (devices, read_device (statement));

  return state == STILE_STATEMENT_DONE ? g_steal_pointer (&devices) : NULL;
}

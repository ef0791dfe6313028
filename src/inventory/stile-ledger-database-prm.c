/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-ledger-database-prm.h"

#include "inventory/stile-statement.h"

#define COLUMNS "issuer, serial, idevid, ldevid, triggered_on, requested_on, enrolled_on"

static gboolean
read_certificate (StileStatement *statement, int column, StileCertificate **certificate, GError **error)
{
  g_autoptr (GBytes) der = stile_statement_get_bytes (statement, column);

  if (der == NULL)
    return TRUE;

  *certificate = stile_certificate_new_from_der (der, error);
  return *certificate != NULL;
}

static StilePrmDevice *
read_device (StileStatement *statement, GError **error)
{
  g_autoptr (StilePrmDevice) device = g_new0 (StilePrmDevice, 1);

  if (!read_certificate (statement, 2, &device->idevid, error) ||
      !read_certificate (statement, 3, &device->ldevid, error))
    return NULL;

  device->triggered_on = stile_statement_get_number (statement, 4);
  device->requested_on = stile_statement_get_number (statement, 5);
  device->enrolled_on = stile_statement_get_number (statement, 6);
  return g_steal_pointer (&device);
}

StilePrmDevice *
stile_ledger_database_prm_find (StileLedger *ledger, const char *issuer, const char *serial, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (stile_ledger_database_get_database (ledger),
                           "SELECT " COLUMNS " FROM prm_devices WHERE issuer = ? AND serial = ?", error);

  if (statement == NULL)
    return NULL;
  stile_statement_bind_text (statement, 1, issuer);
  stile_statement_bind_text (statement, 2, serial);

  return stile_statement_step (statement, error) == STILE_STATEMENT_ROW ? read_device (statement, error)
                                                                        : NULL;
}

StilePrmDevice *
stile_ledger_database_prm_find_member (
    StileLedger *ledger, const char *digest, char **issuer, char **serial, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (stile_ledger_database_get_database (ledger),
                           "SELECT " COLUMNS " FROM prm_devices WHERE ldevid_digest = ?", error);

  if (statement == NULL)
    return NULL;
  stile_statement_bind_text (statement, 1, digest);
  if (stile_statement_step (statement, error) != STILE_STATEMENT_ROW)
    return NULL;

  *issuer = stile_statement_get_text (statement, 0);
  *serial = stile_statement_get_text (statement, 1);
  return read_device (statement, error);
}

gboolean
stile_ledger_database_prm_put (
    StileLedger *ledger, const char *issuer, const char *serial, const StilePrmDevice *device, GError **error)
{
  GBytes *ldevid = device->ldevid != NULL ? stile_certificate_get_der (device->ldevid) : NULL;
  g_autofree char *digest = ldevid != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, ldevid) : NULL;
  g_autoptr (StileStatement) statement = stile_statement_new (
      stile_ledger_database_get_database (ledger),
      "INSERT OR REPLACE INTO prm_devices (issuer, serial, idevid, ldevid, ldevid_digest, triggered_on, "
      "requested_on, enrolled_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_text (statement, 1, issuer);
  stile_statement_bind_text (statement, 2, serial);
  stile_statement_bind_bytes (statement, 3, stile_certificate_get_der (device->idevid));
  stile_statement_bind_bytes (statement, 4, ldevid);
  stile_statement_bind_text (statement, 5, digest);
  stile_statement_bind_number (statement, 6, device->triggered_on);
  stile_statement_bind_number (statement, 7, device->requested_on);
  stile_statement_bind_number (statement, 8, device->enrolled_on);

  return stile_statement_run (statement, error);
}

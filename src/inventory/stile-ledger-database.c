/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-ledger-database.h"

#include "inventory/stile-database-schema.h"
#include "inventory/stile-ledger-database-audit.h"
#include "inventory/stile-ledger-database-certificates.h"
#include "inventory/stile-ledger-database-devices.h"
#include "inventory/stile-ledger-database-events.h"
#include "inventory/stile-ledger-database-prm.h"
#include "inventory/stile-ledger-database-vouchers.h"

/**
 * StileLedgerDatabase:
 *
 * A ledger in SQLite: what a call has written is on the disk when it returns.  One file beside this for each table.
 */
struct _StileLedgerDatabase
{
  GObject parent_instance;

  StileDatabase *database;
};

static void ledger_init (StileLedgerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileLedgerDatabase,
                               stile_ledger_database,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_LEDGER, ledger_init))

static void
stile_ledger_database_finalize (GObject *object)
{
  g_clear_object (&STILE_LEDGER_DATABASE (object)->database);

  G_OBJECT_CLASS (stile_ledger_database_parent_class)->finalize (object);
}

static void
stile_ledger_database_class_init (StileLedgerDatabaseClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_ledger_database_finalize;
}

static void
stile_ledger_database_init (StileLedgerDatabase *self)
{
}

/**
 * stile_ledger_database_new:
 * @path: a file, which is made when there is none, or %STILE_DATABASE_MEMORY
 * @error: as stile_database_new()
 */
StileLedger *
stile_ledger_database_new (const char *path, GError **error)
{
  g_autoptr (StileDatabase) database = stile_database_new (path, stile_database_schema, error);
  StileLedgerDatabase *self;

  if (database == NULL)
    return NULL;

  self = g_object_new (STILE_TYPE_LEDGER_DATABASE, NULL);
  self->database = g_steal_pointer (&database);
  return STILE_LEDGER (self);
}

/**
 * stile_ledger_database_check:
 * @error: as stile_database_new()
 *
 * Whether stile_ledger_database_new() would do; changes nothing.
 */
gboolean
stile_ledger_database_check (const char *path, GError **error)
{
  return stile_database_check (path, stile_database_schema, error);
}

/**
 * stile_ledger_database_get_database:
 * @ledger: a #StileLedgerDatabase
 *
 * Returns: (transfer none): what it writes to
 */
StileDatabase *
stile_ledger_database_get_database (StileLedger *ledger)
{
  return STILE_LEDGER_DATABASE (ledger)->database;
}

/* --- several writes at once --- */

typedef struct
{
  StileLedger *ledger;
  StileLedgerFunc func;
  gpointer user_data;
} Work;

static gboolean
work (StileDatabase *database, gpointer user_data, GError **error)
{
  Work *self = user_data;

  return self->func (self->ledger, self->user_data, error);
}

static gboolean
write_together (StileLedger *ledger, StileLedgerFunc func, gpointer user_data, GError **error)
{
  Work self = { ledger, func, user_data };

  return stile_database_write (STILE_LEDGER_DATABASE (ledger)->database, work, &self, error);
}

static void
ledger_init (StileLedgerInterface *iface)
{
  iface->write = write_together;
  iface->find_device = stile_ledger_database_devices_find;
  iface->set_admission = stile_ledger_database_devices_set;
  iface->list_devices = stile_ledger_database_devices_list;
  iface->find_voucher = stile_ledger_database_vouchers_find;
  iface->put_voucher = stile_ledger_database_vouchers_put;
  iface->find_last_voucher = stile_ledger_database_vouchers_find_last;
  iface->add_event = stile_ledger_database_events_add;
  iface->list_events = stile_ledger_database_events_list;
  iface->find_owner = stile_ledger_database_audit_find_owner;
  iface->issue_voucher = stile_ledger_database_audit_issue;
  iface->list_audit = stile_ledger_database_audit_list;
  iface->find_certificate = stile_ledger_database_certificates_find;
  iface->find_certificate_by_serial = stile_ledger_database_certificates_find_by_serial;
  iface->add_certificate = stile_ledger_database_certificates_add;
  iface->find_prm_device = stile_ledger_database_prm_find;
  iface->find_prm_member = stile_ledger_database_prm_find_member;
  iface->put_prm_device = stile_ledger_database_prm_put;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-records.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "inventory/stile-statement.h"

/* --- devices --- */

/* A state that a newer program wrote is one that this one starts from the beginning. */
static StileDevice *
read_device (StileStatement *statement)
{
  g_autofree char *serial = stile_statement_get_text (statement, 2);
  g_autofree char *address = stile_statement_get_text (statement, 3);
  g_autofree char *name = stile_statement_get_text (statement, 4);
  g_autofree char *model = stile_statement_get_text (statement, 5);
  g_autofree char *note = stile_statement_get_text (statement, 6);
  g_autofree char *state_name = stile_statement_get_text (statement, 7);
  g_autofree char *message = stile_statement_get_text (statement, 9);
  const StileDeviceSpec spec = { serial, address, name, model, note };
  StileDevice *device = stile_device_new (stile_statement_get_number (statement, 0), &spec);
  StileDeviceState state = STILE_DEVICE_NEW;

  if (!stile_device_state_parse (state_name, &state))
    g_warning ("Device %s is in a state that nobody knows: %s", serial, state_name);
  stile_device_set_position (device, stile_statement_get_number (statement, 1));
  stile_device_update (
      device, state, (StilePrmStep)CLAMP (stile_statement_get_number (statement, 8), 0, STILE_PRM_STEP_DONE),
      message, stile_statement_get_number (statement, 10), stile_statement_get_number (statement, 11));
  return device;
}

/**
 * stile_device_records_list:
 *
 * Returns: (transfer full) (element-type StileDevice): all of them, in the order of the queue
 */
GPtrArray *
stile_device_records_list (StileDatabase *database, GError **error)
{
  g_autoptr (StileStatement) statement = stile_statement_new (
      database,
      "SELECT id, position, serial, address, name, model, note, state, step, message, until, changed FROM "
      "devices ORDER BY position, id",
      error);
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  StileStatementState state = STILE_STATEMENT_FAILED;

  while (statement != NULL && (state = stile_statement_step (statement, error)) == STILE_STATEMENT_ROW)
    g_ptr_array_add (devices, read_device (statement));

  return state == STILE_STATEMENT_DONE ? g_steal_pointer (&devices) : NULL;
}

static gint64
read_last_id (StileDatabase *database)
{
  g_autoptr (StileStatement) statement = stile_statement_new (database, "SELECT last_insert_rowid ()", NULL);

  return statement != NULL && stile_statement_step (statement, NULL) == STILE_STATEMENT_ROW
             ? stile_statement_get_number (statement, 0)
             : 0;
}

static gboolean
insert (StileDatabase *database, const StileDeviceSpec *spec, gint64 position, gint64 now, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (database,
                           "INSERT INTO devices (position, serial, address, name, model, note, state, step, "
                           "until, changed) VALUES (?, ?, ?, ?, ?, ?, 'new', 0, 0, ?)",
                           error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_number (statement, 1, position);
  stile_statement_bind_text (statement, 2, spec->serial);
  stile_statement_bind_text (statement, 3, spec->address);
  stile_statement_bind_text (statement, 4, spec->name);
  stile_statement_bind_text (statement, 5, spec->model);
  stile_statement_bind_text (statement, 6, spec->note);
  stile_statement_bind_number (statement, 7, now);

  return stile_statement_run (statement, error);
}

/**
 * stile_device_records_insert:
 * @position: in the queue
 *
 * Returns: (transfer full): the new device
 */
StileDevice *
stile_device_records_insert (StileDatabase *database,
                             const StileDeviceSpec *spec,
                             gint64 position,
                             GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  StileDevice *device;

  if (!insert (database, spec, position, now, error))
    return NULL;

  device = stile_device_new (read_last_id (database), spec);
  stile_device_set_position (device, position);
  stile_device_update (device, STILE_DEVICE_NEW, STILE_PRM_STEP_VOUCHER_TRIGGER, NULL, 0, now);
  return device;
}

/**
 * stile_device_records_remove:
 *
 * Forgets a device, with all that was collected of it.
 */
gboolean
stile_device_records_remove (StileDatabase *database, StileDevice *device, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (database, "DELETE FROM devices WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_number (statement, 1, stile_device_get_id (device));

  return stile_statement_run (statement, error);
}

/**
 * stile_device_records_set_address:
 * @address: (nullable): where it is now
 */
gboolean
stile_device_records_set_address (StileDatabase *database,
                                  StileDevice *device,
                                  const char *address,
                                  GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (database, "UPDATE devices SET address = ? WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_text (statement, 1, address);
  stile_statement_bind_number (statement, 2, stile_device_get_id (device));

  return stile_statement_run (statement, error);
}

/**
 * stile_device_records_set_position:
 * @position: where in the queue
 */
gboolean
stile_device_records_set_position (StileDatabase *database,
                                   StileDevice *device,
                                   gint64 position,
                                   GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (database, "UPDATE devices SET position = ? WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_number (statement, 1, position);
  stile_statement_bind_number (statement, 2, stile_device_get_id (device));

  return stile_statement_run (statement, error);
}

/* --- changes --- */

/* On the disk nothing is running: after a kill it is its turn again. */
static const char *
get_kept_state (StileDeviceState state)
{
  return stile_device_state_get_name (state == STILE_DEVICE_RUNNING ? STILE_DEVICE_QUEUED : state);
}

static gboolean
write_state (StileDatabase *database, const StileDeviceChange *change, gint64 now, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (database,
                           "UPDATE devices SET state = ?, step = ?, message = ?, until = ?, changed = ?, "
                           "agent = CASE WHEN ? THEN ? ELSE coalesce (?, agent) END WHERE id = ?",
                           error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_text (statement, 1, get_kept_state (change->state));
  stile_statement_bind_number (statement, 2, change->step);
  stile_statement_bind_text (statement, 3, change->message);
  stile_statement_bind_number (statement, 4, change->until);
  stile_statement_bind_number (statement, 5, now);
  stile_statement_bind_number (statement, 6, change->forgets);
  stile_statement_bind_text (statement, 7, change->agent);
  stile_statement_bind_text (statement, 8, change->agent);
  stile_statement_bind_number (statement, 9, stile_device_get_id (change->device));

  return stile_statement_run (statement, error);
}

static gboolean
forget_artefacts (StileDatabase *database, const StileDeviceChange *change, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (database, "DELETE FROM artefacts WHERE device = ?", error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_number (statement, 1, stile_device_get_id (change->device));

  return stile_statement_run (statement, error);
}

static gboolean
write_artefact (StileDatabase *database, const StileDeviceChange *change, gint64 now, GError **error)
{
  g_autoptr (StileStatement) statement = stile_statement_new (
      database, "INSERT OR REPLACE INTO artefacts (device, step, bytes, date) VALUES (?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_number (statement, 1, stile_device_get_id (change->device));
  stile_statement_bind_text (statement, 2, stile_prm_step_get_name (change->artefact_step));
  stile_statement_bind_bytes (statement, 3, change->artefact);
  stile_statement_bind_number (statement, 4, now);

  return stile_statement_run (statement, error);
}

static gboolean
write_event (StileDatabase *database, const StileDeviceChange *change, gint64 now, GError **error)
{
  g_autoptr (StileStatement) statement = stile_statement_new (
      database, "INSERT INTO events (device, date, what, text) VALUES (?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_number (statement, 1, stile_device_get_id (change->device));
  stile_statement_bind_number (statement, 2, now);
  stile_statement_bind_text (statement, 3, change->what);
  stile_statement_bind_text (statement, 4, change->text);

  return stile_statement_run (statement, error);
}

/**
 * stile_device_records_apply:
 * @now: Unix seconds
 *
 * Writes a change; inside a transaction of the caller's.
 */
gboolean
stile_device_records_apply (StileDatabase *database,
                            const StileDeviceChange *change,
                            gint64 now,
                            GError **error)
{
  return write_state (database, change, now, error) &&
         (!change->forgets || forget_artefacts (database, change, error)) &&
         (change->artefact == NULL || write_artefact (database, change, now, error)) &&
         (change->what == NULL || write_event (database, change, now, error));
}

/* --- what was collected --- */

static gboolean
find_step (const char *name, StilePrmStep *step)
{
  for (guint i = 0; i < STILE_PRM_N_STEPS; i++)
    if (g_strcmp0 (stile_prm_step_get_name ((StilePrmStep)i), name) == 0)
      {
        *step = (StilePrmStep)i;
        return TRUE;
      }

  return FALSE;
}

static gboolean
read_agent (StileDatabase *database, StileDevice *device, StilePrmDossier *dossier, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (database, "SELECT agent FROM devices WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_number (statement, 1, stile_device_get_id (device));
  if (stile_statement_step (statement, error) == STILE_STATEMENT_ROW)
    {
      dossier->agent = stile_statement_get_text (statement, 0);
      return TRUE;
    }

  if (error != NULL && *error == NULL)
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("The device “%s” is not in the list any more"),
                 stile_device_get_serial (device));
  return FALSE;
}

static gboolean
read_artefacts (StileDatabase *database, StileDevice *device, StilePrmDossier *dossier, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (database, "SELECT step, bytes FROM artefacts WHERE device = ?", error);
  StileStatementState state = STILE_STATEMENT_FAILED;

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_number (statement, 1, stile_device_get_id (device));
  while ((state = stile_statement_step (statement, error)) == STILE_STATEMENT_ROW)
    {
      g_autofree char *name = stile_statement_get_text (statement, 0);
      g_autoptr (GBytes) bytes = stile_statement_get_bytes (statement, 1);
      StilePrmStep step;

      if (find_step (name, &step))
        stile_prm_dossier_take (dossier, step, bytes);
    }

  return state == STILE_STATEMENT_DONE;
}

/**
 * stile_device_records_load_dossier:
 *
 * Returns: (transfer full): all that was collected of a device
 */
StilePrmDossier *
stile_device_records_load_dossier (StileDatabase *database, StileDevice *device, GError **error)
{
  g_autoptr (StilePrmDossier) dossier = stile_prm_dossier_new (stile_device_get_serial (device));

  return read_agent (database, device, dossier, error) && read_artefacts (database, device, dossier, error)
             ? g_steal_pointer (&dossier)
             : NULL;
}

/**
 * stile_device_records_list_events:
 *
 * Returns: (transfer full): what happened to a device, the oldest first: a(xss) of Unix seconds, word and sentence
 */
GVariant *
stile_device_records_list_events (StileDatabase *database, StileDevice *device, GError **error)
{
  g_autoptr (StileStatement) statement = stile_statement_new (
      database, "SELECT date, what, text FROM events WHERE device = ? ORDER BY id", error);
  g_auto (GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(xss)"));
  StileStatementState state;

  if (statement == NULL)
    return NULL;
  stile_statement_bind_number (statement, 1, stile_device_get_id (device));
  while ((state = stile_statement_step (statement, error)) == STILE_STATEMENT_ROW)
    {
      g_autofree char *what = stile_statement_get_text (statement, 1);
      g_autofree char *text = stile_statement_get_text (statement, 2);

      g_variant_builder_add (&list, "(xss)", stile_statement_get_number (statement, 0), what,
                             text != NULL ? text : "");
    }

  return state == STILE_STATEMENT_DONE ? g_variant_ref_sink (g_variant_builder_end (&list)) : NULL;
}

/* --- registrars --- */

/**
 * stile_device_records_put_registrar:
 * @certificate: what the registrar at @url showed
 *
 * For work on site without a network (BOOTSTRAP A2).
 */
gboolean
stile_device_records_put_registrar (
    StileDatabase *database, const char *url, StileCertificate *certificate, gint64 now, GError **error)
{
  g_autoptr (StileStatement) statement = stile_statement_new (
      database, "INSERT OR REPLACE INTO registrars (url, certificate, date) VALUES (?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  stile_statement_bind_text (statement, 1, url);
  stile_statement_bind_bytes (statement, 2, stile_certificate_get_der (certificate));
  stile_statement_bind_number (statement, 3, now);

  return stile_statement_run (statement, error);
}

/**
 * stile_device_records_find_registrar:
 *
 * Returns: (transfer full) (nullable): what it showed when it was met; %NULL with no error when it never was
 */
StileCertificate *
stile_device_records_find_registrar (StileDatabase *database, const char *url, GError **error)
{
  g_autoptr (StileStatement) statement =
      stile_statement_new (database, "SELECT certificate FROM registrars WHERE url = ?", error);
  g_autoptr (GBytes) der = NULL;

  if (statement == NULL)
    return NULL;
  stile_statement_bind_text (statement, 1, url);
  if (stile_statement_step (statement, error) != STILE_STATEMENT_ROW)
    return NULL;

  der = stile_statement_get_bytes (statement, 0);
  return stile_certificate_new_from_der (der, error);
}

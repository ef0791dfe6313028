/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-edits.h"

struct _StileDeviceEdits
{
  StileDatabase *database;
  GQueue waiting; /* of GTask with an Edit */
  gboolean writing;
};

typedef struct
{
  StileDeviceEdits *edits; /* no-ref: the store has it, and the task has the store */
  const StileDeviceEditKind *kind;
  gpointer data;
} Edit;

static void
edit_free (gpointer data)
{
  Edit *edit = data;

  edit->kind->free (edit->data);
  g_free (edit);
}

/**
 * stile_device_edits_new:
 *
 * Returns: (transfer full): nothing is to be done
 */
StileDeviceEdits *
stile_device_edits_new (StileDatabase *database)
{
  StileDeviceEdits *self = g_new0 (StileDeviceEdits, 1);

  self->database = g_object_ref (database);
  return self;
}

void
stile_device_edits_free (StileDeviceEdits *self)
{
  /* A task holds the store, which holds us: none can be left. */
  g_assert (g_queue_is_empty (&self->waiting) && !self->writing);
  g_object_unref (self->database);
  g_free (self);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Edit *edit = g_task_get_task_data (data);
  GError *error = NULL;

  if (stile_database_write (edit->edits->database, edit->kind->write, edit->data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void begin_next (StileDeviceEdits *self);

static void
written (GObject *store, GAsyncResult *result, gpointer user_data)
{
  GTask *task = g_task_get_task_data (G_TASK (result));
  Edit *edit = g_task_get_task_data (task);
  StileDeviceEdits *self = edit->edits;
  GError *error = NULL;

  self->writing = FALSE;
  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      edit->kind->show (store, edit->data);
      g_task_return_boolean (task, TRUE);
    }
  else
    g_task_return_error (task, error);

  begin_next (self);
}

/* Whoever cancels before this takes it back; from now on it is done, and told as done. */
static void
begin (StileDeviceEdits *self, GTask *task)
{
  GObject *store = g_task_get_source_object (task);
  Edit *edit = g_task_get_task_data (task);
  g_autoptr (GTask) writing = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;

  self->writing = TRUE;
  if (edit->kind->prepare != NULL)
    edit->kind->prepare (store, edit->data);
  writing = g_task_new (store, NULL, written, NULL);
  g_task_set_source_tag (writing, begin);
  g_task_set_task_data (writing, g_object_ref (task), g_object_unref);
  g_task_run_in_thread (writing, write_in_thread);
}

static void
begin_next (StileDeviceEdits *self)
{
  while (!self->writing && !g_queue_is_empty (&self->waiting))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);

      begin (self, task);
    }
}

/**
 * stile_device_edits_run:
 * @task: (transfer full): of the store, a boolean is returned with it
 * @kind: what is done
 * @data: (transfer full): with what
 *
 * Does it when all that was asked for before is done.
 */
void
stile_device_edits_run (StileDeviceEdits *self, GTask *task, const StileDeviceEditKind *kind, gpointer data)
{
  Edit *edit = g_new0 (Edit, 1);

  edit->edits = self;
  edit->kind = kind;
  edit->data = data;
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, edit, edit_free);
  g_queue_push_tail (&self->waiting, task);
  begin_next (self);
}

/**
 * stile_device_edits_get_data:
 *
 * Returns: (transfer none): what stile_device_edits_run() was given
 */
gpointer
stile_device_edits_get_data (GTask *task)
{
  Edit *edit = g_task_get_task_data (task);

  return edit->data;
}

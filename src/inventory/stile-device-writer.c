/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-writer.h"

#include "inventory/stile-device-records.h"

/**
 * StileDeviceWriter:
 *
 * Writes what becomes of devices, in a thread, one transaction at a time: what comes meanwhile is the next one, and shares the
 * one wait for the disk.  What was written is shown then.  A store holds it.
 */
struct _StileDeviceWriter
{
  GObject parent_instance;

  StileDatabase *database;
  GPtrArray *pending; /* of GTask with a StileDeviceChange: the next transaction */
  gboolean writing;
};

G_DEFINE_FINAL_TYPE (StileDeviceWriter, stile_device_writer, G_TYPE_OBJECT)

/* What goes into one transaction. */
typedef struct
{
  GPtrArray *tasks;  /* of GTask with a StileDeviceChange */
  GPtrArray *errors; /* of GError, one a task, NULL for what was written; empty when all was */
  gint64 now;
} Batch;

/* What goes into one of its own. */
typedef struct
{
  const StileDeviceChange *change;
  gint64 now;
} Single;

static void
batch_free (gpointer data)
{
  Batch *batch = data;

  g_ptr_array_unref (batch->tasks);
  g_ptr_array_unref (batch->errors);
  g_free (batch);
}

static void
stile_device_writer_finalize (GObject *object)
{
  StileDeviceWriter *self = STILE_DEVICE_WRITER (object);

  /* A task holds us: none can be left. */
  g_assert (self->pending->len == 0);
  g_ptr_array_unref (self->pending);
  g_clear_object (&self->database);

  G_OBJECT_CLASS (stile_device_writer_parent_class)->finalize (object);
}

static void
stile_device_writer_class_init (StileDeviceWriterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_device_writer_finalize;
}

static void
stile_device_writer_init (StileDeviceWriter *self)
{
  self->pending = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * stile_device_writer_new:
 *
 * Returns: (transfer full): what writes to @database
 */
StileDeviceWriter *
stile_device_writer_new (StileDatabase *database)
{
  StileDeviceWriter *self = g_object_new (STILE_TYPE_DEVICE_WRITER, NULL);

  self->database = g_object_ref (database);
  return self;
}

static gboolean
write_batch (StileDatabase *database, gpointer data, GError **error)
{
  Batch *batch = data;

  for (guint i = 0; i < batch->tasks->len; i++)
    if (!stile_device_records_apply (database, g_task_get_task_data (g_ptr_array_index (batch->tasks, i)),
                                     batch->now, error))
      return FALSE;

  return TRUE;
}

static gboolean
write_single (StileDatabase *database, gpointer data, GError **error)
{
  const Single *single = data;

  return stile_device_records_apply (database, single->change, single->now, error);
}

static void
free_error (gpointer data)
{
  GError *error = data;

  g_clear_error (&error);
}

/* One that cannot be written, of a device that is gone perhaps, must not take the others with it. */
static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  StileDatabase *database = STILE_DEVICE_WRITER (source)->database;
  Batch *batch = data;

  if (!stile_database_write (database, write_batch, batch, NULL))
    for (guint i = 0; i < batch->tasks->len; i++)
      {
        Single single = { g_task_get_task_data (g_ptr_array_index (batch->tasks, i)), batch->now };
        GError *error = NULL;

        (void)!stile_database_write (database, write_single, &single, &error);
        g_ptr_array_add (batch->errors, error);
      }

  g_task_return_boolean (task, TRUE);
}

static void
show (GTask *task, gint64 now, const GError *error)
{
  const StileDeviceChange *change = g_task_get_task_data (task);

  if (error != NULL)
    {
      g_task_return_error (task, g_error_copy (error));
      return;
    }

  stile_device_update (change->device, change->state, change->step, change->message, change->until, now);
  g_task_return_boolean (task, TRUE);
}

static void write_pending (StileDeviceWriter *self);

static void
written (GObject *object, GAsyncResult *result, gpointer user_data)
{
  StileDeviceWriter *self = STILE_DEVICE_WRITER (object);
  Batch *batch = g_task_get_task_data (G_TASK (result));

  self->writing = FALSE;
  for (guint i = 0; i < batch->tasks->len; i++)
    show (g_ptr_array_index (batch->tasks, i), batch->now,
          batch->errors->len > 0 ? g_ptr_array_index (batch->errors, i) : NULL);
  write_pending (self);
}

static void
write_pending (StileDeviceWriter *self)
{
  g_autoptr (GTask) task = NULL;
  Batch *batch;

  if (self->writing || self->pending->len == 0)
    return;

  self->writing = TRUE;
  batch = g_new0 (Batch, 1);
  batch->tasks = g_steal_pointer (&self->pending);
  batch->errors = g_ptr_array_new_with_free_func (free_error);
  batch->now = g_get_real_time () / G_USEC_PER_SEC;
  self->pending = g_ptr_array_new_with_free_func (g_object_unref);
  task = g_task_new (self, NULL, written, NULL);
  g_task_set_source_tag (task, write_pending);
  g_task_set_task_data (task, batch, batch_free);
  g_task_run_in_thread (task, write_in_thread);
}

/**
 * stile_device_writer_write_async:
 * @change: (transfer full): what becomes of a device
 *
 * There is no way to take it back halfway.
 */
void
stile_device_writer_write_async (StileDeviceWriter *self,
                                 StileDeviceChange *change,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, stile_device_writer_write_async);
  g_task_set_task_data (task, change, (GDestroyNotify)stile_device_change_free);
  g_ptr_array_add (self->pending, task);
  write_pending (self);
}

/**
 * stile_device_writer_write_finish:
 *
 * Returns: whether it is on the disk, and the device shows it; if not, the device is as it was
 */
gboolean
stile_device_writer_write_finish (StileDeviceWriter *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-relay.h"

/* One TLS record. */
#define PART_SIZE 16384

/* Both directions of one relay. */
typedef struct
{
  GByteArray *seen;
  guint running; /* directions that still flow */
  GError *error; /* the first, or NULL */
} Relay;

typedef struct
{
  GTask *task;
  GInputStream *from;
  GOutputStream *to;
  GBytes *part; /* being written */
} Pump;

static void
relay_free (gpointer data)
{
  Relay *relay = data;

  g_byte_array_unref (relay->seen);
  g_clear_error (&relay->error);
  g_free (relay);
}

static void
pump_free (Pump *pump)
{
  g_clear_pointer (&pump->part, g_bytes_unref);
  g_object_unref (pump->from);
  g_object_unref (pump->to);
  g_object_unref (pump->task);
  g_free (pump);
}

static Pump *
pump_new (GTask *task, GIOStream *from, GIOStream *to)
{
  Pump *pump = g_new0 (Pump, 1);

  pump->task = g_object_ref (task);
  pump->from = g_object_ref (g_io_stream_get_input_stream (from));
  pump->to = g_object_ref (g_io_stream_get_output_stream (to));

  return pump;
}

/* The first direction to end stops the other. */
static void
pump_end (Pump *pump, GError *error)
{
  g_autoptr (GTask) task = g_object_ref (pump->task);
  Relay *relay = g_task_get_task_data (task);

  pump_free (pump);
  if (relay->running == 2)
    relay->error = g_steal_pointer (&error);
  g_clear_error (&error);
  relay->running--;

  if (relay->running > 0)
    g_cancellable_cancel (g_task_get_cancellable (task));
  else if (relay->error != NULL)
    g_task_return_error (task, g_steal_pointer (&relay->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void pump_read (Pump *pump);

static void
part_written (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  gboolean written = g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, &error);
  Pump *pump = user_data;

  g_clear_pointer (&pump->part, g_bytes_unref);
  if (written)
    pump_read (pump);
  else
    pump_end (pump, error);
}

static void
part_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  GBytes *part = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);
  Pump *pump = user_data;
  Relay *relay = g_task_get_task_data (pump->task);
  gconstpointer data;
  gsize length;

  pump->part = part;
  data = part != NULL ? g_bytes_get_data (part, &length) : NULL;
  if (data == NULL || length == 0)
    {
      pump_end (pump, error);
      return;
    }

  stile_lab_relay_remember (relay->seen, data, length);
  g_output_stream_write_all_async (pump->to, data, length, G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (pump->task), part_written, pump);
}

static void
pump_read (Pump *pump)
{
  g_input_stream_read_bytes_async (pump->from, PART_SIZE, G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (pump->task), part_read, pump);
}

/**
 * stile_lab_relay_remember:
 * @seen: what has been kept so far
 *
 * Keeps what was read, as far as there is room.
 */
void
stile_lab_relay_remember (GByteArray *seen, gconstpointer data, gsize length)
{
  gsize room = STILE_LAB_RELAY_MAX_SEEN - MIN (seen->len, STILE_LAB_RELAY_MAX_SEEN);

  g_byte_array_append (seen, data, (guint)MIN (length, room));
}

/**
 * stile_lab_relay_run_async:
 * @left: one side, the task's source
 * @right: the other
 * @seen: gets what passes, either way
 * @cancellable: stops the relay; it is cancelled here when one of the sides ends, and is for nothing else
 *
 * Passes on what comes from either side until one of them ends.  Closes neither.
 */
void
stile_lab_relay_run_async (GIOStream *left,
                           GIOStream *right,
                           GByteArray *seen,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (left, cancellable, callback, user_data);
  Relay *relay = g_new0 (Relay, 1);

  relay->seen = g_byte_array_ref (seen);
  relay->running = 2;
  g_task_set_source_tag (task, stile_lab_relay_run_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, relay, relay_free);
  pump_read (pump_new (task, left, right));
  pump_read (pump_new (task, right, left));
}

/**
 * stile_lab_relay_run_finish:
 *
 * Returns: %FALSE when it broke
 */
gboolean
stile_lab_relay_run_finish (GIOStream *left, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

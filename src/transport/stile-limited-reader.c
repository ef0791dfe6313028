/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-limited-reader.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"

#define PART_SIZE (64 * 1024)

typedef struct
{
  gsize limit;
  gboolean truncate;
  GByteArray *bytes;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_byte_array_unref (reading->bytes);
  g_free (reading);
}

static void read_part (GTask *task);

static void
return_bytes (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);

  g_task_return_pointer (task, g_bytes_new (reading->bytes->data, reading->bytes->len),
                         (GDestroyNotify)g_bytes_unref);
}

static void
part_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) part = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);
  Reading *reading = g_task_get_task_data (task);
  gsize length;

  if (part == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  length = g_bytes_get_size (part);
  if (length > reading->limit - reading->bytes->len && !reading->truncate)
    {
      g_task_return_new_error (
          task, STILE_ERROR, STILE_ERROR_LIMIT,
          g_dngettext (GETTEXT_PACKAGE, "The answer has more than %zu byte, which is the limit",
                       "The answer has more than %zu bytes, which is the limit", reading->limit),
          reading->limit);
      return;
    }

  g_byte_array_append (reading->bytes, g_bytes_get_data (part, NULL),
                       (guint)MIN (length, reading->limit - reading->bytes->len));
  if (length == 0 || (reading->truncate && reading->bytes->len == reading->limit))
    return_bytes (task);
  else
    read_part (g_steal_pointer (&task));
}

/* Takes over @task. */
static void
read_part (GTask *task)
{
  g_input_stream_read_bytes_async (g_task_get_source_object (task), PART_SIZE, G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task), part_read, task);
}

/**
 * stile_limited_reader_read_async:
 * @limit: bytes that are wanted at most
 * @truncate: whether more than that is left unread, or an error (%STILE_ERROR_LIMIT)
 *
 * Reads a stream whose other end may send without end.
 */
void
stile_limited_reader_read_async (GInputStream *stream,
                                 gsize limit,
                                 gboolean truncate,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (stream, cancellable, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);

  reading->limit = limit;
  reading->truncate = truncate;
  reading->bytes = g_byte_array_new ();
  g_task_set_source_tag (task, stile_limited_reader_read_async);
  g_task_set_task_data (task, reading, reading_free);
  read_part (task);
}

/**
 * stile_limited_reader_read_finish:
 *
 * Returns: (transfer full): what was read
 */
GBytes *
stile_limited_reader_read_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-import-file.h"

#include "inventory/stile-code-picture.h"
#include "inventory/stile-device-import.h"

static void
list_loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  StileDeviceImport *list = stile_device_import_load_finish (result, &error);

  if (list != NULL)
    g_task_return_pointer (task, list, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
picture_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) codes = stile_code_picture_read_finish (result, &error);
  GListStore *list;

  if (codes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  list = g_list_store_new (STILE_TYPE_IMPORT_LINE);
  g_list_store_splice (list, 0, 0, codes->pdata, codes->len);
  g_task_return_pointer (task, list, g_object_unref);
}

/* Of a pipe nothing is read ahead: it is a list.  What cannot be read says so when it is read for what it is. */
static gboolean
is_picture (GFile *file, GCancellable *cancellable)
{
  g_autoptr (GFileInputStream) stream = NULL;
  guint8 head[STILE_CODE_PICTURE_HEAD_SIZE];
  gsize size = 0;

  if (g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, cancellable) == G_FILE_TYPE_REGULAR)
    stream = g_file_read (file, cancellable, NULL);

  return stream != NULL &&
         g_input_stream_read_all (G_INPUT_STREAM (stream), head, sizeof head, &size, cancellable, NULL) &&
         stile_code_picture_is (head, size);
}

static void
look (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_boolean (task, is_picture (data, cancellable));
}

static void
looked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GFile *file = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (g_task_propagate_boolean (G_TASK (result), NULL))
    stile_code_picture_read_async (file, cancellable, picture_read, task);
  else
    stile_device_import_load_async (file, cancellable, list_loaded, task);
}

/**
 * stile_import_file_load_async:
 * @file: a list of devices in CSV or JSON, or a picture of codes, as its beginning says
 *
 * Reads it in threads.
 */
void
stile_import_file_load_async (GFile *file,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) looking = g_task_new (NULL, cancellable, looked, task);

  g_task_set_source_tag (task, stile_import_file_load_async);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_set_source_tag (looking, look);
  g_task_set_task_data (looking, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (looking, look);
}

/**
 * stile_import_file_load_finish:
 *
 * Returns: (transfer full) (nullable): StileImportLine, good and bad
 */
GListModel *
stile_import_file_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-report-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/stile-dialogs.h"
#include "bootstrap/stile-bootstrap-report.h"
#include "codec/stile-json.h"

static void
written (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
file_chosen (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GFile) file = stile_dialogs_save_finish (GTK_WIDGET (object), result, &error);
  g_autoptr (GVariant) report = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *text;

  if (file == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  report = g_variant_ref_sink (stile_bootstrap_report_write (g_task_get_task_data (task)));
  text = stile_json_print (report, TRUE);
  bytes = g_bytes_new_take (text, strlen (text));
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION,
                                       g_task_get_cancellable (task), written, g_object_ref (task));
}

/**
 * stile_report_file_save_async:
 * @from: in whose window a file is chosen
 * @job: what to report of
 *
 * Lets a person choose a file, and writes the report of the walk there.
 */
void
stile_report_file_save_async (GtkWidget *from,
                              StileBootstrap *job,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (from, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_report_file_save_async);
  g_task_set_task_data (task, g_object_ref (job), g_object_unref);
  stile_dialogs_save_async (from, _ ("Save report"), "stile-report.json", cancellable, file_chosen, task);
}

/**
 * stile_report_file_save_finish:
 *
 * Returns: whether it was written; %G_IO_ERROR_CANCELLED when no file was chosen
 */
gboolean
stile_report_file_save_finish (GtkWidget *from, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

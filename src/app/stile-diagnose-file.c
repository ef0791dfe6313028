/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-diagnose-file.h"

#include <glib/gi18n-lib.h>

#include "app/stile-dialogs.h"
#include "diagnosis/stile-report-text.h"

static StileReport *
choose (StileReport *report, gboolean with_private)
{
  return with_private ? g_object_ref (report) : stile_report_redact (report);
}

/**
 * stile_diagnose_file_summarize:
 * @with_private: whether names of this network stay in it
 *
 * Returns: (transfer full): the report as text, for a mail or a ticket
 */
char *
stile_diagnose_file_summarize (StileReport *report, gboolean with_private)
{
  g_autoptr (StileReport) shown = choose (report, with_private);

  return stile_report_text_write (shown);
}

typedef struct
{
  StileReport *report;
  char *path;
} Saving;

static void
saving_free (gpointer data)
{
  Saving *saving = data;

  g_object_unref (saving->report);
  g_free (saving->path);
  g_free (saving);
}

/* Layout of a PDF takes longer than a frame; Pango and cairo do that in any thread, each report in one. */
static void
write_file (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Saving *saving = data;
  GError *error = NULL;

  if (stile_report_save (saving->report, saving->path, &error))
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
  Saving *saving = g_task_get_task_data (task);

  if (file == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  saving->path = g_file_get_path (file);
  g_task_run_in_thread (task, write_file);
}

/**
 * stile_diagnose_file_save_async:
 * @from: in whose window a file is chosen
 *
 * Lets a person choose a file, and writes the report there: as HTML, PDF or JSON, by the file's name.
 */
void
stile_diagnose_file_save_async (GtkWidget *from,
                                StileReport *report,
                                gboolean with_private,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (from, cancellable, callback, user_data);
  Saving *saving = g_new0 (Saving, 1);

  saving->report = choose (report, with_private);
  g_task_set_source_tag (task, stile_diagnose_file_save_async);
  g_task_set_task_data (task, saving, saving_free);
  stile_dialogs_save_async (from, _ ("Save as .html, .pdf or .json"), "stile-diagnosis.html", cancellable,
                            file_chosen, task);
}

/**
 * stile_diagnose_file_save_finish:
 *
 * Returns: whether it was written; %G_IO_ERROR_CANCELLED when no file was chosen
 */
gboolean
stile_diagnose_file_save_finish (GtkWidget *from, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
read_file (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  StileReport *report = stile_report_load (data, &error);

  if (report != NULL)
    g_task_return_pointer (task, report, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
report_chosen (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GFile) file = stile_dialogs_open_finish (GTK_WIDGET (object), result, &error);

  if (file == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_task_set_task_data (task, g_file_get_path (file), g_free);
  g_task_run_in_thread (task, read_file);
}

/**
 * stile_diagnose_file_open_async:
 * @from: in whose window a file is chosen
 *
 * Lets a person choose a report that was saved as JSON, and reads it.
 */
void
stile_diagnose_file_open_async (GtkWidget *from,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (from, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_diagnose_file_open_async);
  stile_dialogs_open_async (from, _ ("Open a report saved as .json"), cancellable, report_chosen, task);
}

/**
 * stile_diagnose_file_open_finish:
 *
 * Returns: (transfer full): the report; %G_IO_ERROR_CANCELLED when no file was chosen
 */
StileReport *
stile_diagnose_file_open_finish (GtkWidget *from, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

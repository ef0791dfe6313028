/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-walk-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/stile-dialogs.h"
#include "bootstrap/stile-bootstrap-report.h"
#include "codec/stile-json.h"

/* What a walk leaves to others as a file. */
typedef struct
{
  const char *title;
  const char *name;
  GVariant *(*write) (StileBootstrap *job);
  GFileCreateFlags flags;
} Kind;

static GVariant *
write_trace (StileBootstrap *job)
{
  g_autoptr (StileTraceDocument) document = stile_bootstrap_report_make_trace (job);

  return stile_trace_document_to_variant (document);
}

/* A trace is of one person's session, as stile_trace_document_save() has it. */
static const Kind kinds[] = {
  [STILE_WALK_FILE_REPORT] = { N_ ("Save report"), "stile-report.json", stile_bootstrap_report_write,
                               G_FILE_CREATE_REPLACE_DESTINATION },
  [STILE_WALK_FILE_TRACE] = { N_ ("Save trace"), "session.stile-trace", write_trace,
                              G_FILE_CREATE_REPLACE_DESTINATION | G_FILE_CREATE_PRIVATE },
};

typedef struct
{
  const Kind *kind;
  StileBootstrap *job;
} Saving;

static void
saving_free (Saving *self)
{
  g_object_unref (self->job);
  g_free (self);
}

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
  Saving *saving = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GFile) file = stile_dialogs_save_finish (GTK_WIDGET (object), result, &error);
  g_autoptr (GVariant) document = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *text;

  if (file == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  document = g_variant_ref_sink (saving->kind->write (saving->job));
  text = stile_json_print (document, TRUE);
  bytes = g_bytes_new_take (text, strlen (text));
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, saving->kind->flags,
                                       g_task_get_cancellable (task), written, g_object_ref (task));
}

/**
 * stile_walk_file_save_async:
 * @from: in whose window a file is chosen
 * @job: what to tell of
 *
 * Lets a person choose a file, and writes the report of the walk there, or what went over in its session.
 */
void
stile_walk_file_save_async (GtkWidget *from,
                            StileBootstrap *job,
                            StileWalkFile what,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (from, cancellable, callback, user_data);
  Saving *saving = g_new (Saving, 1);

  saving->kind = &kinds[what];
  saving->job = g_object_ref (job);
  g_task_set_source_tag (task, stile_walk_file_save_async);
  g_task_set_task_data (task, saving, (GDestroyNotify)saving_free);
  stile_dialogs_save_async (from, _ (saving->kind->title), saving->kind->name, cancellable, file_chosen,
                            task);
}

/**
 * stile_walk_file_save_finish:
 *
 * Returns: whether it was written; %G_IO_ERROR_CANCELLED when no file was chosen
 */
gboolean
stile_walk_file_save_finish (GtkWidget *from, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-opening.h"

#include <glib/gi18n-lib.h>

#include "app/stile-dialogs.h"
#include "app/stile-trace-window.h"
#include "atls/stile-error.h"
#include "atls/stile-trace-document.h"
#include "bootstrap/stile-profile-file.h"
#include "codec/stile-json.h"
#include "codec/stile-limited-file.h"
#include "inventory/stile-import-file.h"
#include "inventory/stile-import-line.h"

/* Files that somebody opens, whatever their names: a report, a trace, a profile, or a list of devices.  What a file is, its content
 * says. */

/* The largest that is ours. */
#define MAX_SIZE STILE_TRACE_DOCUMENT_MAX_SIZE

/* --- reading --- */

/* Nothing, and no error, for what may be a list of devices. */
static GObject *
read_document (GBytes *bytes, GError **error)
{
  g_autoptr (GVariant) document = stile_json_parse (bytes, MAX_SIZE, NULL);
  const char *schema = stile_json_get_string (document, "schema");

  if (g_strcmp0 (schema, STILE_REPORT_SCHEMA) == 0)
    return (GObject *)stile_report_new_from_json (bytes, error);
  if (g_strcmp0 (schema, STILE_TRACE_DOCUMENT_SCHEMA) == 0)
    return (GObject *)stile_trace_document_new_from_json (bytes, error);
  if (stile_profile_file_is_one (bytes))
    return (GObject *)stile_profile_file_parse (bytes, error);

  return NULL;
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (GBytes) bytes = stile_limited_file_read (data, MAX_SIZE, cancellable, &error);
  GObject *document = bytes != NULL ? read_document (bytes, &error) : NULL;

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, document, g_object_unref);
}

static void
refuse (GTask *task)
{
  g_autofree char *path = g_file_get_parse_name (g_task_get_task_data (task));
  g_autofree char *name = g_path_get_basename (path);

  g_task_return_new_error (
      task, STILE_ERROR, STILE_ERROR_SETTINGS,
      _ ("“%s” is no report of a diagnosis, no trace of a session, no profile and no list of devices."),
      name);
}

/* Any text has lines that could be serial numbers: a list says more of a device, or names its columns in a first line. */
static gboolean
has_device (GListModel *list)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (StileImportLine) line = g_list_model_get_item (list, i);
      gboolean named = i == 0 && stile_import_line_get_line (line) > 1;

      if (stile_import_line_is_good (line) && (named || stile_import_line_get_address (line) != NULL ||
                                               stile_import_line_get_model (line) != NULL))
        return TRUE;
    }

  return FALSE;
}

static void
list_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) list = stile_import_file_load_finish (result, &error);

  if (stile_error_is_cancelled (error))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (list == NULL || !has_device (list))
    refuse (task);
  else
    g_task_return_pointer (task, g_object_ref (g_task_get_task_data (task)), g_object_unref);
}

static void
document_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  GObject *document = g_task_propagate_pointer (G_TASK (result), &error);

  if (error != NULL)
    {
      g_autofree char *name = g_file_get_parse_name (g_task_get_task_data (task));

      g_prefix_error (&error, _ ("The file “%s” cannot be used: "), name);
      g_task_return_error (task, g_steal_pointer (&error));
    }
  else if (document != NULL)
    g_task_return_pointer (task, document, g_object_unref);
  else
    stile_import_file_load_async (g_task_get_task_data (task), g_task_get_cancellable (task), list_read,
                                  g_object_ref (task));
}

/**
 * stile_opening_read_async:
 * @file: whatever somebody opens
 *
 * Finds out in a thread what is in it.
 */
void
stile_opening_read_async (GFile *file,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) first = g_task_new (NULL, cancellable, document_read, task);

  g_task_set_source_tag (task, stile_opening_read_async);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_set_task_data (first, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (first, read_in_thread);
}

/**
 * stile_opening_read_finish:
 *
 * Returns: (transfer full): a #StileReport, a #StileTraceDocument, a #StileProfile, or the #GFile itself when it is a list of
 *   devices; the error is a whole sentence
 */
GObject *
stile_opening_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- showing --- */

/* Where a file that was opened is shown. */
typedef struct
{
  StileWindow *window;
  GFile *file;
  gboolean onto_devices; /* dropped on that place, where anything is tried as a list */
} Showing;

static void
showing_free (Showing *self)
{
  g_object_unref (self->window);
  g_object_unref (self->file);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Showing, showing_free)

static void
show (StileWindow *window, GObject *opened)
{
  if (STILE_IS_REPORT (opened))
    stile_window_show_report (window, STILE_REPORT (opened));
  else if (STILE_IS_TRACE_DOCUMENT (opened))
    gtk_window_present (
        GTK_WINDOW (stile_trace_window_new (GTK_WINDOW (window), STILE_TRACE_DOCUMENT (opened))));
  else if (STILE_IS_PROFILE (opened))
    stile_window_offer_profile (window, STILE_PROFILE (opened));
  else
    stile_window_add_devices (window, G_FILE (opened));
}

static void
tell (StileWindow *window, const GError *error)
{
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_WINDOW (window), _ ("This file cannot be opened"), error->message);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
opened (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Showing) showing = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) what = stile_opening_read_finish (result, &error);

  if (what != NULL)
    show (showing->window, what);
  else if (stile_error_is_cancelled (error))
    return;
  else if (showing->onto_devices)
    stile_window_add_devices (showing->window, showing->file);
  else
    tell (showing->window, error);
}

static void
read_and_show (StileWindow *window, GFile *file, gboolean onto_devices)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Showing *showing = g_new (Showing, 1);

  showing->window = g_object_ref (window);
  showing->file = g_object_ref (file);
  showing->onto_devices = onto_devices;
  g_signal_connect_object (window, "destroy", G_CALLBACK (g_cancellable_cancel), cancellable,
                           G_CONNECT_SWAPPED);
  stile_opening_read_async (file, cancellable, opened, showing);
}

/**
 * stile_opening_show:
 * @file: a report, a trace, a profile, a list of devices, or a link of ours
 *
 * Reads it, and shows it where it belongs, or says in a dialog what it is not.
 */
void
stile_opening_show (StileWindow *window, GFile *file)
{
  g_autofree char *link = g_file_has_uri_scheme (file, "stile") ? g_file_get_uri (file) : NULL;

  if (link != NULL)
    stile_window_invite (window, link);
  else
    read_and_show (window, file, FALSE);
}

static void
chosen (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = stile_dialogs_open_finish (GTK_WIDGET (object), result, &error);

  if (file != NULL)
    stile_opening_show (STILE_WINDOW (object), file);
}

/**
 * stile_opening_choose:
 *
 * Lets a person choose a file, and opens it.
 */
void
stile_opening_choose (StileWindow *window)
{
  stile_dialogs_open_async (GTK_WIDGET (window), _ ("Open a report, a trace, a profile or a list of devices"),
                            NULL, chosen, NULL);
}

static gboolean
dropped (GtkDropTarget *target, const GValue *value, double x, double y, StileWindow *window)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  for (GSList *link = files; link != NULL; link = link->next)
    read_and_show (window, link->data, g_str_equal (stile_window_get_place (window), "devices"));

  return files != NULL;
}

/**
 * stile_opening_take_drops:
 *
 * From now on, files that are dropped on the window are opened; a part of it that has a use of its own for them comes first.
 */
void
stile_opening_take_drops (StileWindow *window)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect_object (target, "drop", G_CALLBACK (dropped), window, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (GTK_WIDGET (window), GTK_EVENT_CONTROLLER (target));
}

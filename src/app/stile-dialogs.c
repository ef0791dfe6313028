/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-dialogs.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "bootstrap/stile-debug-info.h"
#include "transport/stile-http-version.h"

/*
 * What GTK 4.8 and libadwaita 1.2 have, and later ones call deprecated, all in this one file: on the day the floor
 * rises, this file changes and no other.
 */

static void
responded (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GFile) file = NULL;

  g_signal_handlers_disconnect_by_data (dialog, task);
  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (g_task_return_error_if_cancelled (task))
    return;
  if (file != NULL)
    g_task_return_pointer (task, g_steal_pointer (&file), g_object_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s", _ ("No file was chosen"));
}

static void
cancelled (GCancellable *cancellable, gpointer user_data)
{
  GtkNativeDialog *dialog = user_data;

  gtk_native_dialog_hide (dialog);
  g_signal_emit_by_name (dialog, "response", GTK_RESPONSE_CANCEL);
}

static void
choose (GtkFileChooserNative *dialog, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  g_task_set_task_data (task, dialog, g_object_unref);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (responded), task);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (cancelled), dialog, G_CONNECT_DEFAULT);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static GtkFileChooserNative *
make_chooser (GtkWidget *from, const char *title, GtkFileChooserAction action)
{
  GtkRoot *root = gtk_widget_get_root (from);

  return gtk_file_chooser_native_new (title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, action, NULL,
                                      NULL);
}

/**
 * stile_dialogs_open_async:
 * @from: in whose window
 *
 * Lets a person choose a file to read.
 */
void
stile_dialogs_open_async (GtkWidget *from,
                          const char *title,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (from, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_dialogs_open_async);
  choose (make_chooser (from, title, GTK_FILE_CHOOSER_ACTION_OPEN), task);
}

/**
 * stile_dialogs_open_finish:
 *
 * Returns: (transfer full): the file; %G_IO_ERROR_CANCELLED when none was chosen
 */
GFile *
stile_dialogs_open_finish (GtkWidget *from, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * stile_dialogs_save_async:
 * @from: in whose window
 * @name: what the file is called until the person says otherwise
 *
 * Lets a person choose a file to write; the chooser itself asks before one is written over.
 */
void
stile_dialogs_save_async (GtkWidget *from,
                          const char *title,
                          const char *name,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (from, cancellable, callback, user_data);
  GtkFileChooserNative *dialog = make_chooser (from, title, GTK_FILE_CHOOSER_ACTION_SAVE);

  g_task_set_source_tag (task, stile_dialogs_save_async);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  choose (dialog, task);
}

/**
 * stile_dialogs_save_finish:
 *
 * Returns: (transfer full): the file; %G_IO_ERROR_CANCELLED when none was chosen
 */
GFile *
stile_dialogs_save_finish (GtkWidget *from, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * stile_dialogs_make_toast:
 * @text: shown as it is, whatever is in it: AdwToast would take it for markup
 *
 * Returns: (transfer full): a toast
 */
AdwToast *
stile_dialogs_make_toast (const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  return adw_toast_new (markup);
}

static void
answered (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, g_str_equal (response, "accept"));
}

/**
 * stile_dialogs_ask_async:
 * @from: in whose window
 * @text: what the person should know before answering; shown as it is
 * @accept: what happens when the person agrees, as a button says it
 *
 * Asks before something that cannot be taken back, or that others want; not agreeing is the answer of the Return key.
 */
void
stile_dialogs_ask_async (GtkWidget *from,
                         const char *title,
                         const char *text,
                         const char *accept,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GtkRoot *root = gtk_widget_get_root (from);
  GtkWidget *dialog = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, title, text);
  GTask *task = g_task_new (from, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_dialogs_ask_async);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "accept", accept,
                                    NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (answered), task);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * stile_dialogs_ask_finish:
 *
 * Returns: whether the person agreed
 */
gboolean
stile_dialogs_ask_finish (GtkWidget *from, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * stile_dialogs_refuse:
 *
 * Says why the program cannot work; when the person has read it, there is no window left, and it ends.
 */
void
stile_dialogs_refuse (GtkApplication *application, const char *title, const char *text)
{
  GtkWidget *dialog = adw_message_dialog_new (NULL, title, text);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_set_application (GTK_WINDOW (dialog), application);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* What helps to understand a fault report, of GTK and the desktop; nothing that tells who somebody is. */
static char *
write_debug_info (GtkWindow *parent)
{
  g_autofree char *http = stile_http_version_describe ();
  g_autofree char *gtk = g_strdup_printf ("GTK: %u.%u.%u", gtk_get_major_version (), gtk_get_minor_version (),
                                          gtk_get_micro_version ());
  g_autofree char *adwaita = g_strdup_printf ("libadwaita: %u.%u.%u", adw_get_major_version (),
                                              adw_get_minor_version (), adw_get_micro_version ());
  GtkNative *native = GTK_NATIVE (parent);
  g_autofree char *display = g_strdup_printf (
      "Display: %s, %s, scale %d", G_OBJECT_TYPE_NAME (gtk_widget_get_display (GTK_WIDGET (parent))),
      G_OBJECT_TYPE_NAME (gtk_native_get_renderer (native)),
      gtk_widget_get_scale_factor (GTK_WIDGET (parent)));
  const char *const more[] = { http, gtk, adwaita, display, NULL };

  return stile_debug_info_write ("Stile", more);
}

void
stile_dialogs_show_about (GtkWindow *parent)
{
  static const char *const developers[] = { "The Stile developers", NULL };
  g_autofree char *debug_info = write_debug_info (parent);

  adw_show_about_window (
      parent, "application-name", _ ("Stile"), "application-icon", APP_ID, "version", PACKAGE_VERSION,
      "developer-name", _ ("The Stile developers"), "developers", developers, "license-type",
      GTK_LICENSE_GPL_3_0, "comments",
      _ ("Reaches a service end to end through a TLS-intercepting middlebox, and brings back whom to trust."),
      "debug-info", debug_info, "debug-info-filename", "stile-debug-info.txt",
      /* TRANSLATORS: your name, or your names, a line each; it is shown under "Translated by" */
      "translator-credits", _ ("translator-credits"), NULL);
}

void
stile_dialogs_show_shortcuts (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/org/stile/Stile/stile-shortcuts.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
}

/**
 * stile_dialogs_open_uri:
 *
 * Shows a web page in the person's browser.
 */
void
stile_dialogs_open_uri (GtkWindow *parent, const char *uri)
{
  gtk_show_uri (parent, uri, GDK_CURRENT_TIME);
}

/**
 * stile_dialogs_get_color:
 * @color: (out): what the theme draws the widget's text with
 */
void
stile_dialogs_get_color (GtkWidget *widget, GdkRGBA *color)
{
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), color);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-opening.h"

#include <glib/gstdio.h>

#include "app/spoken-check.h"
#include "app/stile-flight-view.h"
#include "app/stile-trace-window.h"
#include "app/widget-tree.h"
#include "atls/stile-error.h"
#include "atls/stile-trace-document.h"
#include "support/test-await.h"
#include "support/test-pki.h"

typedef struct
{
  char *directory;
  GPtrArray *paths;
} Folder;

static void
folder_clear (Folder *self)
{
  for (guint i = 0; i < self->paths->len; i++)
    g_unlink (g_ptr_array_index (self->paths, i));
  g_rmdir (self->directory);
  g_ptr_array_unref (self->paths);
  g_free (self->directory);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Folder, folder_clear)

static void
folder_init (Folder *self)
{
  self->directory = g_dir_make_tmp ("stile-opening-XXXXXX", NULL);
  self->paths = g_ptr_array_new_with_free_func (g_free);
}

static GFile *
write_file (Folder *self, const char *name, const char *text)
{
  char *path = g_build_filename (self->directory, name, NULL);

  g_ptr_array_add (self->paths, path);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return g_file_new_for_path (path);
}

static GFile *
write_trace (Folder *self, const char *name)
{
  g_autoptr (StileTrace) trace = stile_trace_new ();
  g_autoptr (StileTraceDocument) document = stile_trace_document_new (trace, "https://a.example");
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\x15\x03\x03\x00\x02\x02\x30", 7);
  char *path = g_build_filename (self->directory, name, NULL);

  stile_trace_add_flight (trace, STILE_ROLE_CLIENT, 1, bytes);
  stile_trace_note (trace, STILE_TRACE_PROBLEM, NULL, "It said <b>no</b>");
  g_ptr_array_add (self->paths, path);
  g_assert_true (stile_trace_document_save (document, path, NULL));
  return g_file_new_for_path (path);
}

static GFile *
find_report (void)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("G_TEST_SRCDIR"), "data", "reports", "limited.json", NULL);

  return g_file_new_for_path (path);
}

static void
keep_result (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **)user_data, result);
}

static GObject *
read_file (GFile *file, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_opening_read_async (file, NULL, keep_result, &result);
  test_await_until (result != NULL);
  return stile_opening_read_finish (result, error);
}

/* By content: no name here says what it is. */
static void
test_knows_what_it_is (void)
{
  g_auto (Folder) folder = { 0 };
  g_autoptr (GFile) report = find_report ();
  g_autoptr (GFile) trace = NULL, list = NULL;
  g_autoptr (GObject) one = NULL, two = NULL, three = NULL;
  g_autoptr (GError) error = NULL;

  folder_init (&folder);
  trace = write_trace (&folder, "1.csv");
  list = write_file (&folder, "2.stile-trace", "serial,address\nA-1,192.0.2.1\n");
  one = read_file (report, &error);
  g_assert_no_error (error);
  g_assert_true (STILE_IS_REPORT (one));
  two = read_file (trace, &error);
  g_assert_no_error (error);
  g_assert_true (STILE_IS_TRACE_DOCUMENT (two));
  three = read_file (list, &error);
  g_assert_no_error (error);
  g_assert_true (three == G_OBJECT (list));
}

static void
test_says_what_it_is_not (void)
{
  static const struct
  {
    const char *name;
    const char *text;
    const char *message;
  } cases[] = {
    { "empty", "",
      "“empty” is no report of a diagnosis, no trace of a session, no profile and no list of devices." },
    { "other.json", "{\"schema\":\"other/1\"}",
      "“other.json” is no report of a diagnosis, no trace of a session, no profile and no list of devices." },
    { "readme", "Some text,\nand more of it.\n",
      "“readme” is no report of a diagnosis, no trace of a session, no profile and no list of devices." },
    { "bad.profile", "# ours\n[Stile Profile]\ncolour=blue\n",
      "bad.profile” cannot be used: “colour” is no setting of a profile" },
    { "bad.stile-trace", "{\"schema\":\"stile-trace/1\",\"events\":[]}",
      "bad.stile-trace” cannot be used: The trace lacks its service or its date" },
    { "bad.stile-report", "{\"schema\":\"atls-path-report/1\"}",
      "bad.stile-report” cannot be used: The report lacks its verdict, its target or its date" },
  };
  g_auto (Folder) folder = { 0 };

  folder_init (&folder);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GFile) file = write_file (&folder, cases[i].name, cases[i].text);
      g_autoptr (GError) error = NULL;

      g_assert_null (read_file (file, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_true (g_str_has_suffix (error->message, cases[i].message));
    }
}

static void
test_file_is_not_there (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/nonexistent/a.stile-trace");
  g_autoptr (GError) error = NULL;

  g_assert_null (read_file (file, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_prefix (error->message, "The file “/nonexistent/a.stile-trace” cannot be used: "));
}

/* --- in the window --- */

static StileWindow *
show_window (void)
{
  static AdwApplication *application;
  g_autoptr (StileSettings) settings = stile_settings_new ();
  StileWindow *window;

  if (application == NULL)
    {
      application = g_object_new (ADW_TYPE_APPLICATION, "application-id", APP_ID, "flags",
                                  G_APPLICATION_NON_UNIQUE, "resource-base-path", "/org/stile/Stile", NULL);
      g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
    }
  window = stile_window_new (GTK_APPLICATION (application), settings, NULL);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

static gboolean
shows_report (StileWindow *window)
{
  g_autoptr (GFile) file = find_report ();
  g_autoptr (StileReport) report = stile_report_load (g_file_peek_path (file), NULL);

  return widget_tree_has_text (GTK_WIDGET (window), stile_report_get_sentence (report));
}

/* One that stands over the window, or NULL. */
static GtkWindow *
find_above (StileWindow *window)
{
  GListModel *all = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GtkWindow) other = g_list_model_get_item (all, i);

      if (gtk_window_get_transient_for (other) == GTK_WINDOW (window))
        return other;
    }

  return NULL;
}

static void
test_report_is_shown (void)
{
  StileWindow *window = show_window ();
  g_autoptr (GFile) report = find_report ();

  g_assert_false (shows_report (window));
  stile_opening_show (window, report);
  test_await_until (shows_report (window));
  gtk_window_close (GTK_WINDOW (window));
}

static void
test_trace_is_shown (void)
{
  StileWindow *window = show_window ();
  g_auto (Folder) folder = { 0 };
  g_autoptr (GFile) trace = NULL;
  GtkWindow *above;

  folder_init (&folder);
  trace = write_trace (&folder, "a.stile-trace");
  stile_opening_show (window, trace);
  test_await_until (find_above (window) != NULL);
  above = find_above (window);
  g_assert_true (STILE_IS_TRACE_WINDOW (above));
  g_assert_cmpstr (gtk_window_get_title (above), ==, "https://a.example");
  g_assert_true (widget_tree_has_text (GTK_WIDGET (above), "Alert"));
  g_assert_true (widget_tree_has_text (GTK_WIDGET (above), "It said <b>no</b>"));
  g_assert_cmpint (widget_tree_get_minimum_width (GTK_WIDGET (above)), <=, 360);
  spoken_check (above);
  widget_tree_shoot ("trace");

  /* It goes with the window that opened it. */
  g_object_add_weak_pointer (G_OBJECT (above), (gpointer *)&above);
  gtk_window_destroy (GTK_WINDOW (window));
  test_await_until (above == NULL);
}

static void
test_anything_else_is_told (void)
{
  StileWindow *window = show_window ();
  g_auto (Folder) folder = { 0 };
  g_autoptr (GFile) file = NULL;

  folder_init (&folder);
  file = write_file (&folder, "poem.txt", "Roses are red");
  stile_opening_show (window, file);
  test_await_until (find_above (window) != NULL);
  g_assert_true (ADW_IS_MESSAGE_DIALOG (find_above (window)));
  g_assert_true (widget_tree_has_text (GTK_WIDGET (find_above (window)), "“poem.txt” is no report"));
  gtk_window_destroy (find_above (window));
  gtk_window_close (GTK_WINDOW (window));
}

static void
test_link_is_asked_about (void)
{
  static const char *const link = "stile:invitation?service=https://a.example&name=Plant%20Nord";
  StileWindow *window = show_window ();
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (link);

  stile_opening_show (window, file);
  test_await_until (find_above (window) != NULL);
  g_assert_true (widget_tree_has_text (GTK_WIDGET (find_above (window)), "Plant Nord"));
  gtk_window_destroy (find_above (window));
  gtk_window_close (GTK_WINDOW (window));
}

static void
test_profile_is_asked_about (void)
{
  StileWindow *window = show_window ();
  g_auto (Folder) folder = { 0 };
  g_autoptr (GFile) file = NULL;

  folder_init (&folder);
  file = write_file (
      &folder, "plant",
      "# Of the plant\n[Stile Profile]\nname=Plant Nord\nservice=https://a.example\ncompat=true\n");
  stile_opening_show (window, file);
  test_await_until (find_above (window) != NULL);
  g_assert_true (widget_tree_has_text (GTK_WIDGET (find_above (window)), "Use the service “Plant Nord”?"));
  g_assert_true (widget_tree_has_text (GTK_WIDGET (find_above (window)), "It leads to https://a.example."));
  g_assert_true (widget_tree_has_text (GTK_WIDGET (find_above (window)), "It also sets: compat."));
  gtk_window_destroy (find_above (window));
  gtk_window_close (GTK_WINDOW (window));
}

/* Whoever closes the window is told nothing any more. */
static void
test_closed_meanwhile (void)
{
  StileWindow *window = show_window ();
  g_autoptr (GFile) report = find_report ();

  stile_opening_show (window, report);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  gtk_window_destroy (GTK_WINDOW (window));
  test_await_until (window == NULL);
}

static void
drop (StileWindow *window, GFile *file)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (window));
  GFile *files[] = { file };
  GdkFileList *list = gdk_file_list_new_from_array (files, 1);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, list);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        g_signal_emit_by_name (controller, "drop", &value, 1.0, 1.0, &taken);
    }

  g_assert_true (taken);
}

static void
test_dropped (void)
{
  StileWindow *window = show_window ();
  g_autoptr (GFile) report = find_report ();

  drop (window, report);
  test_await_until (shows_report (window));
  gtk_window_close (GTK_WINDOW (window));
}

/* A list of serial numbers could be any text; who drops it there means a list. */
static void
test_dropped_on_devices (void)
{
  StileWindow *window = show_window ();
  g_auto (Folder) folder = { 0 };
  g_autoptr (GFile) list = NULL, report = find_report ();

  folder_init (&folder);
  list = write_file (&folder, "serials", "A-1\nA-2\n");
  g_assert_true (stile_window_show_place (window, "devices"));
  drop (window, list);
  test_await_until (find_above (window) != NULL &&
                    widget_tree_has_text (GTK_WIDGET (find_above (window)), "A-2"));
  gtk_window_destroy (find_above (window));

  drop (window, report);
  test_await_until (shows_report (window));
  g_assert_true (stile_window_show_place (window, "bootstrap"));
  gtk_window_close (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autofree char *data = test_pki_directory_new ();
  int status;

  g_setenv ("XDG_DATA_HOME", data, TRUE);
  widget_tree_begin (&argc, &argv);

  /* Before others: a window that is gone may still have the list of devices. */
  g_test_add_func ("/opening/dropped-on-devices", test_dropped_on_devices);
  g_test_add_func ("/opening/dropped", test_dropped);
  g_test_add_func ("/opening/knows-what-it-is", test_knows_what_it_is);
  g_test_add_func ("/opening/says-what-it-is-not", test_says_what_it_is_not);
  g_test_add_func ("/opening/file-is-not-there", test_file_is_not_there);
  g_test_add_func ("/opening/report-is-shown", test_report_is_shown);
  g_test_add_func ("/opening/trace-is-shown", test_trace_is_shown);
  g_test_add_func ("/opening/anything-else-is-told", test_anything_else_is_told);
  g_test_add_func ("/opening/link-is-asked-about", test_link_is_asked_about);
  g_test_add_func ("/opening/profile-is-asked-about", test_profile_is_asked_about);
  g_test_add_func ("/opening/closed-meanwhile", test_closed_meanwhile);

  status = g_test_run ();
  test_pki_directory_remove (data);
  return status;
}

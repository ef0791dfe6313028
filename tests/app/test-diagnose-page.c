/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-diagnose-page.h"

#include <adwaita.h>
#include <glib/gstdio.h>

#include "app/stile-history-list.h"
#include "app/widget-tree.h"
#include "diagnosis/stile-report-evidence.h"
#include "support/test-await.h"
#include "support/test-pseudo.h"

/* What is left of a phone's 360 beside the window's frame. */
#define NARROWEST 352

/**
 * Place:
 *
 * The page in a window that can show toasts, with folders of its own, and somebody who takes connections and never answers.
 */
typedef struct
{
  char *folder;
  char *known;
  GtkWidget *window;
  StileDiagnosePage *page;
  GSocketListener *silent;
  char *silent_address;
} Place;

static void
begin (Place *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GtkWidget *toasts = adw_toast_overlay_new ();
  guint16 port;

  self->folder = g_dir_make_tmp ("stile-diagnose-page-XXXXXX", &error);
  g_assert_no_error (error);
  self->known = g_build_filename (self->folder, "known", NULL);
  self->silent = g_socket_listener_new ();
  port = g_socket_listener_add_any_inet_port (self->silent, NULL, &error);
  g_assert_no_error (error);
  self->silent_address = g_strdup_printf ("https://127.0.0.1:%u", port);

  self->page = g_object_new (STILE_TYPE_DIAGNOSE_PAGE, NULL);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (toasts), GTK_WIDGET (self->page));
  self->window = widget_tree_show (toasts, 700, 700);
  stile_diagnose_page_set_up (
      self->page, &(StileDiagnoseSetup){ .proxy = "none", .folder = self->folder, .known = self->known });
}

/* What the page began ends with it. */
static void
close_window (Place *self)
{
  g_object_add_weak_pointer (G_OBJECT (self->page), (gpointer *)&self->page);
  widget_tree_close (self->window);
  self->window = NULL;
  test_await_until (self->page == NULL);
}

static void
end (Place *self, gconstpointer data)
{
  g_autoptr (GDir) folder = NULL;
  const char *name;

  if (self->window != NULL)
    close_window (self);
  folder = g_dir_open (self->folder, 0, NULL);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->folder);
  g_clear_object (&self->silent);
  g_free (self->silent_address);
  g_free (self->known);
  g_free (self->folder);
}

static StileReport *
load_report (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "reports", "limited.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  StileReport *report = stile_report_load (path, &error);

  g_assert_no_error (error);
  /* It was made in English, and says so wherever it is shown. */
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  test_pseudo_add_data (text);
  return report;
}

static gboolean
shows (Place *self, const char *text)
{
  return widget_tree_has_text (self->window, text);
}

static gboolean
can (Place *self, const char *button)
{
  GtkWidget *found = widget_tree_find_button (self->window, button);

  return found != NULL && gtk_widget_is_sensitive (found);
}

static void
click (Place *self, const char *button)
{
  g_assert_true (can (self, button));
  g_signal_emit_by_name (widget_tree_find_button (self->window, button), "clicked");
}

static void
act (Place *self, const char *action, const char *target)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self->page), action, "s", target));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *)a, *(const char *const *)b);
}

/* The files of the history, in the order of their dates. */
static GPtrArray *
list_files (Place *self)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_suffix (name, ".json"))
      g_ptr_array_add (files, g_build_filename (self->folder, name, NULL));
  g_ptr_array_sort (files, compare_names);

  return files;
}

static guint
count_files (Place *self)
{
  g_autoptr (GPtrArray) files = list_files (self);

  return files->len;
}

static gboolean
keeps (Place *self, guint count)
{
  GObject *list =
      gtk_widget_get_template_child (GTK_WIDGET (self->page), STILE_TYPE_DIAGNOSE_PAGE, "history_list");
  StileDiagnosisHistory *history = stile_history_list_get_history (STILE_HISTORY_LIST (list));

  return g_list_model_get_n_items (G_LIST_MODEL (history)) == count && count_files (self) == count;
}

/* --- what it says --- */

static void
test_no_address (Place *self, gconstpointer data)
{
  g_assert_false (can (self, "_Diagnose"));
  stile_diagnose_page_run (self->page, "my service");
  g_assert_true (shows (self, "“my service” is no address of a service"));
  g_assert_true (can (self, "_Diagnose"));
  g_assert_null (widget_tree_find_button (self->window, "_Cancel"));
}

static void
test_nobody_there (Place *self, gconstpointer data)
{
  stile_diagnose_page_run (self->page, "https://localhost:1");
  g_assert_true (can (self, "_Cancel"));
  g_assert_null (widget_tree_find_button (self->window, "_Diagnose"));
  test_await_until (stile_diagnose_page_get_report (self->page) != NULL);

  g_assert_true (shows (self, "No connection to localhost, port 1, comes up."));
  g_assert_true (shows (self, "Look at the address, the network and the proxy"));
  g_assert_true (can (self, "Run _again"));
  g_assert_false (can (self, "_Compare"));
  g_assert_true (can (self, "Compare with _file…"));
  test_await_until (keeps (self, 1));
  g_assert_true (shows (self, "Earlier"));
}

static void
test_again (Place *self, gconstpointer data)
{
  StileReport *first;

  stile_diagnose_page_run (self->page, "https://localhost:1");
  test_await_until ((first = stile_diagnose_page_get_report (self->page)) != NULL);
  test_await_until (keeps (self, 1));
  click (self, "Run _again");
  test_await_until (stile_diagnose_page_get_report (self->page) != first &&
                    !widget_tree_find_button (self->window, "_Cancel"));
  g_assert_true (shows (self, "What changed"));
  g_assert_true (shows (self, "1 the same"));
}

static void
test_report (Place *self, gconstpointer data)
{
  g_autoptr (StileReport) report = load_report ();
  g_autofree char *evidence = stile_report_evidence_describe (report, "request-size");

  stile_diagnose_page_show (self->page, report);
  g_assert_true (shows (self, stile_report_get_sentence (report)));
  g_assert_true (shows (self, "This computer saw"));
  g_assert_true (shows (self, "The service saw"));
  g_assert_nonnull (strstr (evidence, "passes: 4096\n"));
  g_assert_nonnull (strstr (evidence, "fails: 4097\n"));
  g_assert_nonnull (strstr (evidence, "status: 413\n"));
}

static void
test_fits_a_phone (Place *self, gconstpointer data)
{
  g_autoptr (StileReport) report = load_report ();

  stile_diagnose_page_run (self->page, "https://localhost:1");
  test_await_until (keeps (self, 1));
  stile_diagnose_page_show (self->page, report);
  g_assert_cmpint (widget_tree_get_minimum_width (GTK_WIDGET (self->page)), <=, NARROWEST);
}

/* --- cancel --- */

static void
test_cancel (Place *self, gconstpointer data)
{
  stile_diagnose_page_run (self->page, self->silent_address);
  test_await_until (shows (self, "TLS handshake"));
  click (self, "_Cancel");
  test_await_until (shows (self, "Cancelled."));
  g_assert_null (stile_diagnose_page_get_report (self->page));
  g_assert_cmpuint (count_files (self), ==, 0);
  g_assert_true (can (self, "_Diagnose"));
}

static void
test_closed (Place *self, gconstpointer data)
{
  gint64 began;

  stile_diagnose_page_run (self->page, self->silent_address);
  test_await_until (shows (self, "TLS handshake"));
  began = g_get_monotonic_time ();
  close_window (self);
  /* A deadline of the diagnosis is ten seconds. */
  g_assert_cmpint (g_get_monotonic_time () - began, <, 5 * G_USEC_PER_SEC);
}

/* --- what it remembers --- */

static void
look_twice (Place *self)
{
  stile_diagnose_page_run (self->page, "https://localhost:1");
  test_await_until (keeps (self, 1));
  gtk_widget_activate_action (GTK_WIDGET (self->page), "diagnose.back", NULL);
  stile_diagnose_page_run (self->page, "https://localhost:2");
  test_await_until (keeps (self, 2));
}

static void
test_history (Place *self, gconstpointer data)
{
  g_autoptr (GPtrArray) files = NULL;
  const char *file;
  g_autoptr (StileReport) kept = NULL;

  look_twice (self);
  files = list_files (self);
  file = g_ptr_array_index (files, 0);
  kept = stile_report_load (file, NULL);

  act (self, "diagnose.open", file);
  g_assert_cmpstr (stile_report_get_url (stile_diagnose_page_get_report (self->page)), ==,
                   stile_report_get_url (kept));

  act (self, "diagnose.compare-with", g_ptr_array_index (files, 1));
  g_assert_true (shows (self, "The reports are about different addresses"));

  act (self, "diagnose.forget", file);
  g_assert_true (keeps (self, 1));
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
  test_await_until (can (self, "Undo"));
  click (self, "Undo");
  test_await_until (keeps (self, 2));
}

static void
test_addresses (Place *self, gconstpointer data)
{
  GObject *list =
      gtk_widget_get_template_child (GTK_WIDGET (self->page), STILE_TYPE_DIAGNOSE_PAGE, "history_list");
  GObject *entry =
      gtk_widget_get_template_child (GTK_WIDGET (self->page), STILE_TYPE_DIAGNOSE_PAGE, "address");
  GMenuModel *addresses = stile_history_list_get_addresses (STILE_HISTORY_LIST (list));
  g_autoptr (GVariant) last = NULL;

  g_assert_cmpint (g_menu_model_get_n_items (addresses), ==, 0);
  look_twice (self);
  stile_diagnose_page_run (self->page, "https://localhost:2");
  test_await_until (keeps (self, 3));
  g_assert_cmpint (g_menu_model_get_n_items (addresses), ==, 2);
  last = g_menu_model_get_item_attribute_value (addresses, 0, G_MENU_ATTRIBUTE_TARGET, G_VARIANT_TYPE_STRING);
  g_assert_cmpstr (g_variant_get_string (last, NULL), ==, "https://localhost:2");

  act (self, "diagnose.address", "https://localhost:1");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "https://localhost:1");
}

static gboolean
knows (Place *self, const char *line)
{
  g_autofree char *kept = NULL;

  return g_file_get_contents (self->known, &kept, NULL, NULL) && strstr (kept, line) != NULL;
}

static void
test_intended (Place *self, gconstpointer data)
{
  g_autoptr (StileReport) report = load_report ();

  stile_diagnose_page_show (self->page, report);
  click (self, "This is _intended here");
  g_assert_null (widget_tree_find_button (self->window, "This is _intended here"));
  test_await_until (can (self, "Undo"));
  g_assert_true (
      knows (self, "7cf2f772a16a69674fc8db078e50d36ebb8a52beb33472155a95541d3e09cd0f=Journey Inspection CA"));

  click (self, "Undo");
  test_await_until (can (self, "This is _intended here"));
  g_assert_false (knows (self, "7cf2f772"));
}

/* A file that nobody can write: the button comes back. */
static void
test_intended_fails (Place *self, gconstpointer data)
{
  g_autoptr (StileReport) report = load_report ();

  g_assert_true (g_file_set_contents (self->known, "no key file", -1, NULL));
  stile_diagnose_page_show (self->page, report);
  click (self, "This is _intended here");
  test_await_until (can (self, "This is _intended here"));
  g_assert_true (knows (self, "no key file"));
}

#define ADD(name, test) g_test_add ("/app/diagnose-page/" name, Place, NULL, begin, test, end)

int
main (int argc, char *argv[])
{
  widget_tree_begin (&argc, &argv);

  ADD ("no-address", test_no_address);
  ADD ("nobody-there", test_nobody_there);
  ADD ("again", test_again);
  ADD ("report", test_report);
  ADD ("fits-a-phone", test_fits_a_phone);
  ADD ("cancel", test_cancel);
  ADD ("closed", test_closed);
  ADD ("history", test_history);
  ADD ("addresses", test_addresses);
  ADD ("intended", test_intended);
  ADD ("intended-fails", test_intended_fails);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-diagnosis-history.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "support/test-await.h"
#include "support/test-pki.h"

typedef struct
{
  char *root;   /* a directory of the test's */
  char *folder; /* in it, and not there yet */
  StileDiagnosisHistory *history;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->root = test_pki_directory_new ();
  self->folder = g_build_filename (self->root, "history", NULL);
  self->history = stile_diagnosis_history_new (self->folder);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->folder);
  /* The thread that wrote may hold it for a moment more. */
  test_await_finalized (self->history);
  test_pki_directory_remove (self->root);
  g_free (self->root);
  g_free (self->folder);
}

static StileReport *
make_report (const char *created, const char *url)
{
  g_autofree char *text =
      g_strdup_printf ("{\"schema\":\"atls-path-report/1\",\"created\":\"%s\",\"target\":{"
                       "\"url\":\"%s\"},\"verdict\":{\"path\":\"direct\"}}",
                       created, url);
  g_autoptr (GBytes) json = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  StileReport *report = stile_report_new_from_json (json, &error);

  g_assert_no_error (error);
  return report;
}

static gboolean
keep (StileDiagnosisHistory *history, StileReport *report, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_diagnosis_history_add_async (history, report, NULL, test_await_cb, &result);
  return stile_diagnosis_history_add_finish (history, test_await_result (&result), error);
}

static void
keep_new (StileDiagnosisHistory *history, const char *created, const char *url)
{
  g_autoptr (StileReport) report = make_report (created, url);
  g_autoptr (GError) error = NULL;

  g_assert_true (keep (history, report, &error));
  g_assert_no_error (error);
}

static void
load (StileDiagnosisHistory *history)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  stile_diagnosis_history_load_async (history, NULL, test_await_cb, &result);
  g_assert_true (stile_diagnosis_history_load_finish (history, test_await_result (&result), &error));
  g_assert_no_error (error);
}

/* The last letters of the URLs, in their order. */
static char *
list (StileDiagnosisHistory *history)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (history)); i++)
    {
      g_autoptr (StileReport) report = g_list_model_get_item (G_LIST_MODEL (history), i);
      const char *url = stile_report_get_url (report);

      g_string_append_c (text, url[strlen (url) - 1]);
    }
  return g_string_free (text, FALSE);
}

static void
assert_list (StileDiagnosisHistory *history, const char *expected)
{
  g_autofree char *text = list (history);

  g_assert_cmpstr (text, ==, expected);
}

/* By date, whatever the order in which they came; the same when it is read again. */
static void
test_lists_by_date (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDiagnosisHistory) again = stile_diagnosis_history_new (self->folder);

  load (self->history);
  assert_list (self->history, "");
  keep_new (self->history, "2026-11-02T00:00:00Z", "https://b");
  keep_new (self->history, "2026-11-03T01:00:00+02:00", "https://c");
  keep_new (self->history, "2026-11-01T00:00:00Z", "https://a");
  keep_new (self->history, "2026-11-03T00:00:00Z", "https://d");
  assert_list (self->history, "dcba");
  load (again);
  assert_list (again, "dcba");
  g_assert_cmpuint (stile_diagnosis_history_get_n_damaged (again), ==, 0);
}

static void
test_keeps_for_the_owner_alone (Fixture *self, gconstpointer data)
{
  g_autoptr (StileReport) report = make_report ("2026-11-02T00:00:00Z", "https://b");
  const char *file;
  GStatBuf status;

  g_assert_null (stile_diagnosis_history_get_file (self->history, report));
  g_assert_true (keep (self->history, report, NULL));
  file = stile_diagnosis_history_get_file (self->history, report);
  g_assert_true (g_str_has_prefix (file, self->folder));
  g_assert_true (stile_diagnosis_history_find_file (self->history, file) == report);
  g_assert_null (stile_diagnosis_history_find_file (self->history, "/elsewhere.json"));
  g_assert_cmpint (g_stat (file, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (self->folder, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0700);
}

static void
changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  g_string_append_printf (user_data, "%u-%u+%u ", position, removed, added);
}

static void
test_tells_of_changes (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (StileReport) first = NULL;

  g_signal_connect (self->history, "items-changed", G_CALLBACK (changed_cb), changes);
  keep_new (self->history, "2026-11-02T00:00:00Z", "https://b");
  keep_new (self->history, "2026-11-01T00:00:00Z", "https://a");
  first = g_list_model_get_item (G_LIST_MODEL (self->history), 0);
  g_assert_true (stile_diagnosis_history_remove (self->history, first, NULL));
  g_assert_cmpstr (changes->str, ==, "0-0+1 1-0+1 0-1+0 ");
  g_signal_handlers_disconnect_by_data (self->history, changes);
}

static void
test_removes (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDiagnosisHistory) again = stile_diagnosis_history_new (self->folder);
  g_autoptr (StileReport) stranger = make_report ("2026-11-01T00:00:00Z", "https://x");
  g_autoptr (StileReport) first = NULL;
  g_autofree char *file = NULL;

  keep_new (self->history, "2026-11-01T00:00:00Z", "https://a");
  keep_new (self->history, "2026-11-02T00:00:00Z", "https://b");
  first = g_list_model_get_item (G_LIST_MODEL (self->history), 0);
  file = g_strdup (stile_diagnosis_history_get_file (self->history, first));
  g_assert_true (stile_diagnosis_history_remove (self->history, first, NULL));
  g_assert_true (stile_diagnosis_history_remove (self->history, stranger, NULL));
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
  assert_list (self->history, "a");
  load (again);
  assert_list (again, "a");
}

/* What somebody else has removed is gone, and no error. */
static void
test_removes_what_is_gone (Fixture *self, gconstpointer data)
{
  g_autoptr (StileReport) first = NULL;

  keep_new (self->history, "2026-11-01T00:00:00Z", "https://a");
  first = g_list_model_get_item (G_LIST_MODEL (self->history), 0);
  g_assert_cmpint (g_unlink (stile_diagnosis_history_get_file (self->history, first)), ==, 0);
  g_assert_true (stile_diagnosis_history_remove (self->history, first, NULL));
  assert_list (self->history, "");
}

static void
write_file (Fixture *self, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* The others are shown, and how many are not. */
static void
test_passes_over_what_is_damaged (Fixture *self, gconstpointer data)
{
  keep_new (self->history, "2026-11-01T00:00:00Z", "https://a");
  write_file (self, "cut.json", "{\"schema\":\"atls-path-re");
  write_file (self, "later.json", "{\"schema\":\"atls-path-report/2\"}");
  write_file (self, "empty.json", "");
  write_file (self, "notes.txt", "no report");
  load (self->history);
  assert_list (self->history, "a");
  g_assert_cmpuint (stile_diagnosis_history_get_n_damaged (self->history), ==, 3);
}

/* A file in the folder's place: root, too, cannot write there. */
static void
test_says_when_nothing_can_be_kept (Fixture *self, gconstpointer data)
{
  g_autoptr (StileReport) report = make_report ("2026-11-01T00:00:00Z", "https://a");
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (self->folder, "", -1, NULL));
  g_assert_false (keep (self->history, report, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, self->folder));
  assert_list (self->history, "");
  load (self->history);
  assert_list (self->history, "");
  g_unlink (self->folder);
}

/* Root writes everywhere; for all others nothing comes and nothing goes. */
static void
test_keeps_nothing_in_a_read_only_folder (Fixture *self, gconstpointer data)
{
  g_autoptr (StileReport) report = make_report ("2026-11-02T00:00:00Z", "https://b");
  g_autoptr (StileReport) kept = NULL;
  g_autoptr (GError) error = NULL;
  gboolean root = geteuid () == 0;

  keep_new (self->history, "2026-11-01T00:00:00Z", "https://a");
  kept = g_list_model_get_item (G_LIST_MODEL (self->history), 0);
  g_assert_cmpint (g_chmod (self->folder, 0500), ==, 0);
  g_assert_true (keep (self->history, report, &error) == root);
  g_assert_true (root || g_error_matches (error, STILE_ERROR, STILE_ERROR_SETTINGS));
  g_clear_error (&error);
  g_assert_true (stile_diagnosis_history_remove (self->history, kept, &error) == root);
  g_assert_true (root || g_error_matches (error, STILE_ERROR, STILE_ERROR_SETTINGS));
  assert_list (self->history, root ? "b" : "a");
  g_assert_cmpint (g_chmod (self->folder, 0700), ==, 0);
}

/* What is in the file's place cannot be unlinked, by nobody. */
static void
test_says_when_it_cannot_be_removed (Fixture *self, gconstpointer data)
{
  g_autoptr (StileReport) kept = NULL;
  g_autoptr (GError) error = NULL;
  const char *file;

  keep_new (self->history, "2026-11-01T00:00:00Z", "https://a");
  kept = g_list_model_get_item (G_LIST_MODEL (self->history), 0);
  file = stile_diagnosis_history_get_file (self->history, kept);
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_cmpint (g_mkdir (file, 0700), ==, 0);
  g_assert_false (stile_diagnosis_history_remove (self->history, kept, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  assert_list (self->history, "a");
  g_assert_cmpint (g_rmdir (file), ==, 0);
}

static void
test_drops_the_oldest (Fixture *self, gconstpointer data)
{
  g_autoptr (StileReport) last = NULL;
  g_autoptr (GDir) folder = NULL;
  guint files = 0;

  for (guint i = 0; i <= STILE_DIAGNOSIS_HISTORY_DEFAULT; i++)
    {
      g_autofree char *created = g_strdup_printf ("2026-11-01T00:%02u:%02uZ", i / 60, i % 60);

      keep_new (self->history, created, i == 0 ? "https://a" : "https://b");
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->history)), ==,
                    STILE_DIAGNOSIS_HISTORY_DEFAULT);
  last = g_list_model_get_item (G_LIST_MODEL (self->history), STILE_DIAGNOSIS_HISTORY_DEFAULT - 1);
  g_assert_cmpstr (stile_report_get_url (last), ==, "https://b");
  folder = g_dir_open (self->folder, 0, NULL);
  while (g_dir_read_name (folder) != NULL)
    files++;
  g_assert_cmpuint (files, ==, STILE_DIAGNOSIS_HISTORY_DEFAULT);
}

static void
test_finds_the_earlier_one (Fixture *self, gconstpointer data)
{
  g_autoptr (StileReport) newest = make_report ("2026-11-04T00:00:00Z", "https://a");
  g_autoptr (GDateTime) created = NULL;
  g_autofree char *date = NULL;

  keep_new (self->history, "2026-11-01T00:00:00Z", "https://a");
  keep_new (self->history, "2026-11-02T00:00:00Z", "https://a");
  keep_new (self->history, "2026-11-03T00:00:00Z", "https://b");
  g_assert_true (keep (self->history, newest, NULL));
  created = stile_report_get_created (stile_diagnosis_history_find_earlier (self->history, newest));
  date = g_date_time_format_iso8601 (created);
  g_assert_cmpstr (date, ==, "2026-11-02T00:00:00Z");
}

/* From one on; those that there are more go with the next one that comes. */
static void
test_keeps_as_many_as_wanted (Fixture *self, gconstpointer data)
{
  keep_new (self->history, "2026-11-01T00:00:00Z", "https://a");
  keep_new (self->history, "2026-11-02T00:00:00Z", "https://b");
  keep_new (self->history, "2026-11-03T00:00:00Z", "https://c");
  stile_diagnosis_history_set_limit (self->history, 2);
  assert_list (self->history, "cba");
  keep_new (self->history, "2026-11-04T00:00:00Z", "https://d");
  assert_list (self->history, "dc");
  stile_diagnosis_history_set_limit (self->history, 0);
  keep_new (self->history, "2026-11-05T00:00:00Z", "https://e");
  assert_list (self->history, "e");
  stile_diagnosis_history_set_limit (self->history, 3);
  keep_new (self->history, "2026-11-06T00:00:00Z", "https://f");
  assert_list (self->history, "fe");
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/diagnosis/diagnosis-history/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("lists-by-date", test_lists_by_date);
  ADD ("keeps-for-the-owner-alone", test_keeps_for_the_owner_alone);
  ADD ("tells-of-changes", test_tells_of_changes);
  ADD ("removes", test_removes);
  ADD ("removes-what-is-gone", test_removes_what_is_gone);
  ADD ("passes-over-what-is-damaged", test_passes_over_what_is_damaged);
  ADD ("says-when-nothing-can-be-kept", test_says_when_nothing_can_be_kept);
  ADD ("keeps-nothing-in-a-read-only-folder", test_keeps_nothing_in_a_read_only_folder);
  ADD ("says-when-it-cannot-be-removed", test_says_when_it_cannot_be_removed);
  ADD ("drops-the-oldest", test_drops_the_oldest);
  ADD ("keeps-as-many-as-wanted", test_keeps_as_many_as_wanted);
  ADD ("finds-the-earlier-one", test_finds_the_earlier_one);

  return g_test_run ();
}

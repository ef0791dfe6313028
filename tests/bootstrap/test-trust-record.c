/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-installation.h"
#include "bootstrap/stile-nss-store.h"
#include "bootstrap/stile-pem-store.h"
#include "bootstrap/stile-trust-record.h"
#include "support/test-await.h"
#include "support/test-pki.h"

static const StileTrustOrigin plant = {
  .service = "https://provision.example",
  .serial = "0815",
  .signer = "CN=Example Devices",
  .domain = "Plant Nord",
};

typedef struct
{
  char *directory;
  char *path; /* of a PEM file that has the old root */
  char *before;
  TestPki *old;
  TestPki *one;
  TestPki *two;
  GPtrArray *roots; /* old, one and two */
  GPtrArray *stores;
  StileTrustRecord *record;
} Fixture;

static char *
read_text (const char *path)
{
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

/* The stores, as another process would open them. */
static GPtrArray *
open_stores (Fixture *self)
{
  g_autofree char *database = g_build_filename (self->directory, "nssdb", NULL);
  GPtrArray *stores = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (stores, stile_pem_store_new_file (self->path));
  g_ptr_array_add (stores, stile_nss_store_new (database));

  return stores;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->directory = test_pki_directory_new ();
  self->old = test_pki_authority_new ("Old", TEST_PKI_P256);
  self->one = test_pki_authority_new ("One", TEST_PKI_P256);
  self->two = test_pki_authority_new ("Two", TEST_PKI_P256);
  self->roots = test_pki_list (self->old, self->one, self->two, NULL);
  self->path = test_pki_save_chain (self->old, self->directory, "roots");
  self->before = read_text (self->path);
  self->stores = open_stores (self);
  self->record = stile_trust_record_new (self->directory);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_ptr_array_unref (self->stores);
  g_object_unref (self->record); /* a thread may still be letting go of it */
  test_pki_directory_remove (self->directory);
  g_ptr_array_unref (self->roots);
  test_pki_unref (self->old);
  test_pki_unref (self->one);
  test_pki_unref (self->two);
  g_free (self->directory);
  g_free (self->path);
  g_free (self->before);
}

static GPtrArray *
list (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *entries = stile_trust_record_list (self->record, &error);

  g_assert_no_error (error);
  return entries;
}

/* Returns: (transfer full): how it went in each store. */
static GPtrArray *
wait_for_results (GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *results = stile_installation_finish (test_await_result (result), &error);

  g_assert_no_error (error);
  return results;
}

static GPtrArray *
install (Fixture *self, GPtrArray *stores)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_installation_install_async (stores, self->roots, self->record, &plant, NULL, test_await_cb, &result);
  return wait_for_results (&result);
}

static void
undo (Fixture *self, GPtrArray *stores, GPtrArray *roots)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GError) error = NULL;

  stile_installation_undo_async (stores, roots, self->record, NULL, test_await_cb, &result);
  results = wait_for_results (&result);
  g_assert_true (stile_installation_result_check (results, &error));
  g_assert_no_error (error);
}

static gboolean
contains (GPtrArray *stores, guint index, TestPki *pki)
{
  g_autoptr (GPtrArray) roots = test_pki_list (pki, NULL);
  g_autoptr (GError) error = NULL;
  gboolean there = stile_trust_store_contains (g_ptr_array_index (stores, index), roots, &error);

  g_assert_no_error (error);
  return there;
}

static void
assert_file_as_before (Fixture *self)
{
  g_autofree char *now = read_text (self->path);

  g_assert_cmpstr (now, ==, self->before);
}

static void
test_installs_and_undoes (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) results = install (self, self->stores);
  g_autoptr (GPtrArray) entries = list (self);
  g_autoptr (GPtrArray) later = open_stores (self);
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GError) error = NULL;
  const StileTrustOrigin *origin;
  GStatBuf status;

  g_assert_cmpuint (results->len, ==, 2);
  g_assert_true (stile_installation_result_check (results, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (entries->len, ==, 2);
  /* The old root was in the file before, and not in the database. */
  g_assert_cmpuint (stile_trust_entry_get_roots (g_ptr_array_index (entries, 0))->len, ==, 2);
  g_assert_cmpuint (stile_trust_entry_get_roots (g_ptr_array_index (entries, 1))->len, ==, 3);
  g_assert_true (stile_trust_entry_is_done (g_ptr_array_index (entries, 1)));
  origin = stile_trust_entry_get_origin (g_ptr_array_index (entries, 0));
  g_assert_cmpstr (origin->service, ==, plant.service);
  g_assert_cmpstr (origin->serial, ==, plant.serial);
  g_assert_cmpstr (origin->signer, ==, plant.signer);
  g_assert_cmpstr (origin->domain, ==, plant.domain);
  g_assert_cmpint (g_stat (stile_trust_record_get_path (self->record), &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  undo (self, later, self->roots);
  assert_file_as_before (self);
  g_assert_false (contains (later, 1, self->old));
  none = list (self);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_undoes_one_root (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) results = install (self, self->stores);
  g_autoptr (GPtrArray) one = test_pki_list (self->one, NULL);
  g_autoptr (GPtrArray) later = open_stores (self);
  g_autoptr (GPtrArray) entries = NULL;

  undo (self, later, one);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (contains (later, i, self->one));
      g_assert_true (contains (later, i, self->two));
    }
  entries = list (self);
  g_assert_cmpuint (entries->len, ==, 2);
  g_assert_cmpuint (stile_trust_entry_get_roots (g_ptr_array_index (entries, 0))->len, ==, 1);
}

/* Installing again adds nothing, so that there is nothing more to take back. */
static void
test_records_once (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) first = install (self, self->stores);
  g_autoptr (GPtrArray) later = open_stores (self);
  g_autoptr (GPtrArray) second = install (self, later);
  g_autoptr (GPtrArray) entries = list (self);

  g_assert_cmpuint (entries->len, ==, 2);
}

/* A walk that is undone leaves what an earlier one installed, and its entry. */
static void
test_removing_leaves_others (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) first = install (self, self->stores);
  g_autoptr (GPtrArray) later = open_stores (self);
  g_autoptr (GPtrArray) second = install (self, later);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) own = NULL;
  g_autoptr (GPtrArray) nothing = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) none = NULL;

  stile_installation_remove_async (later, self->roots, self->record, NULL, test_await_cb, &result);
  nothing = wait_for_results (&result);
  g_assert_true (contains (later, 0, self->one));
  g_assert_true (contains (later, 1, self->one));
  entries = list (self);
  g_assert_cmpuint (entries->len, ==, 2);

  stile_installation_remove_async (self->stores, self->roots, self->record, NULL, test_await_cb, &own);
  all = wait_for_results (&own);
  g_assert_false (contains (later, 1, self->one));
  assert_file_as_before (self);
  none = list (self);
  g_assert_cmpuint (none->len, ==, 0);
}

/* The process ends at one of two moments: after the entry was written, or after the store was changed too. */
static void
crash (Fixture *self, gboolean after_store)
{
  g_autoptr (GPtrArray) stores = open_stores (self);

  for (guint i = 0; i < stores->len; i++)
    {
      StileTrustStore *store = g_ptr_array_index (stores, i);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) wanted = stile_trust_store_prepare (store, self->roots, &error);
      g_autoptr (StileTrustEntry) entry =
          stile_trust_entry_new (stile_trust_store_get_id (store), stile_trust_store_get_name (store), NULL);

      g_assert_no_error (error);
      for (guint j = 0; j < self->roots->len; j++)
        if (g_ptr_array_index (wanted, j) != NULL)
          stile_trust_entry_add_root (entry, g_ptr_array_index (self->roots, j),
                                      g_ptr_array_index (wanted, j));
      g_assert_true (stile_trust_record_add (self->record, entry, &error));
      if (after_store)
        g_assert_true (stile_trust_store_install (store, self->roots, &error));
      g_assert_no_error (error);
    }
}

static void
test_crash (Fixture *self, gconstpointer data)
{
  for (int after_store = 0; after_store < 2; after_store++)
    {
      g_autoptr (GPtrArray) later = open_stores (self);
      g_autoptr (GPtrArray) entries = NULL;
      g_autoptr (GPtrArray) none = NULL;

      crash (self, after_store);
      entries = list (self);
      g_assert_cmpuint (entries->len, ==, 2);
      g_assert_false (stile_trust_entry_is_done (g_ptr_array_index (entries, 0)));
      undo (self, later, self->roots);
      assert_file_as_before (self);
      g_assert_false (contains (later, 1, self->two));
      none = list (self);
      g_assert_cmpuint (none->len, ==, 0);
    }
}

/* Whoever does it again after a crash finishes the old entries too. */
static void
test_crash_and_again (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) later = open_stores (self);
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GPtrArray) entries = NULL;

  crash (self, TRUE);
  results = install (self, later);
  entries = list (self);
  g_assert_cmpuint (entries->len, ==, 2);
  for (guint i = 0; i < entries->len; i++)
    g_assert_true (stile_trust_entry_is_done (g_ptr_array_index (entries, i)));
}

/* One store fails: the other is done all the same, and only it is in the record. */
static void
test_goes_on_past_failure (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_insert (self->stores, 0, stile_pem_store_new_file ("/nonexistent/roots.pem"));
  results = install (self, self->stores);
  g_assert_cmpuint (results->len, ==, 3);
  g_assert_false (stile_installation_result_check (results, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (stile_installation_result_get_error (g_ptr_array_index (results, 0)));
  for (guint i = 1; i < 3; i++)
    {
      StileInstallationResult *result = g_ptr_array_index (results, i);

      g_assert_null (stile_installation_result_get_error (result));
      g_assert_true (stile_trust_result_all_hold (stile_installation_result_get_programs (result)));
      g_assert_true (stile_installation_result_get_store (result) == g_ptr_array_index (self->stores, i));
    }
  entries = list (self);
  g_assert_cmpuint (entries->len, ==, 2);
}

/* Installed, and yet nobody trusts it: that is no success. */
static void
test_expired_is_no_success (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) late = test_pki_issue (
      NULL, &(TestPkiOptions){ .name = "Late", .authority = TRUE, .begins = -7200, .ends = -3600 });
  g_autoptr (GPtrArray) results = NULL;

  g_ptr_array_add (self->roots, g_object_ref (test_pki_get_certificate (late)));
  results = install (self, self->stores);
  for (guint i = 0; i < results->len; i++)
    {
      StileInstallationResult *result = g_ptr_array_index (results, i);

      g_assert_nonnull (stile_installation_result_get_programs (result));
      g_assert_nonnull (strstr (stile_installation_result_get_error (result)->message, "expired"));
    }
  undo (self, self->stores, self->roots);
  assert_file_as_before (self);
}

/* A damaged record is not written over, and without one nothing is installed. */
static void
test_damaged (Fixture *self, gconstpointer data)
{
  static const char *const texts[] = {
    "",
    "A letter to my aunt",
    "[]",
    "{\"version\": 2, \"entries\": []}",
    "{\"version\": 1}",
    "{\"version\": 1, \"entries\": [7]}",
    "{\"version\": 1, \"entries\": [{\"id\": \"a\", \"store\": \"own\", \"name\": \"n\", \"time\": "
    "\"2026-01-01T00:00:00Z\", \"state\": \"done\", \"roots\": []}]}",
    "{\"version\": 1, \"entries\": [{\"id\": \"a\", \"store\": \"own\", \"name\": \"n\", \"time\": "
    "\"2026-01-01T00:00:00Z\", \"state\": \"done\", \"roots\": [{\"der\": \"AAAA\", \"undo\": \"\"}]}]}",
  };
  const char *path = stile_trust_record_get_path (self->record);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) results = NULL;
      g_autofree char *after = NULL;

      g_test_message ("%s", texts[i]);
      g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
      g_assert_null (stile_trust_record_list (self->record, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, path));
      results = install (self, self->stores);
      g_assert_nonnull (stile_installation_result_get_error (g_ptr_array_index (results, 0)));
      after = read_text (path);
      g_assert_cmpstr (after, ==, texts[i]);
      assert_file_as_before (self);
    }
}

static void
test_limits (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) large =
      g_bytes_new_take (g_malloc0 (STILE_TRUST_RECORD_MAX_SIZE + 1), STILE_TRUST_RECORD_MAX_SIZE + 1);
  g_autoptr (GString) many = g_string_new ("{\"version\": 1, \"entries\": [0");
  g_autoptr (GBytes) document = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_trust_record_parse (large, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_LIMIT);
  g_clear_error (&error);
  for (guint i = 0; i < STILE_TRUST_RECORD_MAX_ENTRIES; i++)
    g_string_append (many, ",0");
  g_string_append (many, "]}");
  document = g_bytes_new_static (many->str, many->len);
  g_assert_null (stile_trust_record_parse (document, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_LIMIT);
}

static gpointer
add_many (gpointer data)
{
  Fixture *self = data;

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (StileTrustEntry) entry = stile_trust_entry_new ("own", "Own", &plant);
      g_autoptr (GError) error = NULL;

      stile_trust_entry_add_root (entry, test_pki_get_certificate (self->one), "plain");
      g_assert_true (stile_trust_record_add (self->record, entry, &error));
      g_assert_no_error (error);
    }

  return NULL;
}

/* The lock is the file's, so that threads stand for processes here. */
static void
test_several_at_once (Fixture *self, gconstpointer data)
{
  GThread *threads[4];
  g_autoptr (GPtrArray) entries = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("record", add_many, self);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  entries = list (self);
  g_assert_cmpuint (entries->len, ==, 80);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "installs-and-undoes", test_installs_and_undoes },
    { "undoes-one-root", test_undoes_one_root },
    { "records-once", test_records_once },
    { "removing-leaves-others", test_removing_leaves_others },
    { "crash", test_crash },
    { "crash-and-again", test_crash_and_again },
    { "goes-on-past-failure", test_goes_on_past_failure },
    { "expired-is-no-success", test_expired_is_no_success },
    { "damaged", test_damaged },
    { "limits", test_limits },
    { "several-at-once", test_several_at_once },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *name = g_strconcat ("/bootstrap/trust-record/", tests[i].name, NULL);

      g_test_add (name, Fixture, NULL, set_up, tests[i].run, tear_down);
    }

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "inventory/stile-ledger-database.h"
#include "inventory/store-fixture.h"
#include "support/test-await.h"

/* Files that are not opened, and are left as they were, and what is said when the disk takes nothing more. */

/* Nobody in particular, whom permissions hold back. */
#define NOBODY 65534

static char *
hash_file (const char *path)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guint8 *)text, length);
}

static void
test_twice (StoreFixture *self, gconstpointer data)
{
  store_fill (self->store, 1);
  store_expect_refused (self->path, "in use by another Stile");
  store_expect_refused (self->path, "in use by another Stile");
  g_assert_cmpuint (store_add (self->store, &(StileDeviceSpec){ "more" }, 1), ==, 1);
  store_fixture_expect_kept_order (self);
}

/* Whoever was cancelled, or refused for another reason, does not keep the lock. */
static void
test_lock_is_let_go (StoreFixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (StileDeviceStore) none = NULL;

  store_fixture_close (self);
  stile_device_store_open_async (self->path, cancellable, test_await_cb, &result);
  g_cancellable_cancel (cancellable);
  none = stile_device_store_open_finish (test_await_result (&result), NULL);
  g_assert_null (none);
  g_clear_object (&result);
  test_await_idle ();
  store_run_sql (self->path, "PRAGMA user_version = 99");
  store_expect_refused (self->path, "newer Stile");
  store_run_sql (self->path, "PRAGMA user_version = 4");
  store_fixture_open (self);
}

static void
expect_untouched (StoreFixture *self, const char *words)
{
  g_autofree char *before = hash_file (self->path);
  g_autofree char *after = NULL;

  store_expect_refused (self->path, words);
  after = hash_file (self->path);
  g_assert_cmpstr (before, ==, after);
}

static void
test_newer (StoreFixture *self, gconstpointer data)
{
  store_fill (self->store, 3);
  store_fixture_close (self);
  store_run_sql (self->path, "PRAGMA user_version = 99");
  expect_untouched (self, "newer Stile: it has version 99");
}

typedef struct
{
  const char *name;
  goffset at;
  const char *bytes;
} Damage;

static const Damage damages[] = {
  { "head", 0, "This is a letter, not a database." },
  { "schema", 100, "\xff\xff\xff\xff\xff\xff\xff\xff" },
  { "page", 2 * 4096, "\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99" },
};

static void
test_damaged (StoreFixture *self, gconstpointer data)
{
  const Damage *damage = data;
  int fd;

  store_fill (self->store, 400);
  store_fixture_close (self);
  fd = g_open (self->path, O_WRONLY, 0);
  g_assert_cmpint (pwrite (fd, damage->bytes, strlen (damage->bytes), damage->at), >, 0);
  g_close (fd, NULL);
  expect_untouched (self, "damaged");
}

static void
test_ledger_is_no_list (StoreFixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->directory, "stiled.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLedger) ledger = stile_ledger_database_new (path, &error);

  g_assert_no_error (error);
  g_clear_object (&ledger);
  store_fixture_close (self);
  g_free (self->path);
  self->path = g_steal_pointer (&path);
  expect_untouched (self, "another purpose");
}

static void
test_list_is_no_ledger (StoreFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLedger) ledger = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  store_fill (self->store, 1);
  store_fixture_close (self);
  before = hash_file (self->path);
  ledger = stile_ledger_database_new (self->path, &error);
  g_assert_null (ledger);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "another purpose"));
  after = hash_file (self->path);
  g_assert_cmpstr (before, ==, after);
}

static void
test_foreign (StoreFixture *self, gconstpointer data)
{
  store_fixture_close (self);
  g_assert_cmpint (g_unlink (self->path), ==, 0);
  store_run_sql (self->path, "CREATE TABLE moz_places (id INTEGER PRIMARY KEY)");
  expect_untouched (self, "belongs to another program");
}

static void
test_no_folder (StoreFixture *self, gconstpointer data)
{
  g_autofree char *below = g_build_filename (self->path, "devices.db", NULL);
  g_autofree char *nowhere = g_build_filename (self->directory, "no", "devices.db", NULL);

  store_expect_refused (below, "cannot be");
  store_expect_refused (nowhere, "cannot be");
}

/* --- in a process of its own --- */

/* Whoever is root is held back by nothing. */
static void
become_nobody (void)
{
  if (geteuid () == 0)
    g_assert_cmpint (setuid (NOBODY), ==, 0);
}

static void
read_only_child (void)
{
  store_expect_refused (g_getenv ("STILE_TEST_STORE"), "cannot be");
}

static void
run_child (StoreFixture *self, const char *name)
{
  g_setenv ("STILE_TEST_STORE", self->path, TRUE);
  g_test_trap_subprocess (name, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_unsetenv ("STILE_TEST_STORE");
  g_test_trap_assert_passed ();
}

static void
test_read_only_subprocess (void)
{
  become_nobody ();
  read_only_child ();
  /* A leak checker may not look into a process that has become somebody else. */
  _exit (0);
}

static void
test_read_only (StoreFixture *self, gconstpointer data)
{
  g_autofree char *lock = g_strconcat (self->path, ".lock", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  store_fill (self->store, 3);
  store_fixture_close (self);
  before = hash_file (self->path);
  g_chmod (self->directory, 0777);
  g_chmod (self->path, 0444);
  g_chmod (lock, 0666);
  run_child (self, "/device-store/refusals/read-only/subprocess");
  g_chmod (lock, 0444);
  run_child (self, "/device-store/refusals/read-only/subprocess");
  g_unlink (lock);
  g_chmod (self->directory, 0555);
  run_child (self, "/device-store/refusals/read-only/subprocess");
  g_chmod (self->directory, 0755);
  after = hash_file (self->path);
  g_assert_cmpstr (before, ==, after);
}

static void
set_limit (rlim_t bytes)
{
  struct rlimit limit = { bytes, RLIM_INFINITY };

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static guint
fill_up (StileDeviceStore *store)
{
  g_autofree char *note = g_strnfill (2000, 'x');
  guint kept = 0;

  while (TRUE)
    {
      g_autofree char *serial = g_strdup_printf ("D%u", kept);
      const StileDeviceSpec spec = { .serial = serial, .note = note };
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      stile_device_store_add_async (store, &spec, 1, NULL, test_await_cb, &result);
      if (!stile_device_store_add_finish (store, test_await_result (&result), NULL, &error))
        {
          g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
          g_assert_nonnull (strstr (error->message, "disk is full"));
          return kept;
        }
      kept++;
    }
}

static void
fail_to_change (StileDeviceStore *store)
{
  StoreFixtureTally tally = { store };
  StileDevice *device = store_get (store, 0);

  for (guint i = 0; i < 5; i++)
    {
      StileDeviceChange *what = stile_device_change_new (device, STILE_DEVICE_DONE, STILE_PRM_STEP_DONE);

      what->artefact = g_bytes_new_take (g_malloc0 (100000), 100000);
      stile_device_store_change_async (store, what, store_fixture_changed_cb, &tally);
    }
  test_await_until (tally.done == 5);
  g_assert_cmpuint (tally.failed, ==, 5);
  g_assert_error (tally.error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (tally.error->message, "disk is full"));
  g_clear_error (&tally.error);
  g_assert_cmpint (stile_device_get_state (device), ==, STILE_DEVICE_NEW);
}

/* A file that may not grow stands for a disk that is full. */
static void
test_full_subprocess (void)
{
  const char *path = g_getenv ("STILE_TEST_STORE");
  StileDeviceStore *store = store_open (path);
  guint kept;

  set_limit (256 * 1024);
  kept = fill_up (store);
  g_assert_cmpuint (kept, >, 10);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, kept);
  fail_to_change (store);
  set_limit (RLIM_INFINITY);
  g_assert_cmpuint (store_add (store, &(StileDeviceSpec){ "there is room again" }, 1), ==, 1);
  store_close (&store);
  store = store_open (path);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, kept + 1);
  g_assert_cmpint (stile_device_get_state (store_get (store, 0)), ==, STILE_DEVICE_NEW);
  store_close (&store);
}

static void
test_full (StoreFixture *self, gconstpointer data)
{
  store_fixture_close (self);
  run_child (self, "/device-store/refusals/disk-full/subprocess");
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/device-store/refusals/" name, StoreFixture, NULL, store_fixture_set_up, function,            \
              store_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("the-same-list-twice", test_twice);
  ADD ("the-lock-is-let-go", test_lock_is_let_go);
  ADD ("newer-is-refused", test_newer);
  ADD ("a-services-database-is-no-list", test_ledger_is_no_list);
  ADD ("a-list-is-no-services-database", test_list_is_no_ledger);
  ADD ("foreign-is-refused", test_foreign);
  ADD ("no-folder", test_no_folder);
  ADD ("read-only", test_read_only);
  ADD ("disk-full", test_full);
  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *path = g_strconcat ("/device-store/refusals/damaged/", damages[i].name, NULL);

      g_test_add (path, StoreFixture, &damages[i], store_fixture_set_up, test_damaged,
                  store_fixture_tear_down);
    }
  g_test_add_func ("/device-store/refusals/read-only/subprocess", test_read_only_subprocess);
  g_test_add_func ("/device-store/refusals/disk-full/subprocess", test_full_subprocess);

  return g_test_run ();
}

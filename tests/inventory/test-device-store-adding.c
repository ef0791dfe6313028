/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "inventory/stile-database.h"
#include "inventory/store-fixture.h"
#include "support/test-await.h"

/* What is added to the list of a provisioning station: what a call has told is on the disk, and the list shows it. */

#define MANY 10000

static guint
get_mode (const char *path)
{
  GStatBuf seen;

  g_assert_cmpint (g_stat (path, &seen), ==, 0);
  return seen.st_mode & 0777;
}

static void
test_fresh (StoreFixture *self, gconstpointer data)
{
  g_autofree char *lock = g_strconcat (self->path, ".lock", NULL);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->store)), ==, 0);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (self->store)) == STILE_TYPE_DEVICE);
  g_assert_null (g_list_model_get_object (G_LIST_MODEL (self->store), 0));
  g_assert_null (stile_device_store_find (self->store, "D0"));
  g_assert_cmpstr (stile_device_store_get_path (self->store), ==, self->path);
  g_assert_cmpuint (get_mode (self->path), ==, 0600);
  g_assert_cmpuint (get_mode (lock), ==, 0600);
}

static void
test_memory (void)
{
  StileDeviceStore *one = store_open (STILE_DATABASE_MEMORY);
  StileDeviceStore *other = store_open (STILE_DATABASE_MEMORY);

  store_fill (one, 3);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (one)), ==, 3);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (other)), ==, 0);
  g_assert_false (g_file_test (STILE_DATABASE_MEMORY ".lock", G_FILE_TEST_EXISTS));
  store_close (&one);
  store_close (&other);
}

static void
test_fields (StoreFixture *self, gconstpointer data)
{
  const StileDeviceSpec specs[] = {
    { "PID:X1 SN:'; DROP TABLE devices; --", "[2001:db8::1]:8080", "Pümpe 7", "X1", "first\nsecond" },
    { "é\xf0\x9f\x94\x91", NULL, NULL, NULL, NULL },
    { " ", "", "", "", "" },
  };

  g_assert_cmpuint (store_add (self->store, specs, G_N_ELEMENTS (specs)), ==, G_N_ELEMENTS (specs));
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (specs); i++)
        {
          StileDevice *device = store_get (self->store, i);

          g_assert_cmpstr (stile_device_get_serial (device), ==, specs[i].serial);
          g_assert_cmpstr (stile_device_get_address (device), ==, specs[i].address);
          g_assert_cmpstr (stile_device_get_name (device), ==, specs[i].name);
          g_assert_cmpstr (stile_device_get_model (device), ==, specs[i].model);
          g_assert_cmpstr (stile_device_get_note (device), ==, specs[i].note);
          g_assert_cmpint (stile_device_get_state (device), ==, STILE_DEVICE_NEW);
          g_assert_cmpint (stile_device_get_step (device), ==, STILE_PRM_STEP_VOUCHER_TRIGGER);
          g_assert_null (stile_device_get_message (device));
          g_assert_cmpint (stile_device_get_until (device), ==, 0);
          g_assert_cmpint (stile_device_get_changed (device), >, 0);
          g_assert_cmpint (stile_device_get_id (device), ==, i + 1);
        }
      store_fixture_reopen (self);
    }
}

static void
count_cb (GListModel *model, guint place, guint removed, guint added, gpointer data)
{
  (*(guint *)data)++;
}

static void
test_many (StoreFixture *self, gconstpointer data)
{
  guint signals = 0;

  g_signal_connect (self->store, "items-changed", G_CALLBACK (count_cb), &signals);
  store_fill (self->store, MANY);
  g_assert_cmpuint (signals, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->store)), ==, MANY);
  store_fixture_expect_kept_order (self);
  g_assert_cmpstr (stile_device_get_serial (store_get (self->store, MANY - 1)), ==, "D9999");
}

static void
test_nothing (StoreFixture *self, gconstpointer data)
{
  guint signals = 0;

  g_signal_connect (self->store, "items-changed", G_CALLBACK (count_cb), &signals);
  g_assert_cmpuint (store_add (self->store, NULL, 0), ==, 0);
  g_assert_cmpuint (signals, ==, 0);
}

static void
test_duplicates (StoreFixture *self, gconstpointer data)
{
  const StileDeviceSpec specs[] = {
    { "A", "one.example", "first" }, { "B" }, { "A", "two.example", "second" }, { "a" }, { "B " }, { "B" },
  };

  g_assert_cmpuint (store_add (self->store, specs, G_N_ELEMENTS (specs)), ==, 4);
  store_fixture_expect_order (self, "A B a B ");
  g_assert_cmpstr (stile_device_get_address (store_fixture_find (self, "A")), ==, "one.example");
  g_assert_cmpstr (stile_device_get_name (store_fixture_find (self, "A")), ==, "first");
  g_assert_cmpuint (store_add (self->store, specs, G_N_ELEMENTS (specs)), ==, 0);
  store_fixture_expect_kept_order (self);
}

/* Somebody read the list again after the network was changed. */
static void
test_another_address (StoreFixture *self, gconstpointer data)
{
  const StileDeviceSpec before[] = {
    { "A", "a.example" }, { "B", "b.example" }, { "C" }, { "D", "d.example" }
  };
  const StileDeviceSpec after[] = {
    { "A", "new.example:81", "a name" }, { "B" }, { "C", "c.example" }, { "D", "d.example" }, { "E", "e" },
  };
  guint moved = 0;
  guint stayed = 0;

  store_add (self->store, before, G_N_ELEMENTS (before));
  g_signal_connect (store_fixture_find (self, "A"), "notify::address", G_CALLBACK (store_fixture_notify_cb),
                    &moved);
  g_signal_connect (store_fixture_find (self, "D"), "notify", G_CALLBACK (store_fixture_notify_cb), &stayed);
  g_assert_cmpuint (store_add (self->store, after, G_N_ELEMENTS (after)), ==, 1);
  g_assert_cmpuint (moved, ==, 1);
  g_assert_cmpuint (stayed, ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpstr (stile_device_get_address (store_fixture_find (self, "A")), ==, "new.example:81");
      g_assert_null (stile_device_get_name (store_fixture_find (self, "A")));
      g_assert_cmpstr (stile_device_get_address (store_fixture_find (self, "B")), ==, "b.example");
      g_assert_cmpstr (stile_device_get_address (store_fixture_find (self, "C")), ==, "c.example");
      g_assert_cmpstr (stile_device_get_address (store_fixture_find (self, "E")), ==, "e");
      store_fixture_expect_order (self, "A B C D E");
      store_fixture_reopen (self);
    }
}

/* A list is read while somebody scans a code of the same device. */
static void
test_two_at_once (StoreFixture *self, gconstpointer data)
{
  const StileDeviceSpec first[] = { { "A" }, { "B" } };
  const StileDeviceSpec second[] = { { "B", "b.example" }, { "C" } };
  g_autoptr (GAsyncResult) one = NULL;
  g_autoptr (GAsyncResult) two = NULL;
  g_autoptr (GError) error = NULL;
  guint added[2] = { 0, 0 };

  stile_device_store_add_async (self->store, first, 2, NULL, test_await_cb, &one);
  stile_device_store_add_async (self->store, second, 2, NULL, test_await_cb, &two);
  test_await_until (one != NULL && two != NULL);
  g_assert_true (stile_device_store_add_finish (self->store, one, &added[0], &error));
  g_assert_no_error (error);
  g_assert_true (stile_device_store_add_finish (self->store, two, &added[1], &error));
  g_assert_no_error (error);
  /* A result holds the store. */
  g_clear_object (&one);
  g_clear_object (&two);
  g_assert_cmpuint (added[0] + added[1], ==, 3);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->store)), ==, 3);
  g_assert_cmpstr (stile_device_get_address (store_fixture_find (self, "B")), ==, "b.example");
  store_fixture_expect_kept_order (self);
  g_assert_cmpstr (stile_device_get_address (store_fixture_find (self, "B")), ==, "b.example");
}

/* Cancelled is either all or nothing: the list shows what the disk has. */
static void
test_cancelled (StoreFixture *self, gconstpointer data)
{
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *serial = g_strdup_printf ("C%u", i);
      const StileDeviceSpec spec = { serial };
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      gboolean added;

      stile_device_store_add_async (self->store, &spec, 1, cancellable, test_await_cb, &result);
      if (i % 2 == 0)
        g_cancellable_cancel (cancellable);
      test_await_result (&result);
      g_cancellable_cancel (cancellable);
      added = stile_device_store_add_finish (self->store, result, NULL, &error);
      g_assert_true (added || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
      g_assert_true (added == (stile_device_store_find (self->store, serial) != NULL));
    }
  store_fixture_expect_kept_order (self);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/device-store/adding/" name, StoreFixture, NULL, store_fixture_set_up, function,              \
              store_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("fresh-is-private", test_fresh);
  ADD ("fields", test_fields);
  ADD ("ten-thousand-at-once", test_many);
  ADD ("nothing-to-add", test_nothing);
  ADD ("duplicates", test_duplicates);
  ADD ("another-address", test_another_address);
  ADD ("two-lists-at-once", test_two_at_once);
  ADD ("cancelled-is-all-or-nothing", test_cancelled);
  g_test_add_func ("/device-store/adding/memory", test_memory);

  return g_test_run ();
}

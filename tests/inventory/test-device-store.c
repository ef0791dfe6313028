/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "inventory/stile-database.h"
#include "inventory/stile-device-details.h"
#include "inventory/stile-ledger-database.h"
#include "inventory/store.h"
#include "support/test-await.h"
#include "support/test-pki.h"

/* The list of a provisioning station: what a call has told is on the disk, and the list shows it. */

/* Nobody in particular, whom permissions hold back. */
#define NOBODY 65534

#define MANY 10000

typedef struct
{
  char *directory;
  char *path;
  StileDeviceStore *store;
  GPtrArray *mirror; /* of StileDevice: what somebody who only listens thinks is there */
} Fixture;

/* --- a listener --- */

static void
items_changed_cb (GListModel *model, guint place, guint removed, guint added, gpointer data)
{
  Fixture *self = data;

  if (removed > 0)
    g_ptr_array_remove_range (self->mirror, place, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->mirror, (int)(place + i), g_list_model_get_item (model, place + i));
}

static void
listen (Fixture *self)
{
  g_ptr_array_set_size (self->mirror, 0);
  items_changed_cb (G_LIST_MODEL (self->store), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (self->store)),
                    self);
  g_signal_connect (self->store, "items-changed", G_CALLBACK (items_changed_cb), self);
}

static void
check_mirror (Fixture *self)
{
  g_assert_cmpuint (self->mirror->len, ==, g_list_model_get_n_items (G_LIST_MODEL (self->store)));
  for (guint i = 0; i < self->mirror->len; i++)
    {
      StileDevice *device = store_get (self->store, i);

      g_assert_true (g_ptr_array_index (self->mirror, i) == device);
      g_assert_true (stile_device_store_find (self->store, stile_device_get_serial (device)) == device);
    }
}

/* --- */

static void
set_up (Fixture *self, gconstpointer data)
{
  self->directory = test_pki_directory_new ();
  self->path = g_build_filename (self->directory, "devices.db", NULL);
  self->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  self->store = store_open (self->path);
  listen (self);
}

static void
close_store (Fixture *self)
{
  check_mirror (self);
  g_signal_handlers_disconnect_by_data (self->store, self);
  g_ptr_array_set_size (self->mirror, 0);
  store_close (&self->store);
}

static void
reopen (Fixture *self)
{
  close_store (self);
  self->store = store_open (self->path);
  listen (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->store != NULL)
    close_store (self);
  g_ptr_array_unref (self->mirror);
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
  g_free (self->path);
}

static void
expect_order (Fixture *self, const char *serials)
{
  g_autofree char *order = store_describe (self->store);

  g_assert_cmpstr (order, ==, serials);
  check_mirror (self);
}

static void
expect_kept_order (Fixture *self)
{
  g_autofree char *order = store_describe (self->store);

  reopen (self);
  expect_order (self, order);
}

static StileDevice *
find (Fixture *self, const char *serial)
{
  StileDevice *device = stile_device_store_find (self->store, serial);

  g_assert_nonnull (device);
  return device;
}

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

static guint
get_mode (const char *path)
{
  GStatBuf seen;

  g_assert_cmpint (g_stat (path, &seen), ==, 0);
  return seen.st_mode & 0777;
}

/* --- adding --- */

static void
test_fresh (Fixture *self, gconstpointer data)
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
test_fields (Fixture *self, gconstpointer data)
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
      reopen (self);
    }
}

static void
count_cb (GListModel *model, guint place, guint removed, guint added, gpointer data)
{
  (*(guint *)data)++;
}

static void
test_many (Fixture *self, gconstpointer data)
{
  guint signals = 0;

  g_signal_connect (self->store, "items-changed", G_CALLBACK (count_cb), &signals);
  store_fill (self->store, MANY);
  g_assert_cmpuint (signals, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->store)), ==, MANY);
  expect_kept_order (self);
  g_assert_cmpstr (stile_device_get_serial (store_get (self->store, MANY - 1)), ==, "D9999");
}

static void
test_nothing (Fixture *self, gconstpointer data)
{
  guint signals = 0;

  g_signal_connect (self->store, "items-changed", G_CALLBACK (count_cb), &signals);
  g_assert_cmpuint (store_add (self->store, NULL, 0), ==, 0);
  g_assert_cmpuint (signals, ==, 0);
}

static void
test_duplicates (Fixture *self, gconstpointer data)
{
  const StileDeviceSpec specs[] = {
    { "A", "one.example", "first" }, { "B" }, { "A", "two.example", "second" }, { "a" }, { "B " }, { "B" },
  };

  g_assert_cmpuint (store_add (self->store, specs, G_N_ELEMENTS (specs)), ==, 4);
  expect_order (self, "A B a B ");
  g_assert_cmpstr (stile_device_get_address (find (self, "A")), ==, "one.example");
  g_assert_cmpstr (stile_device_get_name (find (self, "A")), ==, "first");
  g_assert_cmpuint (store_add (self->store, specs, G_N_ELEMENTS (specs)), ==, 0);
  expect_kept_order (self);
}

static void
notify_cb (GObject *object, GParamSpec *pspec, gpointer data)
{
  (*(guint *)data)++;
}

/* Somebody read the list again after the network was changed. */
static void
test_another_address (Fixture *self, gconstpointer data)
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
  g_signal_connect (find (self, "A"), "notify::address", G_CALLBACK (notify_cb), &moved);
  g_signal_connect (find (self, "D"), "notify", G_CALLBACK (notify_cb), &stayed);
  g_assert_cmpuint (store_add (self->store, after, G_N_ELEMENTS (after)), ==, 1);
  g_assert_cmpuint (moved, ==, 1);
  g_assert_cmpuint (stayed, ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpstr (stile_device_get_address (find (self, "A")), ==, "new.example:81");
      g_assert_null (stile_device_get_name (find (self, "A")));
      g_assert_cmpstr (stile_device_get_address (find (self, "B")), ==, "b.example");
      g_assert_cmpstr (stile_device_get_address (find (self, "C")), ==, "c.example");
      g_assert_cmpstr (stile_device_get_address (find (self, "E")), ==, "e");
      expect_order (self, "A B C D E");
      reopen (self);
    }
}

/* A list is read while somebody scans a code of the same device. */
static void
test_two_at_once (Fixture *self, gconstpointer data)
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
  g_assert_cmpstr (stile_device_get_address (find (self, "B")), ==, "b.example");
  expect_kept_order (self);
  g_assert_cmpstr (stile_device_get_address (find (self, "B")), ==, "b.example");
}

/* Cancelled is either all or nothing: the list shows what the disk has. */
static void
test_cancelled (Fixture *self, gconstpointer data)
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
  expect_kept_order (self);
}

static void
test_cancelled_later (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();
  g_autoptr (GAsyncResult) removed = NULL;
  g_autoptr (GAsyncResult) moved = NULL;

  store_fill (self->store, 5);
  g_ptr_array_add (devices, find (self, "D1"));
  stile_device_store_remove_async (self->store, devices, cancellable, test_await_cb, &removed);
  test_await_result (&removed);
  stile_device_store_move_async (self->store, find (self, "D4"), 0, cancellable, test_await_cb, &moved);
  test_await_result (&moved);
  g_cancellable_cancel (cancellable);
  (void)!stile_device_store_remove_finish (self->store, removed, NULL);
  (void)!stile_device_store_move_finish (self->store, moved, NULL);
  g_clear_object (&removed);
  g_clear_object (&moved);
  expect_kept_order (self);
}

/* --- order --- */

static void
test_move (Fixture *self, gconstpointer data)
{
  store_fill (self->store, 5);
  store_move (self->store, find (self, "D4"), 0);
  expect_order (self, "D4 D0 D1 D2 D3");
  store_move (self->store, find (self, "D0"), 4);
  expect_order (self, "D4 D1 D2 D3 D0");
  store_move (self->store, find (self, "D2"), 1);
  expect_order (self, "D4 D2 D1 D3 D0");
  store_move (self->store, find (self, "D2"), 1);
  expect_order (self, "D4 D2 D1 D3 D0");
  store_move (self->store, find (self, "D1"), 1000);
  expect_order (self, "D4 D2 D3 D0 D1");
  expect_kept_order (self);
  store_fill (self->store, 0);
  {
    const StileDeviceSpec last = { "last" };

    store_add (self->store, &last, 1);
  }
  expect_order (self, "D4 D2 D3 D0 D1 last");
  expect_kept_order (self);
}

static void
check_positions (Fixture *self)
{
  for (guint i = 1; i < g_list_model_get_n_items (G_LIST_MODEL (self->store)); i++)
    g_assert_cmpint (stile_device_get_position (store_get (self->store, i - 1)), <,
                     stile_device_get_position (store_get (self->store, i)));
}

/* As often as it takes until there is no room between two, and beyond. */
static void
test_no_gap (Fixture *self, gconstpointer data)
{
  store_fill (self->store, 4);
  for (guint i = 0; i < 50; i++)
    {
      store_move (self->store, store_get (self->store, 3), 1);
      check_positions (self);
      store_move (self->store, store_get (self->store, 3), 0);
      check_positions (self);
      if (i % 10 == 9)
        expect_kept_order (self);
      check_positions (self);
    }
}

static void
test_move_alone (Fixture *self, gconstpointer data)
{
  store_fill (self->store, 1);
  for (guint i = 0; i < 20; i++)
    store_move (self->store, find (self, "D0"), i % 3);
  expect_order (self, "D0");
  expect_kept_order (self);
}

/* Two are put somewhere before the first one is written. */
static void
test_two_moves (Fixture *self, gconstpointer data)
{
  store_fill (self->store, 6);
  for (guint i = 0; i < 30; i++)
    {
      g_autoptr (GAsyncResult) one = NULL;
      g_autoptr (GAsyncResult) two = NULL;
      g_autoptr (GError) error = NULL;
      gboolean good;

      stile_device_store_move_async (self->store, store_get (self->store, 5), i % 3, NULL, test_await_cb,
                                     &one);
      stile_device_store_move_async (self->store, store_get (self->store, 4), i % 2, NULL, test_await_cb,
                                     &two);
      test_await_until (one != NULL && two != NULL);
      good = stile_device_store_move_finish (self->store, one, &error) &&
             stile_device_store_move_finish (self->store, two, &error);
      g_assert_no_error (error);
      g_assert_true (good);
      g_clear_object (&one);
      g_clear_object (&two);
      expect_kept_order (self);
    }
}

/* --- removing --- */

static void
test_remove (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  StileDeviceChange *change;
  g_autoptr (StilePrmDossier) dossier = NULL;
  gint64 id;

  store_fill (self->store, 5);
  change = stile_device_change_new (find (self, "D1"), STILE_DEVICE_WAITING, STILE_PRM_STEP_VOUCHER);
  change->artefact = g_bytes_new_static ("x", 1);
  change->artefact_step = STILE_PRM_STEP_VOUCHER_TRIGGER;
  change->what = g_strdup ("asked");
  g_assert_true (store_change (self->store, change, NULL));
  id = stile_device_get_id (find (self, "D1"));
  g_ptr_array_add (devices, g_object_ref (find (self, "D3")));
  g_ptr_array_add (devices, g_object_ref (find (self, "D1")));
  store_remove (self->store, devices);
  expect_order (self, "D0 D2 D4");
  g_assert_null (stile_device_store_find (self->store, "D1"));
  /* Those that are gone already do no harm. */
  store_remove (self->store, devices);
  expect_order (self, "D0 D2 D4");

  /* With the same number it is another one: nothing of the first is left. */
  g_assert_cmpuint (store_add (self->store, &(StileDeviceSpec){ "D1" }, 1), ==, 1);
  g_assert_cmpint (stile_device_get_id (find (self, "D1")), >, id);
  dossier = store_load_dossier (self->store, find (self, "D1"));
  g_assert_cmpint (stile_prm_dossier_get_step (dossier), ==, STILE_PRM_STEP_VOUCHER_TRIGGER);
  expect_kept_order (self);
  close_store (self);
  g_assert_cmpint (store_ask_number (self->path, "SELECT count (*) FROM artefacts"), ==, 0);
  g_assert_cmpint (store_ask_number (self->path, "SELECT count (*) FROM events"), ==, 0);
}

static void
test_remove_all (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  store_fill (self->store, 100);
  for (guint i = 0; i < 100; i++)
    g_ptr_array_add (devices, g_list_model_get_item (G_LIST_MODEL (self->store), i));
  store_remove (self->store, devices);
  expect_order (self, "");
  store_fill (self->store, 2);
  expect_order (self, "D0 D1");
  expect_kept_order (self);
}

static void
test_gone (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StilePrmDossier) dossier = NULL;
  g_autoptr (GVariant) events = NULL;

  store_fill (self->store, 1);
  g_ptr_array_add (devices, g_object_ref (find (self, "D0")));
  store_remove (self->store, devices);
  stile_device_details_load_dossier_async (self->store, g_ptr_array_index (devices, 0), NULL, test_await_cb,
                                           &result);
  dossier = stile_device_details_load_dossier_finish (self->store, test_await_result (&result), &error);
  g_assert_null (dossier);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "D0"));
  events = store_list_events (self->store, g_ptr_array_index (devices, 0));
  g_assert_cmpuint (g_variant_n_children (events), ==, 0);
}

/* --- changing --- */

static StileDeviceChange *
make_change (StileDevice *device, StilePrmStep step, const char *bytes)
{
  StileDeviceChange *change =
      stile_device_change_new (device, STILE_DEVICE_RUNNING, (StilePrmStep)(step + 1));

  change->artefact = g_bytes_new (bytes, strlen (bytes));
  change->artefact_step = step;
  return change;
}

static void
change (Fixture *self, StileDeviceChange *what)
{
  g_autoptr (GError) error = NULL;
  gboolean good = store_change (self->store, what, &error);

  g_assert_no_error (error);
  g_assert_true (good);
}

static void
expect_artefact (const StilePrmDossier *dossier, StilePrmStep step, const char *text)
{
  if (text == NULL)
    g_assert_null (dossier->artefacts[step]);
  else
    g_assert_cmpmem (g_bytes_get_data (dossier->artefacts[step], NULL),
                     g_bytes_get_size (dossier->artefacts[step]), text, strlen (text));
}

static void
test_artefacts (Fixture *self, gconstpointer data)
{
  g_autoptr (StilePrmDossier) dossier = NULL;
  StileDeviceChange *what;

  store_fill (self->store, 2);
  what = make_change (find (self, "D1"), STILE_PRM_STEP_VOUCHER_TRIGGER, "request");
  what->agent = g_strdup ("aa11");
  change (self, what);
  /* A step that brings a yes only, and one that is done again. */
  change (self, make_change (find (self, "D1"), STILE_PRM_STEP_ROOTS, ""));
  change (self, make_change (find (self, "D1"), STILE_PRM_STEP_VOUCHER_REQUEST, "old"));
  change (self, make_change (find (self, "D1"), STILE_PRM_STEP_VOUCHER_REQUEST, "new"));
  reopen (self);
  dossier = store_load_dossier (self->store, find (self, "D1"));
  g_assert_cmpstr (dossier->serial, ==, "D1");
  g_assert_cmpstr (dossier->agent, ==, "aa11");
  expect_artefact (dossier, STILE_PRM_STEP_VOUCHER_TRIGGER, "request");
  expect_artefact (dossier, STILE_PRM_STEP_ROOTS, "");
  expect_artefact (dossier, STILE_PRM_STEP_VOUCHER_REQUEST, "new");
  expect_artefact (dossier, STILE_PRM_STEP_ENROL_REQUEST, NULL);
  g_clear_pointer (&dossier, stile_prm_dossier_free);
  dossier = store_load_dossier (self->store, find (self, "D0"));
  expect_artefact (dossier, STILE_PRM_STEP_VOUCHER_TRIGGER, NULL);
  g_assert_null (dossier->agent);
}

static void
test_forgets (Fixture *self, gconstpointer data)
{
  g_autoptr (StilePrmDossier) dossier = NULL;
  g_autoptr (StilePrmDossier) empty = NULL;
  StileDeviceChange *what;

  store_fill (self->store, 1);
  for (guint step = 0; step < STILE_PRM_N_STEPS; step++)
    change (self, make_change (find (self, "D0"), (StilePrmStep)step, "x"));
  what = make_change (find (self, "D0"), STILE_PRM_STEP_VOUCHER_TRIGGER, "anew");
  what->agent = g_strdup ("bb22");
  what->forgets = TRUE;
  change (self, what);
  dossier = store_load_dossier (self->store, find (self, "D0"));
  g_assert_cmpstr (dossier->agent, ==, "bb22");
  expect_artefact (dossier, STILE_PRM_STEP_VOUCHER_TRIGGER, "anew");
  for (guint step = 1; step < STILE_PRM_N_STEPS; step++)
    expect_artefact (dossier, (StilePrmStep)step, NULL);

  what = stile_device_change_new (find (self, "D0"), STILE_DEVICE_QUEUED, STILE_PRM_STEP_VOUCHER_TRIGGER);
  what->forgets = TRUE;
  change (self, what);
  empty = store_load_dossier (self->store, find (self, "D0"));
  g_assert_null (empty->agent);
  expect_artefact (empty, STILE_PRM_STEP_VOUCHER_TRIGGER, NULL);
}

static void
test_large_artefact (Fixture *self, gconstpointer data)
{
  const gsize size = 1024 * 1024;
  guint8 *bytes = g_malloc (size);
  StileDeviceChange *what;
  g_autoptr (StilePrmDossier) dossier = NULL;

  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8)(i * 7);
  store_fill (self->store, 1);
  what = stile_device_change_new (find (self, "D0"), STILE_DEVICE_QUEUED, STILE_PRM_STEP_ENROL_TRIGGER);
  what->artefact = g_bytes_new (bytes, size);
  what->artefact_step = STILE_PRM_STEP_VOUCHER_TRIGGER;
  change (self, what);
  reopen (self);
  dossier = store_load_dossier (self->store, find (self, "D0"));
  g_assert_cmpmem (g_bytes_get_data (dossier->artefacts[0], NULL), g_bytes_get_size (dossier->artefacts[0]),
                   bytes, size);
  g_free (bytes);
}

static void
test_events (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) events = NULL;
  g_autofree char *text = NULL;
  StileDeviceChange *what;

  store_fill (self->store, 2);
  for (guint i = 0; i < 3; i++)
    {
      what = stile_device_change_new (find (self, "D1"), STILE_DEVICE_FAILED, STILE_PRM_STEP_VOUCHER);
      what->what = g_strdup_printf ("try-%u", i);
      what->text = i == 1 ? NULL : g_strdup ("“no”\n");
      change (self, what);
    }
  change (self, stile_device_change_new (find (self, "D1"), STILE_DEVICE_STOPPED, STILE_PRM_STEP_VOUCHER));
  reopen (self);
  events = store_list_events (self->store, find (self, "D1"));
  g_assert_cmpuint (g_variant_n_children (events), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      const char *name;
      const char *words;
      gint64 date;
      g_autofree char *expected = g_strdup_printf ("try-%u", i);

      g_variant_get_child (events, i, "(x&s&s)", &date, &name, &words);
      g_assert_cmpstr (name, ==, expected);
      g_assert_cmpstr (words, ==, i == 1 ? "" : "“no”\n");
      g_assert_cmpint (date, >, 0);
    }
}

static void
test_shows (Fixture *self, gconstpointer data)
{
  StileDeviceChange *what;
  guint states = 0;
  guint messages = 0;
  StileDevice *device;

  store_fill (self->store, 1);
  device = find (self, "D0");
  g_signal_connect (device, "notify::state", G_CALLBACK (notify_cb), &states);
  g_signal_connect (device, "notify::message", G_CALLBACK (notify_cb), &messages);
  for (guint i = 0; i < 2; i++)
    {
      what = stile_device_change_new (device, STILE_DEVICE_WAITING, STILE_PRM_STEP_ENROL_REQUEST);
      what->message = g_strdup ("Somebody decides");
      what->until = 4102444800;
      change (self, what);
    }
  g_assert_cmpuint (states, ==, 1);
  g_assert_cmpuint (messages, ==, 1);
  for (guint i = 0; i < 2; i++)
    {
      device = find (self, "D0");
      g_assert_cmpint (stile_device_get_state (device), ==, STILE_DEVICE_WAITING);
      g_assert_cmpint (stile_device_get_step (device), ==, STILE_PRM_STEP_ENROL_REQUEST);
      g_assert_cmpstr (stile_device_get_message (device), ==, "Somebody decides");
      g_assert_cmpint (stile_device_get_until (device), ==, 4102444800);
      reopen (self);
    }
}

/* After a kill nothing is running. */
static void
test_states (Fixture *self, gconstpointer data)
{
  store_fill (self->store, STILE_DEVICE_N_STATES);
  for (guint i = 0; i < STILE_DEVICE_N_STATES; i++)
    {
      change (self,
              stile_device_change_new (store_get (self->store, i), (StileDeviceState)i, STILE_PRM_STEP_DONE));
      g_assert_cmpint (stile_device_get_state (store_get (self->store, i)), ==, i);
    }
  reopen (self);
  for (guint i = 0; i < STILE_DEVICE_N_STATES; i++)
    {
      g_assert_cmpint (stile_device_get_state (store_get (self->store, i)), ==,
                       i == STILE_DEVICE_RUNNING ? STILE_DEVICE_QUEUED : (int)i);
      g_assert_cmpint (stile_device_get_step (store_get (self->store, i)), ==, STILE_PRM_STEP_DONE);
    }
}

/* What a newer program of the same version of the schema may have written. */
static void
test_unknown_words (Fixture *self, gconstpointer data)
{
  g_autoptr (StilePrmDossier) dossier = NULL;

  store_fill (self->store, 1);
  change (self, make_change (find (self, "D0"), STILE_PRM_STEP_VOUCHER_TRIGGER, "x"));
  close_store (self);
  store_run_sql (self->path,
                 "UPDATE devices SET state = 'paused', step = 4711;"
                 "INSERT INTO artefacts (device, step, bytes, date) VALUES (1, 'later', x'00', 0)");
  self->store = store_open (self->path);
  listen (self);
  g_assert_cmpint (stile_device_get_state (find (self, "D0")), ==, STILE_DEVICE_NEW);
  g_assert_cmpint (stile_device_get_step (find (self, "D0")), ==, STILE_PRM_STEP_DONE);
  dossier = store_load_dossier (self->store, find (self, "D0"));
  expect_artefact (dossier, STILE_PRM_STEP_VOUCHER_TRIGGER, "x");
}

/* --- many changes at once --- */

static gint commits;

static int
count_commit (void *data)
{
  g_atomic_int_inc (&commits);
  return 0;
}

static int
watch (sqlite3 *handle, const char **error, const struct sqlite3_api_routines *api)
{
  sqlite3_commit_hook (handle, count_commit, NULL);
  return SQLITE_OK;
}

typedef struct
{
  StileDeviceStore *store;
  guint done;
  guint failed;
  GError *error; /* the last one */
} Tally;

static void
changed_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Tally *tally = data;
  GError *error = NULL;

  if (!stile_device_store_change_finish (tally->store, result, &error))
    {
      tally->failed++;
      g_clear_error (&tally->error);
      tally->error = error;
    }
  tally->done++;
}

static void
test_batches (Fixture *self, gconstpointer data)
{
  const guint count = 500;
  Tally tally = { self->store };
  g_autoptr (GVariant) events = NULL;

  sqlite3_auto_extension ((void (*) (void))watch);
  reopen (self);
  sqlite3_cancel_auto_extension ((void (*) (void))watch);
  store_fill (self->store, count);
  g_atomic_int_set (&commits, 0);
  for (guint i = 0; i < count; i++)
    {
      StileDeviceChange *what = make_change (store_get (self->store, i), STILE_PRM_STEP_VOUCHER_TRIGGER, "x");

      what->what = g_strdup ("asked");
      stile_device_store_change_async (self->store, what, changed_cb, &tally);
    }
  test_await_until (tally.done == count);
  g_assert_cmpuint (tally.failed, ==, 0);
  /* The first, and all that came while it was written. */
  g_assert_cmpint (g_atomic_int_get (&commits), <=, 3);
  g_assert_cmpint (g_atomic_int_get (&commits), >, 0);
  reopen (self);
  events = store_list_events (self->store, store_get (self->store, count - 1));
  g_assert_cmpuint (g_variant_n_children (events), ==, 1);
}

/* Of one device, in the order in which they were said. */
static void
test_order_of_changes (Fixture *self, gconstpointer data)
{
  const guint count = 100;
  Tally tally = { self->store };
  g_autoptr (StilePrmDossier) dossier = NULL;

  store_fill (self->store, 1);
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      StileDeviceChange *what = make_change (find (self, "D0"), STILE_PRM_STEP_VOUCHER_TRIGGER, text);

      what->message = g_strdup (text);
      stile_device_store_change_async (self->store, what, changed_cb, &tally);
    }
  test_await_until (tally.done == count);
  g_assert_cmpstr (stile_device_get_message (find (self, "D0")), ==, "99");
  reopen (self);
  g_assert_cmpstr (stile_device_get_message (find (self, "D0")), ==, "99");
  dossier = store_load_dossier (self->store, find (self, "D0"));
  expect_artefact (dossier, STILE_PRM_STEP_VOUCHER_TRIGGER, "99");
}

/* Somebody took a device away while it was being asked: the others must not suffer for it. */
static void
test_change_of_none (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  Tally bad = { self->store };
  Tally good = { self->store };

  store_fill (self->store, 10);
  g_ptr_array_add (devices, g_object_ref (find (self, "D5")));
  store_remove (self->store, devices);
  for (guint i = 0; i < 9; i++)
    {
      stile_device_store_change_async (
          self->store, make_change (store_get (self->store, i), STILE_PRM_STEP_VOUCHER_TRIGGER, "x"),
          changed_cb, &good);
      stile_device_store_change_async (
          self->store, make_change (g_ptr_array_index (devices, 0), STILE_PRM_STEP_VOUCHER_TRIGGER, "x"),
          changed_cb, &bad);
    }
  test_await_until (good.done == 9 && bad.done == 9);
  g_assert_cmpuint (good.failed, ==, 0);
  g_assert_cmpuint (bad.failed, ==, 9);
  g_assert_cmpint (bad.error->domain, ==, STILE_ERROR);
  g_clear_error (&bad.error);
  reopen (self);
  for (guint i = 0; i < 9; i++)
    g_assert_cmpint (stile_device_get_state (store_get (self->store, i)), ==, STILE_DEVICE_QUEUED);
}

/* --- registrars --- */

static StileCertificate *
find_registrar (Fixture *self, const char *url)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  StileCertificate *certificate;

  stile_device_details_find_registrar_async (self->store, url, test_await_cb, &result);
  certificate = stile_device_details_find_registrar_finish (self->store, test_await_result (&result), &error);
  g_assert_no_error (error);
  return certificate;
}

static void
put_registrar (Fixture *self, const char *url, TestPki *registrar)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean good;

  stile_device_details_put_registrar_async (self->store, url, test_pki_get_certificate (registrar),
                                            test_await_cb, &result);
  good = stile_device_details_put_registrar_finish (self->store, test_await_result (&result), &error);
  g_assert_no_error (error);
  g_assert_true (good);
}

static void
expect_registrar (Fixture *self, const char *url, TestPki *registrar)
{
  g_autoptr (StileCertificate) found = find_registrar (self, url);

  if (registrar == NULL)
    g_assert_null (found);
  else
    g_assert_true (stile_certificate_equal (found, test_pki_get_certificate (registrar)));
}

static void
test_registrars (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) one = test_pki_authority_new ("One", TEST_PKI_P256);
  g_autoptr (TestPki) two = test_pki_authority_new ("Two", TEST_PKI_P256);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  expect_registrar (self, "https://a.example", NULL);
  put_registrar (self, "https://a.example", one);
  put_registrar (self, "https://b.example", two);
  expect_registrar (self, "https://a.example", one);
  reopen (self);
  expect_registrar (self, "https://a.example", one);
  expect_registrar (self, "https://b.example", two);
  put_registrar (self, "https://a.example", two);
  expect_registrar (self, "https://a.example", two);

  close_store (self);
  store_run_sql (self->path, "UPDATE registrars SET certificate = x'3000'");
  self->store = store_open (self->path);
  listen (self);
  stile_device_details_find_registrar_async (self->store, "https://a.example", test_await_cb, &result);
  g_assert_null (
      stile_device_details_find_registrar_finish (self->store, test_await_result (&result), &error));
  g_assert_nonnull (error);
}

/* --- what is not opened --- */

static void
test_twice (Fixture *self, gconstpointer data)
{
  store_fill (self->store, 1);
  store_expect_refused (self->path, "in use by another Stile");
  store_expect_refused (self->path, "in use by another Stile");
  g_assert_cmpuint (store_add (self->store, &(StileDeviceSpec){ "more" }, 1), ==, 1);
  expect_kept_order (self);
}

/* Whoever was cancelled, or refused for another reason, does not keep the lock. */
static void
test_lock_is_let_go (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (StileDeviceStore) none = NULL;

  close_store (self);
  stile_device_store_open_async (self->path, cancellable, test_await_cb, &result);
  g_cancellable_cancel (cancellable);
  none = stile_device_store_open_finish (test_await_result (&result), NULL);
  g_assert_null (none);
  g_clear_object (&result);
  test_await_idle ();
  store_run_sql (self->path, "PRAGMA user_version = 99");
  store_expect_refused (self->path, "newer Stile");
  store_run_sql (self->path, "PRAGMA user_version = 4");
  self->store = store_open (self->path);
  listen (self);
}

static void
expect_untouched (Fixture *self, const char *words)
{
  g_autofree char *before = hash_file (self->path);
  g_autofree char *after = NULL;

  store_expect_refused (self->path, words);
  after = hash_file (self->path);
  g_assert_cmpstr (before, ==, after);
}

static void
test_newer (Fixture *self, gconstpointer data)
{
  store_fill (self->store, 3);
  close_store (self);
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
test_damaged (Fixture *self, gconstpointer data)
{
  const Damage *damage = data;
  int fd;

  store_fill (self->store, 400);
  close_store (self);
  fd = g_open (self->path, O_WRONLY, 0);
  g_assert_cmpint (pwrite (fd, damage->bytes, strlen (damage->bytes), damage->at), >, 0);
  g_close (fd, NULL);
  expect_untouched (self, "damaged");
}

static void
test_ledger_is_no_list (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->directory, "stiled.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLedger) ledger = stile_ledger_database_new (path, &error);

  g_assert_no_error (error);
  g_clear_object (&ledger);
  close_store (self);
  g_free (self->path);
  self->path = g_steal_pointer (&path);
  expect_untouched (self, "another purpose");
}

static void
test_list_is_no_ledger (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLedger) ledger = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  store_fill (self->store, 1);
  close_store (self);
  before = hash_file (self->path);
  ledger = stile_ledger_database_new (self->path, &error);
  g_assert_null (ledger);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "another purpose"));
  after = hash_file (self->path);
  g_assert_cmpstr (before, ==, after);
}

static void
test_foreign (Fixture *self, gconstpointer data)
{
  close_store (self);
  g_assert_cmpint (g_unlink (self->path), ==, 0);
  store_run_sql (self->path, "CREATE TABLE moz_places (id INTEGER PRIMARY KEY)");
  expect_untouched (self, "belongs to another program");
}

static void
test_no_folder (Fixture *self, gconstpointer data)
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
run_child (Fixture *self, const char *name)
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
test_read_only (Fixture *self, gconstpointer data)
{
  g_autofree char *lock = g_strconcat (self->path, ".lock", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  store_fill (self->store, 3);
  close_store (self);
  before = hash_file (self->path);
  g_chmod (self->directory, 0777);
  g_chmod (self->path, 0444);
  g_chmod (lock, 0666);
  run_child (self, "/device-store/read-only/subprocess");
  g_chmod (lock, 0444);
  run_child (self, "/device-store/read-only/subprocess");
  g_unlink (lock);
  g_chmod (self->directory, 0555);
  run_child (self, "/device-store/read-only/subprocess");
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
  Tally tally = { store };
  StileDevice *device = store_get (store, 0);

  for (guint i = 0; i < 5; i++)
    {
      StileDeviceChange *what = stile_device_change_new (device, STILE_DEVICE_DONE, STILE_PRM_STEP_DONE);

      what->artefact = g_bytes_new_take (g_malloc0 (100000), 100000);
      stile_device_store_change_async (store, what, changed_cb, &tally);
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
test_full (Fixture *self, gconstpointer data)
{
  close_store (self);
  run_child (self, "/device-store/disk-full/subprocess");
}

#define ADD(name, function) g_test_add ("/device-store/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  /* A word of a newer program is a warning. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);

  ADD ("fresh-is-private", test_fresh);
  g_test_add_func ("/device-store/memory", test_memory);
  ADD ("fields", test_fields);
  ADD ("ten-thousand-at-once", test_many);
  ADD ("nothing-to-add", test_nothing);
  ADD ("duplicates", test_duplicates);
  ADD ("another-address", test_another_address);
  ADD ("two-lists-at-once", test_two_at_once);
  ADD ("cancelled-is-all-or-nothing", test_cancelled);
  ADD ("cancelled-after-it-was-written", test_cancelled_later);
  ADD ("move", test_move);
  ADD ("move-until-there-is-no-gap", test_no_gap);
  ADD ("move-the-only-one", test_move_alone);
  ADD ("two-moves-at-once", test_two_moves);
  ADD ("remove", test_remove);
  ADD ("remove-all", test_remove_all);
  ADD ("of-a-device-that-is-gone", test_gone);
  ADD ("artefacts", test_artefacts);
  ADD ("forgets-what-was-collected", test_forgets);
  ADD ("large-artefact", test_large_artefact);
  ADD ("events", test_events);
  ADD ("shows-what-was-written", test_shows);
  ADD ("running-is-queued-after-a-kill", test_states);
  ADD ("unknown-words", test_unknown_words);
  ADD ("many-changes-are-few-transactions", test_batches);
  ADD ("changes-of-one-device-in-order", test_order_of_changes);
  ADD ("changes-of-a-device-that-is-gone", test_change_of_none);
  ADD ("registrars", test_registrars);
  ADD ("the-same-list-twice", test_twice);
  ADD ("the-lock-is-let-go", test_lock_is_let_go);
  ADD ("newer-is-refused", test_newer);
  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *path = g_strconcat ("/device-store/damaged/", damages[i].name, NULL);

      g_test_add (path, Fixture, &damages[i], set_up, test_damaged, tear_down);
    }
  ADD ("a-services-database-is-no-list", test_ledger_is_no_list);
  ADD ("a-list-is-no-services-database", test_list_is_no_ledger);
  ADD ("foreign-is-refused", test_foreign);
  ADD ("no-folder", test_no_folder);
  ADD ("read-only", test_read_only);
  ADD ("disk-full", test_full);
  g_test_add_func ("/device-store/read-only/subprocess", test_read_only_subprocess);
  g_test_add_func ("/device-store/disk-full/subprocess", test_full_subprocess);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <sqlite3.h>

#include "atls/stile-error.h"
#include "inventory/store-fixture.h"
#include "support/test-await.h"

/* What happens to a device, one change or many at once: the list shows what was written, and a kill leaves no device running. */

/* --- one change --- */

static void
test_shows (StoreFixture *self, gconstpointer data)
{
  StileDeviceChange *what;
  guint states = 0;
  guint messages = 0;
  StileDevice *device;

  store_fill (self->store, 1);
  device = store_fixture_find (self, "D0");
  g_signal_connect (device, "notify::state", G_CALLBACK (store_fixture_notify_cb), &states);
  g_signal_connect (device, "notify::message", G_CALLBACK (store_fixture_notify_cb), &messages);
  for (guint i = 0; i < 2; i++)
    {
      what = stile_device_change_new (device, STILE_DEVICE_WAITING, STILE_PRM_STEP_ENROL_REQUEST);
      what->message = g_strdup ("Somebody decides");
      what->until = 4102444800;
      store_fixture_change (self, what);
    }
  g_assert_cmpuint (states, ==, 1);
  g_assert_cmpuint (messages, ==, 1);
  for (guint i = 0; i < 2; i++)
    {
      device = store_fixture_find (self, "D0");
      g_assert_cmpint (stile_device_get_state (device), ==, STILE_DEVICE_WAITING);
      g_assert_cmpint (stile_device_get_step (device), ==, STILE_PRM_STEP_ENROL_REQUEST);
      g_assert_cmpstr (stile_device_get_message (device), ==, "Somebody decides");
      g_assert_cmpint (stile_device_get_until (device), ==, 4102444800);
      store_fixture_reopen (self);
    }
}

/* After a kill nothing is running. */
static void
test_states (StoreFixture *self, gconstpointer data)
{
  store_fill (self->store, STILE_DEVICE_N_STATES);
  for (guint i = 0; i < STILE_DEVICE_N_STATES; i++)
    {
      store_fixture_change (self, stile_device_change_new (store_get (self->store, i), (StileDeviceState)i,
                                                           STILE_PRM_STEP_DONE));
      g_assert_cmpint (stile_device_get_state (store_get (self->store, i)), ==, i);
    }
  store_fixture_reopen (self);
  for (guint i = 0; i < STILE_DEVICE_N_STATES; i++)
    {
      g_assert_cmpint (stile_device_get_state (store_get (self->store, i)), ==,
                       i == STILE_DEVICE_RUNNING ? STILE_DEVICE_QUEUED : (int)i);
      g_assert_cmpint (stile_device_get_step (store_get (self->store, i)), ==, STILE_PRM_STEP_DONE);
    }
}

/* What a newer program of the same version of the schema may have written. */
static void
test_unknown_words (StoreFixture *self, gconstpointer data)
{
  g_autoptr (StilePrmDossier) dossier = NULL;

  store_fill (self->store, 1);
  store_fixture_change (
      self, store_fixture_make_change (store_fixture_find (self, "D0"), STILE_PRM_STEP_VOUCHER_TRIGGER, "x"));
  store_fixture_close (self);
  store_run_sql (self->path,
                 "UPDATE devices SET state = 'paused', step = 4711;"
                 "INSERT INTO artefacts (device, step, bytes, date) VALUES (1, 'later', x'00', 0)");
  store_fixture_open (self);
  g_assert_cmpint (stile_device_get_state (store_fixture_find (self, "D0")), ==, STILE_DEVICE_NEW);
  g_assert_cmpint (stile_device_get_step (store_fixture_find (self, "D0")), ==, STILE_PRM_STEP_DONE);
  dossier = store_load_dossier (self->store, store_fixture_find (self, "D0"));
  store_fixture_expect_artefact (dossier, STILE_PRM_STEP_VOUCHER_TRIGGER, "x");
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

static void
test_batches (StoreFixture *self, gconstpointer data)
{
  const guint count = 500;
  StoreFixtureTally tally = { self->store };
  g_autoptr (GVariant) events = NULL;

  sqlite3_auto_extension ((void (*) (void))watch);
  store_fixture_reopen (self);
  sqlite3_cancel_auto_extension ((void (*) (void))watch);
  store_fill (self->store, count);
  g_atomic_int_set (&commits, 0);
  for (guint i = 0; i < count; i++)
    {
      StileDeviceChange *what =
          store_fixture_make_change (store_get (self->store, i), STILE_PRM_STEP_VOUCHER_TRIGGER, "x");

      what->what = g_strdup ("asked");
      stile_device_store_change_async (self->store, what, store_fixture_changed_cb, &tally);
    }
  test_await_until (tally.done == count);
  g_assert_cmpuint (tally.failed, ==, 0);
  /* The first, and all that came while it was written. */
  g_assert_cmpint (g_atomic_int_get (&commits), <=, 3);
  g_assert_cmpint (g_atomic_int_get (&commits), >, 0);
  store_fixture_reopen (self);
  events = store_list_events (self->store, store_get (self->store, count - 1));
  g_assert_cmpuint (g_variant_n_children (events), ==, 1);
}

/* Of one device, in the order in which they were said. */
static void
test_order_of_changes (StoreFixture *self, gconstpointer data)
{
  const guint count = 100;
  StoreFixtureTally tally = { self->store };
  g_autoptr (StilePrmDossier) dossier = NULL;

  store_fill (self->store, 1);
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      StileDeviceChange *what =
          store_fixture_make_change (store_fixture_find (self, "D0"), STILE_PRM_STEP_VOUCHER_TRIGGER, text);

      what->message = g_strdup (text);
      stile_device_store_change_async (self->store, what, store_fixture_changed_cb, &tally);
    }
  test_await_until (tally.done == count);
  g_assert_cmpstr (stile_device_get_message (store_fixture_find (self, "D0")), ==, "99");
  store_fixture_reopen (self);
  g_assert_cmpstr (stile_device_get_message (store_fixture_find (self, "D0")), ==, "99");
  dossier = store_load_dossier (self->store, store_fixture_find (self, "D0"));
  store_fixture_expect_artefact (dossier, STILE_PRM_STEP_VOUCHER_TRIGGER, "99");
}

/* Somebody took a device away while it was being asked: the others must not suffer for it. */
static void
test_change_of_none (StoreFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  StoreFixtureTally bad = { self->store };
  StoreFixtureTally good = { self->store };

  store_fill (self->store, 10);
  g_ptr_array_add (devices, g_object_ref (store_fixture_find (self, "D5")));
  store_remove (self->store, devices);
  for (guint i = 0; i < 9; i++)
    {
      stile_device_store_change_async (
          self->store,
          store_fixture_make_change (store_get (self->store, i), STILE_PRM_STEP_VOUCHER_TRIGGER, "x"),
          store_fixture_changed_cb, &good);
      stile_device_store_change_async (
          self->store,
          store_fixture_make_change (g_ptr_array_index (devices, 0), STILE_PRM_STEP_VOUCHER_TRIGGER, "x"),
          store_fixture_changed_cb, &bad);
    }
  test_await_until (good.done == 9 && bad.done == 9);
  g_assert_cmpuint (good.failed, ==, 0);
  g_assert_cmpuint (bad.failed, ==, 9);
  g_assert_cmpint (bad.error->domain, ==, STILE_ERROR);
  g_clear_error (&bad.error);
  store_fixture_reopen (self);
  for (guint i = 0; i < 9; i++)
    g_assert_cmpint (stile_device_get_state (store_get (self->store, i)), ==, STILE_DEVICE_QUEUED);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/device-store/changes/" name, StoreFixture, NULL, store_fixture_set_up, function,             \
              store_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  /* A word of a newer program is a warning. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);

  ADD ("shows-what-was-written", test_shows);
  ADD ("running-is-queued-after-a-kill", test_states);
  ADD ("unknown-words", test_unknown_words);
  ADD ("many-changes-are-few-transactions", test_batches);
  ADD ("changes-of-one-device-in-order", test_order_of_changes);
  ADD ("changes-of-a-device-that-is-gone", test_change_of_none);

  return g_test_run ();
}

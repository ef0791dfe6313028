/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/store-fixture.h"
#include "support/test-await.h"

/* The order of the devices, which is a person's: what is moved and what is taken away, and that it is so the next time too. */

/* --- moving --- */

static void
test_move (StoreFixture *self, gconstpointer data)
{
  store_fill (self->store, 5);
  store_move (self->store, store_fixture_find (self, "D4"), 0);
  store_fixture_expect_order (self, "D4 D0 D1 D2 D3");
  store_move (self->store, store_fixture_find (self, "D0"), 4);
  store_fixture_expect_order (self, "D4 D1 D2 D3 D0");
  store_move (self->store, store_fixture_find (self, "D2"), 1);
  store_fixture_expect_order (self, "D4 D2 D1 D3 D0");
  store_move (self->store, store_fixture_find (self, "D2"), 1);
  store_fixture_expect_order (self, "D4 D2 D1 D3 D0");
  store_move (self->store, store_fixture_find (self, "D1"), 1000);
  store_fixture_expect_order (self, "D4 D2 D3 D0 D1");
  store_fixture_expect_kept_order (self);
  store_fill (self->store, 0);
  {
    const StileDeviceSpec last = { "last" };

    store_add (self->store, &last, 1);
  }
  store_fixture_expect_order (self, "D4 D2 D3 D0 D1 last");
  store_fixture_expect_kept_order (self);
}

static void
check_positions (StoreFixture *self)
{
  for (guint i = 1; i < g_list_model_get_n_items (G_LIST_MODEL (self->store)); i++)
    g_assert_cmpint (stile_device_get_position (store_get (self->store, i - 1)), <,
                     stile_device_get_position (store_get (self->store, i)));
}

/* As often as it takes until there is no room between two, and beyond. */
static void
test_no_gap (StoreFixture *self, gconstpointer data)
{
  store_fill (self->store, 4);
  for (guint i = 0; i < 50; i++)
    {
      store_move (self->store, store_get (self->store, 3), 1);
      check_positions (self);
      store_move (self->store, store_get (self->store, 3), 0);
      check_positions (self);
      if (i % 10 == 9)
        store_fixture_expect_kept_order (self);
      check_positions (self);
    }
}

static void
test_move_alone (StoreFixture *self, gconstpointer data)
{
  store_fill (self->store, 1);
  for (guint i = 0; i < 20; i++)
    store_move (self->store, store_fixture_find (self, "D0"), i % 3);
  store_fixture_expect_order (self, "D0");
  store_fixture_expect_kept_order (self);
}

/* Two are put somewhere before the first one is written. */
static void
test_two_moves (StoreFixture *self, gconstpointer data)
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
      store_fixture_expect_kept_order (self);
    }
}

/* --- removing --- */

static void
test_remove (StoreFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  StileDeviceChange *change;
  g_autoptr (StilePrmDossier) dossier = NULL;
  gint64 id;

  store_fill (self->store, 5);
  change =
      stile_device_change_new (store_fixture_find (self, "D1"), STILE_DEVICE_WAITING, STILE_PRM_STEP_VOUCHER);
  change->artefact = g_bytes_new_static ("x", 1);
  change->artefact_step = STILE_PRM_STEP_VOUCHER_TRIGGER;
  change->what = g_strdup ("asked");
  g_assert_true (store_change (self->store, change, NULL));
  id = stile_device_get_id (store_fixture_find (self, "D1"));
  g_ptr_array_add (devices, g_object_ref (store_fixture_find (self, "D3")));
  g_ptr_array_add (devices, g_object_ref (store_fixture_find (self, "D1")));
  store_remove (self->store, devices);
  store_fixture_expect_order (self, "D0 D2 D4");
  g_assert_null (stile_device_store_find (self->store, "D1"));
  /* Those that are gone already do no harm. */
  store_remove (self->store, devices);
  store_fixture_expect_order (self, "D0 D2 D4");

  /* With the same number it is another one: nothing of the first is left. */
  g_assert_cmpuint (store_add (self->store, &(StileDeviceSpec){ "D1" }, 1), ==, 1);
  g_assert_cmpint (stile_device_get_id (store_fixture_find (self, "D1")), >, id);
  dossier = store_load_dossier (self->store, store_fixture_find (self, "D1"));
  g_assert_cmpint (stile_prm_dossier_get_step (dossier), ==, STILE_PRM_STEP_VOUCHER_TRIGGER);
  store_fixture_expect_kept_order (self);
  store_fixture_close (self);
  g_assert_cmpint (store_ask_number (self->path, "SELECT count (*) FROM artefacts"), ==, 0);
  g_assert_cmpint (store_ask_number (self->path, "SELECT count (*) FROM events"), ==, 0);
}

static void
test_remove_all (StoreFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  store_fill (self->store, 100);
  for (guint i = 0; i < 100; i++)
    g_ptr_array_add (devices, g_list_model_get_item (G_LIST_MODEL (self->store), i));
  store_remove (self->store, devices);
  store_fixture_expect_order (self, "");
  store_fill (self->store, 2);
  store_fixture_expect_order (self, "D0 D1");
  store_fixture_expect_kept_order (self);
}

/* --- both --- */

static void
test_cancelled_later (StoreFixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();
  g_autoptr (GAsyncResult) removed = NULL;
  g_autoptr (GAsyncResult) moved = NULL;

  store_fill (self->store, 5);
  g_ptr_array_add (devices, store_fixture_find (self, "D1"));
  stile_device_store_remove_async (self->store, devices, cancellable, test_await_cb, &removed);
  test_await_result (&removed);
  stile_device_store_move_async (self->store, store_fixture_find (self, "D4"), 0, cancellable, test_await_cb,
                                 &moved);
  test_await_result (&moved);
  g_cancellable_cancel (cancellable);
  (void)!stile_device_store_remove_finish (self->store, removed, NULL);
  (void)!stile_device_store_move_finish (self->store, moved, NULL);
  g_clear_object (&removed);
  g_clear_object (&moved);
  store_fixture_expect_kept_order (self);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/device-store/order/" name, StoreFixture, NULL, store_fixture_set_up, function,               \
              store_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("cancelled-after-it-was-written", test_cancelled_later);
  ADD ("move", test_move);
  ADD ("move-until-there-is-no-gap", test_no_gap);
  ADD ("move-the-only-one", test_move_alone);
  ADD ("two-moves-at-once", test_two_moves);
  ADD ("remove", test_remove);
  ADD ("remove-all", test_remove_all);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/store-fixture.h"

#include <string.h>

#include "support/test-pki.h"

static void
items_changed_cb (GListModel *model, guint place, guint removed, guint added, gpointer data)
{
  StoreFixture *self = data;

  if (removed > 0)
    g_ptr_array_remove_range (self->mirror, place, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->mirror, (int)(place + i), g_list_model_get_item (model, place + i));
}

static void
listen (StoreFixture *self)
{
  g_ptr_array_set_size (self->mirror, 0);
  items_changed_cb (G_LIST_MODEL (self->store), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (self->store)),
                    self);
  g_signal_connect (self->store, "items-changed", G_CALLBACK (items_changed_cb), self);
}

static void
check_mirror (StoreFixture *self)
{
  g_assert_cmpuint (self->mirror->len, ==, g_list_model_get_n_items (G_LIST_MODEL (self->store)));
  for (guint i = 0; i < self->mirror->len; i++)
    {
      StileDevice *device = store_get (self->store, i);

      g_assert_true (g_ptr_array_index (self->mirror, i) == device);
      g_assert_true (stile_device_store_find (self->store, stile_device_get_serial (device)) == device);
    }
}

void
store_fixture_open (StoreFixture *self)
{
  self->store = store_open (self->path);
  listen (self);
}

void
store_fixture_close (StoreFixture *self)
{
  check_mirror (self);
  g_signal_handlers_disconnect_by_data (self->store, self);
  g_ptr_array_set_size (self->mirror, 0);
  store_close (&self->store);
}

void
store_fixture_reopen (StoreFixture *self)
{
  store_fixture_close (self);
  store_fixture_open (self);
}

void
store_fixture_set_up (StoreFixture *self, gconstpointer data)
{
  self->directory = test_pki_directory_new ();
  self->path = g_build_filename (self->directory, "devices.db", NULL);
  self->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  store_fixture_open (self);
}

void
store_fixture_tear_down (StoreFixture *self, gconstpointer data)
{
  if (self->store != NULL)
    store_fixture_close (self);
  g_ptr_array_unref (self->mirror);
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
  g_free (self->path);
}

void
store_fixture_expect_order (StoreFixture *self, const char *serials)
{
  g_autofree char *order = store_describe (self->store);

  g_assert_cmpstr (order, ==, serials);
  check_mirror (self);
}

void
store_fixture_expect_kept_order (StoreFixture *self)
{
  g_autofree char *order = store_describe (self->store);

  store_fixture_reopen (self);
  store_fixture_expect_order (self, order);
}

StileDevice *
store_fixture_find (StoreFixture *self, const char *serial)
{
  StileDevice *device = stile_device_store_find (self->store, serial);

  g_assert_nonnull (device);
  return device;
}

void
store_fixture_notify_cb (GObject *object, GParamSpec *pspec, gpointer data)
{
  (*(guint *)data)++;
}

StileDeviceChange *
store_fixture_make_change (StileDevice *device, StilePrmStep step, const char *bytes)
{
  StileDeviceChange *change =
      stile_device_change_new (device, STILE_DEVICE_RUNNING, (StilePrmStep)(step + 1));

  change->artefact = g_bytes_new (bytes, strlen (bytes));
  change->artefact_step = step;
  return change;
}

void
store_fixture_change (StoreFixture *self, StileDeviceChange *what)
{
  g_autoptr (GError) error = NULL;
  gboolean good = store_change (self->store, what, &error);

  g_assert_no_error (error);
  g_assert_true (good);
}

void
store_fixture_expect_artefact (const StilePrmDossier *dossier, StilePrmStep step, const char *text)
{
  if (text == NULL)
    g_assert_null (dossier->artefacts[step]);
  else
    g_assert_cmpmem (g_bytes_get_data (dossier->artefacts[step], NULL),
                     g_bytes_get_size (dossier->artefacts[step]), text, strlen (text));
}

void
store_fixture_changed_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  StoreFixtureTally *tally = data;
  GError *error = NULL;

  if (!stile_device_store_change_finish (tally->store, result, &error))
    {
      tally->failed++;
      g_clear_error (&tally->error);
      tally->error = error;
    }
  tally->done++;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "inventory/stile-device-details.h"
#include "inventory/store-fixture.h"
#include "support/test-await.h"
#include "support/test-pki.h"

/* What the list does not show: what was collected for a device, what happened to it, and the registrars that were trusted. */

/* --- what was collected --- */

static void
test_artefacts (StoreFixture *self, gconstpointer data)
{
  g_autoptr (StilePrmDossier) dossier = NULL;
  StileDeviceChange *what;

  store_fill (self->store, 2);
  what =
      store_fixture_make_change (store_fixture_find (self, "D1"), STILE_PRM_STEP_VOUCHER_TRIGGER, "request");
  what->agent = g_strdup ("aa11");
  store_fixture_change (self, what);
  /* A step that brings a yes only, and one that is done again. */
  store_fixture_change (
      self, store_fixture_make_change (store_fixture_find (self, "D1"), STILE_PRM_STEP_ROOTS, ""));
  store_fixture_change (self, store_fixture_make_change (store_fixture_find (self, "D1"),
                                                         STILE_PRM_STEP_VOUCHER_REQUEST, "old"));
  store_fixture_change (self, store_fixture_make_change (store_fixture_find (self, "D1"),
                                                         STILE_PRM_STEP_VOUCHER_REQUEST, "new"));
  store_fixture_reopen (self);
  dossier = store_load_dossier (self->store, store_fixture_find (self, "D1"));
  g_assert_cmpstr (dossier->serial, ==, "D1");
  g_assert_cmpstr (dossier->agent, ==, "aa11");
  store_fixture_expect_artefact (dossier, STILE_PRM_STEP_VOUCHER_TRIGGER, "request");
  store_fixture_expect_artefact (dossier, STILE_PRM_STEP_ROOTS, "");
  store_fixture_expect_artefact (dossier, STILE_PRM_STEP_VOUCHER_REQUEST, "new");
  store_fixture_expect_artefact (dossier, STILE_PRM_STEP_ENROL_REQUEST, NULL);
  g_clear_pointer (&dossier, stile_prm_dossier_free);
  dossier = store_load_dossier (self->store, store_fixture_find (self, "D0"));
  store_fixture_expect_artefact (dossier, STILE_PRM_STEP_VOUCHER_TRIGGER, NULL);
  g_assert_null (dossier->agent);
}

static void
test_forgets (StoreFixture *self, gconstpointer data)
{
  g_autoptr (StilePrmDossier) dossier = NULL;
  g_autoptr (StilePrmDossier) empty = NULL;
  StileDeviceChange *what;

  store_fill (self->store, 1);
  for (guint step = 0; step < STILE_PRM_N_STEPS; step++)
    store_fixture_change (
        self, store_fixture_make_change (store_fixture_find (self, "D0"), (StilePrmStep)step, "x"));
  what = store_fixture_make_change (store_fixture_find (self, "D0"), STILE_PRM_STEP_VOUCHER_TRIGGER, "anew");
  what->agent = g_strdup ("bb22");
  what->forgets = TRUE;
  store_fixture_change (self, what);
  dossier = store_load_dossier (self->store, store_fixture_find (self, "D0"));
  g_assert_cmpstr (dossier->agent, ==, "bb22");
  store_fixture_expect_artefact (dossier, STILE_PRM_STEP_VOUCHER_TRIGGER, "anew");
  for (guint step = 1; step < STILE_PRM_N_STEPS; step++)
    store_fixture_expect_artefact (dossier, (StilePrmStep)step, NULL);

  what = stile_device_change_new (store_fixture_find (self, "D0"), STILE_DEVICE_QUEUED,
                                  STILE_PRM_STEP_VOUCHER_TRIGGER);
  what->forgets = TRUE;
  store_fixture_change (self, what);
  empty = store_load_dossier (self->store, store_fixture_find (self, "D0"));
  g_assert_null (empty->agent);
  store_fixture_expect_artefact (empty, STILE_PRM_STEP_VOUCHER_TRIGGER, NULL);
}

static void
test_large_artefact (StoreFixture *self, gconstpointer data)
{
  const gsize size = 1024 * 1024;
  guint8 *bytes = g_malloc (size);
  StileDeviceChange *what;
  g_autoptr (StilePrmDossier) dossier = NULL;

  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8)(i * 7);
  store_fill (self->store, 1);
  what = stile_device_change_new (store_fixture_find (self, "D0"), STILE_DEVICE_QUEUED,
                                  STILE_PRM_STEP_ENROL_TRIGGER);
  what->artefact = g_bytes_new (bytes, size);
  what->artefact_step = STILE_PRM_STEP_VOUCHER_TRIGGER;
  store_fixture_change (self, what);
  store_fixture_reopen (self);
  dossier = store_load_dossier (self->store, store_fixture_find (self, "D0"));
  g_assert_cmpmem (g_bytes_get_data (dossier->artefacts[0], NULL), g_bytes_get_size (dossier->artefacts[0]),
                   bytes, size);
  g_free (bytes);
}

/* --- what happened --- */

static void
test_events (StoreFixture *self, gconstpointer data)
{
  g_autoptr (GVariant) events = NULL;
  g_autofree char *text = NULL;
  StileDeviceChange *what;

  store_fill (self->store, 2);
  for (guint i = 0; i < 3; i++)
    {
      what = stile_device_change_new (store_fixture_find (self, "D1"), STILE_DEVICE_FAILED,
                                      STILE_PRM_STEP_VOUCHER);
      what->what = g_strdup_printf ("try-%u", i);
      what->text = i == 1 ? NULL : g_strdup ("“no”\n");
      store_fixture_change (self, what);
    }
  store_fixture_change (self, stile_device_change_new (store_fixture_find (self, "D1"), STILE_DEVICE_STOPPED,
                                                       STILE_PRM_STEP_VOUCHER));
  store_fixture_reopen (self);
  events = store_list_events (self->store, store_fixture_find (self, "D1"));
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
test_gone (StoreFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StilePrmDossier) dossier = NULL;
  g_autoptr (GVariant) events = NULL;

  store_fill (self->store, 1);
  g_ptr_array_add (devices, g_object_ref (store_fixture_find (self, "D0")));
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

/* --- registrars --- */

static StileCertificate *
find_registrar (StoreFixture *self, const char *url)
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
put_registrar (StoreFixture *self, const char *url, TestPki *registrar)
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
expect_registrar (StoreFixture *self, const char *url, TestPki *registrar)
{
  g_autoptr (StileCertificate) found = find_registrar (self, url);

  if (registrar == NULL)
    g_assert_null (found);
  else
    g_assert_true (stile_certificate_equal (found, test_pki_get_certificate (registrar)));
}

static void
test_registrars (StoreFixture *self, gconstpointer data)
{
  g_autoptr (TestPki) one = test_pki_authority_new ("One", TEST_PKI_P256);
  g_autoptr (TestPki) two = test_pki_authority_new ("Two", TEST_PKI_P256);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  expect_registrar (self, "https://a.example", NULL);
  put_registrar (self, "https://a.example", one);
  put_registrar (self, "https://b.example", two);
  expect_registrar (self, "https://a.example", one);
  store_fixture_reopen (self);
  expect_registrar (self, "https://a.example", one);
  expect_registrar (self, "https://b.example", two);
  put_registrar (self, "https://a.example", two);
  expect_registrar (self, "https://a.example", two);

  store_fixture_close (self);
  store_run_sql (self->path, "UPDATE registrars SET certificate = x'3000'");
  store_fixture_open (self);
  stile_device_details_find_registrar_async (self->store, "https://a.example", test_await_cb, &result);
  g_assert_null (
      stile_device_details_find_registrar_finish (self->store, test_await_result (&result), &error));
  g_assert_nonnull (error);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/device-details/" name, StoreFixture, NULL, store_fixture_set_up, function,                   \
              store_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("of-a-device-that-is-gone", test_gone);
  ADD ("artefacts", test_artefacts);
  ADD ("forgets-what-was-collected", test_forgets);
  ADD ("large-artefact", test_large_artefact);
  ADD ("events", test_events);
  ADD ("registrars", test_registrars);

  return g_test_run ();
}

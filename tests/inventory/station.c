/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/station.h"

#include <string.h>

#include "bootstrap/stile-prm-ca-certs.h"
#include "codec/stile-certificate-bundle.h"
#include "inventory/stile-database.h"
#include "support/test-await.h"

static void
sign_roots (Station *self)
{
  g_autoptr (GPtrArray) chain = test_pki_get_chain (self->registrar);
  g_autofree char *pem = test_pki_get_key_pem (self->registrar);
  g_autoptr (GBytes) key = g_bytes_new (pem, strlen (pem));
  g_autoptr (GError) error = NULL;
  g_autoptr (StileIdentity) identity = stile_identity_new (chain, key, &error);
  g_autoptr (GPtrArray) roots = test_pki_list (self->root, NULL);

  g_assert_no_error (error);
  self->roots = stile_prm_ca_certs_make (identity, roots, &error);
  g_assert_no_error (error);
}

void
station_set_up (Station *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  self->root = test_pki_authority_new ("Plant 7 Root CA", TEST_PKI_P256);
  self->registrar = test_pki_issue (self->root, &(TestPkiOptions){ .name = "registrar.plant.example" });
  self->agent = test_pki_issue (self->root, &(TestPkiOptions){ .name = "Laptop 3" });
  sign_roots (self);
  self->directory = test_pki_directory_new ();
  stile_device_store_open_async (STILE_DATABASE_MEMORY, NULL, test_await_cb, &result);
  self->store = stile_device_store_open_finish (test_await_result (&result), &error);
  g_assert_no_error (error);
}

void
station_tear_down (Station *self, gconstpointer data)
{
  test_await_finalized (g_steal_pointer (&self->store));
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
  g_bytes_unref (self->roots);
  test_pki_unref (self->agent);
  test_pki_unref (self->registrar);
  test_pki_unref (self->root);
}

void
station_add (Station *self, const StileDeviceSpec *specs, gsize count)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  stile_device_store_add_async (self->store, specs, count, NULL, test_await_cb, &result);
  g_assert_true (stile_device_store_add_finish (self->store, test_await_result (&result), NULL, &error));
  g_assert_no_error (error);
}

StileDevice *
station_find (Station *self, const char *serial)
{
  StileDevice *device = stile_device_store_find (self->store, serial);

  g_assert_nonnull (device);
  return device;
}

GPtrArray *
station_list (Station *self)
{
  GPtrArray *devices = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->store)); i++)
    g_ptr_array_add (devices, g_list_model_get_item (G_LIST_MODEL (self->store), i));

  return devices;
}

static void
apply (Station *self, StileDeviceChange *change)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  stile_device_store_change_async (self->store, change, test_await_cb, &result);
  g_assert_true (stile_device_store_change_finish (self->store, test_await_result (&result), &error));
  g_assert_no_error (error);
}

void
station_change (
    Station *self, StileDevice *device, StileDeviceState state, StilePrmStep step, const char *message)
{
  StileDeviceChange *change = stile_device_change_new (device, state, step);

  change->message = g_strdup (message);
  change->what = g_strdup (stile_device_state_get_name (state));
  change->text = g_strdup (message);
  apply (self, change);
}

void
station_bring (Station *self, StileDevice *device, StilePrmStep step, GBytes *artefact)
{
  StileDeviceChange *change =
      stile_device_change_new (device, STILE_DEVICE_RUNNING, (StilePrmStep)(step + 1));

  change->artefact = g_bytes_ref (artefact);
  change->artefact_step = step;
  change->agent = g_strdup (stile_certificate_get_fingerprint (test_pki_get_certificate (self->agent)));
  apply (self, change);
}

StileCertificate *
station_enrol (Station *self, StileDevice *device)
{
  g_autoptr (TestPki) made = test_pki_issue (
      self->root, &(TestPkiOptions){ .name = "device", .serial_number = stile_device_get_serial (device) });
  g_autoptr (GPtrArray) certificates = test_pki_list (made, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = stile_certificate_bundle_to_est (certificates, &error);

  g_assert_no_error (error);
  station_bring (self, device, STILE_PRM_STEP_ENROL_REQUEST, body);
  station_bring (self, device, STILE_PRM_STEP_ROOTS_REQUEST, self->roots);
  station_change (self, device, STILE_DEVICE_DONE, STILE_PRM_STEP_DONE, NULL);
  return g_object_ref (test_pki_get_certificate (made));
}

void
station_add_sample (Station *self)
{
  static const StileDeviceSpec specs[] = {
    { "PX-2024-000117", "192.0.2.17", "Pump 1, hall A", "PumpMaster 300", "behind the ladder" },
    { "PX-2024-000118", "192.0.2.18:8443", "Pump 2, hall A", "PumpMaster 300", NULL },
    { "PX-2024-000119", "192.0.2.19", "Pump 3, hall A", "PumpMaster 300", NULL },
    { "VLV-77-A", "[2001:db8::77]", "Ventil Süd", "Öffner & Söhne V2", NULL },
    { "VLV-77-B", "valve-b.plant.example", "Клапан 2", "V2", NULL },
    { "0007331", NULL, "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "+1" },
    { "0007332", NULL, "صمام المدخل", "V3", NULL },
    { "0007333", NULL,
      "evil \xe2\x80\xae"
      "fdp.exe",
      "V3", "-5" },
    { "G-1", "192.0.2.201", "Gateway",
      "A gateway with a rather long name of its model, as marketing likes it", NULL },
    { "G-2", "192.0.2.202", "Gateway 2", NULL, NULL },
    { "SENSOR-000000000000000000000000000000000000000000000000000000001", NULL, NULL, NULL, NULL },
    { "S-2", NULL, NULL, NULL, NULL },
  };

  station_add (self, specs, G_N_ELEMENTS (specs));
  for (gsize i = 0; i < 7; i++)
    g_object_unref (station_enrol (self, station_find (self, specs[i].serial)));
  station_change (self, station_find (self, "0007333"), STILE_DEVICE_REFUSED, STILE_PRM_STEP_VOUCHER_STATUS,
                  "P5: The voucher is not signed by “Öffner & Söhne” \xe2\x80\xae"
                  "but by <b>somebody</b> else");
  station_change (
      self, station_find (self, "G-1"), STILE_DEVICE_FAILED, STILE_PRM_STEP_VOUCHER_TRIGGER,
      "A4: The device that answers is “G-9”, and not “G-1”: look whether the address is that of another "
      "device");
  station_change (self, station_find (self, "G-2"), STILE_DEVICE_WAITING, STILE_PRM_STEP_VOUCHER_REQUEST,
                  "Somebody has to approve it at the registrar");
  station_change (self, station_find (self, "S-2"), STILE_DEVICE_STOPPED, STILE_PRM_STEP_VOUCHER_TRIGGER,
                  NULL);
}

gboolean
station_export (
    Station *self, GPtrArray *devices, const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  StileDeviceExportFormat format;

  if (!stile_device_export_find_format (path, &format, error))
    return FALSE;

  stile_device_export_async (self->store, devices, format, path, "Jo Doe <jo@plant.example>",
                             test_pki_get_certificate (self->agent), cancellable, test_await_cb, &result);
  return stile_device_export_finish (self->store, test_await_result (&result), error);
}

char *
station_make_path (Station *self, const char *name)
{
  return g_build_filename (self->directory, name, NULL);
}

void
station_export_all (Station *self, const char *path)
{
  g_autoptr (GPtrArray) devices = station_list (self);
  g_autoptr (GError) error = NULL;

  g_assert_true (station_export (self, devices, path, NULL, &error));
  g_assert_no_error (error);
}

char *
station_export_and_read (Station *self, const char *name)
{
  g_autofree char *path = station_make_path (self, name);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  station_export_all (self, path);
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-json.h"
#include "inventory/stile-ledger-database.h"
#include "service/stile-service-devices.h"

static StileLedger *
open_ledger (void)
{
  g_autoptr (GError) error = NULL;
  StileLedger *ledger = stile_ledger_database_new (STILE_DATABASE_MEMORY, &error);

  g_assert_no_error (error);
  return ledger;
}

static void
add_voucher (StileLedger *ledger)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  const StileLedgerVoucher voucher = { .request = (char *)"r",
                                       .issuer = (char *)"aa",
                                       .serial = (char *)"7",
                                       .upstream_request = bytes,
                                       .voucher = bytes };

  g_assert_true (stile_ledger_put_voucher (ledger, &voucher, NULL));
}

typedef struct
{
  const char *name;
  StileAdmission before;
  gboolean voucher;
  StileAdmission after;
} Case;

static const Case cases[] = {
  { "asked", STILE_ADMISSION_ASKED, FALSE, STILE_ADMISSION_ALLOWED },
  { "refused", STILE_ADMISSION_REFUSED, FALSE, STILE_ADMISSION_ALLOWED },
  { "refused-with-voucher", STILE_ADMISSION_REFUSED, TRUE, STILE_ADMISSION_ALLOWED },
  { "allowed", STILE_ADMISSION_ALLOWED, FALSE, STILE_ADMISSION_ALLOWED },
  { "allowed-with-voucher", STILE_ADMISSION_ALLOWED, TRUE, STILE_ADMISSION_AUDITED },
  { "quarantined", STILE_ADMISSION_QUARANTINED, TRUE, STILE_ADMISSION_AUDITED },
};

static void
test_allow (gconstpointer data)
{
  const Case *it = data;
  g_autoptr (StileLedger) ledger = open_ledger ();
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;
  g_autoptr (StileLedgerDevice) device = NULL;

  g_assert_true (stile_ledger_set_admission (ledger, "aa", "7", it->before, NULL, NULL));
  if (it->voucher)
    add_voucher (ledger);
  said = stile_service_devices_allow (ledger, "7", &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (said, stile_admission_get_name (it->after)));
  device = stile_ledger_find_device (ledger, "aa", "7", NULL);
  g_assert_cmpint (device->admission, ==, it->after);
}

static void
test_names (void)
{
  g_autoptr (StileLedger) ledger = open_ledger ();
  g_autoptr (GError) error = NULL;
  g_autofree char *several = NULL;
  g_autofree char *one = NULL;
  g_autofree char *unseen = NULL;
  g_autofree char *nobody = NULL;
  g_autoptr (StileLedgerDevice) device = NULL;

  g_assert_true (stile_ledger_set_admission (ledger, "aa", "7", STILE_ADMISSION_ASKED, NULL, NULL));
  g_assert_true (stile_ledger_set_admission (ledger, "bb", "7", STILE_ADMISSION_ASKED, NULL, NULL));
  several = stile_service_devices_refuse (ledger, "7", &error);
  g_assert_null (several);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_clear_error (&error);

  one = stile_service_devices_refuse (ledger, "bb/7", &error);
  g_assert_no_error (error);
  device = stile_ledger_find_device (ledger, "bb", "7", NULL);
  g_assert_cmpint (device->admission, ==, STILE_ADMISSION_REFUSED);

  unseen = stile_service_devices_allow (ledger, "cc/PID:X SN:1/2", &error);
  g_assert_no_error (error);
  stile_ledger_device_free (g_steal_pointer (&device));
  device = stile_ledger_find_device (ledger, "cc", "PID:X SN:1/2", NULL);
  g_assert_cmpint (device->admission, ==, STILE_ADMISSION_ALLOWED);

  nobody = stile_service_devices_allow (ledger, "SN/1", &error);
  g_assert_null (nobody);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
}

/* A serial number that looks like another device's whole name is not allowed in that one's place. */
static void
test_false_name (void)
{
  g_autoptr (StileLedger) ledger = open_ledger ();
  g_autoptr (GError) error = NULL;
  g_autofree char *unseen = NULL;
  g_autofree char *real = NULL;
  g_autoptr (StileLedgerDevice) device = NULL;

  g_assert_true (stile_ledger_set_admission (ledger, "aa", "bb/7", STILE_ADMISSION_ASKED, NULL, NULL));
  unseen = stile_service_devices_allow (ledger, "bb/7", &error);
  g_assert_null (unseen);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_clear_error (&error);

  g_assert_true (stile_ledger_set_admission (ledger, "bb", "7", STILE_ADMISSION_ASKED, NULL, NULL));
  real = stile_service_devices_allow (ledger, "bb/7", &error);
  g_assert_no_error (error);
  device = stile_ledger_find_device (ledger, "bb", "7", NULL);
  g_assert_cmpint (device->admission, ==, STILE_ADMISSION_ALLOWED);
}

/* Serial numbers come from devices, and reasons from their MASAs: neither makes a line of its own, or paints. */
static void
test_list_is_shown_safely (void)
{
  g_autoptr (StileLedger) ledger = open_ledger ();
  g_autofree char *lines = NULL;

  g_assert_true (stile_ledger_set_admission (ledger, "aa", "7\nbb/8  audited", STILE_ADMISSION_QUARANTINED,
                                             "\033[2Jall is well", NULL));
  lines = stile_service_devices_list (ledger, FALSE, NULL);
  g_assert_null (strchr (lines, '\n'));
  g_assert_null (strchr (lines, '\033'));
  g_assert_nonnull (strstr (lines, "all is well"));
}

static void
test_list (void)
{
  g_autoptr (StileLedger) ledger = open_ledger ();
  g_autofree char *empty = stile_service_devices_list (ledger, TRUE, NULL);
  g_autofree char *lines = NULL;
  g_autofree char *json = NULL;
  g_autoptr (GBytes) document = NULL;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GVariant) device = NULL;

  g_assert_cmpstr (empty, ==, "[]");
  g_assert_true (
      stile_ledger_set_admission (ledger, "aa", "7", STILE_ADMISSION_QUARANTINED, "R9: odd", NULL));
  lines = stile_service_devices_list (ledger, FALSE, NULL);
  g_assert_true (g_str_has_prefix (lines, "aa/7  quarantined  "));
  g_assert_true (g_str_has_suffix (lines, "R9: odd"));
  json = stile_service_devices_list (ledger, TRUE, NULL);
  document = g_bytes_new_static (json, strlen (json));
  list = stile_json_parse (document, STILE_JSON_MAX_SIZE, NULL);
  g_variant_get_child (list, 0, "v", &device);
  g_assert_cmpstr (stile_json_get_string (device, "admission"), ==, "quarantined");
  g_assert_cmpstr (stile_json_get_string (device, "reason"), ==, "R9: odd");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/service-devices/allow/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_allow);
    }
  g_test_add_func ("/service-devices/names", test_names);
  g_test_add_func ("/service-devices/false-name", test_false_name);
  g_test_add_func ("/service-devices/list", test_list);
  g_test_add_func ("/service-devices/list-is-shown-safely", test_list_is_shown_safely);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-bench.h"

#include <glib/gstdio.h>
#include <string.h>

#include "bootstrap/stile-agent-profile.h"
#include "inventory/stile-device-import.h"
#include "inventory/stile-provisioning-list.h"
#include "inventory/stile-provisioning.h"
#include "lab/stile-lab-private.h"
#include "support/test-await.h"
#include "transport/stile-http-carrier.h"
#include "transport/stile-http-session-carrier.h"

/* A technician brings the bench's devices in, as the programs do it, through the lab's middlebox. */

typedef struct
{
  StileLab *lab;
  StileDeviceStore *store;
  StileProvisioning *job;
} Fixture;

static void
start_lab (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->lab = stile_lab_new ();
  g_assert_true (stile_lab_start (fixture->lab, &error));
  g_assert_no_error (error);
  g_assert_null (stile_lab_get_device_list (fixture->lab));
  g_assert_true (stile_lab_start_bench (fixture->lab, &error));
  g_assert_no_error (error);
}

static void
open_store (Fixture *fixture)
{
  g_autofree char *folder = g_build_filename (stile_lab_get_directory (fixture->lab), "inventory", NULL);
  g_autofree char *path = g_build_filename (folder, "devices.db", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  /* Its own: who makes a database locks the folder, and the lab has locked that above. */
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  stile_device_store_open_async (path, NULL, test_await_cb, &result);
  fixture->store = stile_device_store_open_finish (test_await_result (&result), &error);
  g_assert_no_error (error);
}

static StileRegistrarAgent *
open_agent (StileLab *lab)
{
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (GError) error = NULL;
  const StileAgentProfile settings = { .profile = profile,
                                       .session_type = STILE_TYPE_HTTP_SESSION_CARRIER,
                                       .plain_type = STILE_TYPE_HTTP_CARRIER,
                                       .manufacturers = stile_lab_get_anchors_file (lab) };
  StileRegistrarAgent *agent;

  g_object_set (profile, "service", stile_lab_get_service_url (lab), "anchors",
                stile_lab_get_domain_file (lab), "certificate", stile_lab_get_agent_certificate (lab), "key",
                stile_lab_get_agent_key (lab), "proxy", stile_lab_get_proxy_url (lab), NULL);
  agent = stile_agent_profile_open (&settings, &error);
  g_assert_no_error (error);
  return agent;
}

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileRegistrarAgent) agent = NULL;
  StileProvisioningSettings settings = { NULL };

  start_lab (fixture);
  open_store (fixture);
  agent = open_agent (fixture->lab);
  settings.store = fixture->store;
  settings.agent = agent;
  settings.registrar = stile_lab_get_service_url (fixture->lab);
  fixture->job = stile_provisioning_new (&settings);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileLabMiddlebox) box = g_object_ref (stile_lab_private_get_middlebox (fixture->lab));
  StileLabBench *bench = stile_lab_private_get_bench (fixture->lab);

  g_clear_object (&fixture->job);
  g_clear_object (&fixture->store);
  g_object_add_weak_pointer (G_OBJECT (bench), (gpointer *)&bench);
  stile_lab_stop (fixture->lab);
  g_assert_null (bench);
  test_await_until (stile_lab_middlebox_get_n_tunnels (box) == 0);
  g_assert_finalize_object (fixture->lab);
}

/* --- the list --- */

static StileDeviceImport *
load_list (StileLab *lab)
{
  g_autoptr (GFile) file = g_file_new_for_path (stile_lab_get_device_list (lab));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  StileDeviceImport *list;

  stile_device_import_load_async (file, NULL, test_await_cb, &result);
  list = stile_device_import_load_finish (test_await_result (&result), &error);
  g_assert_no_error (error);
  return list;
}

static void
test_the_list_names_all (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileDeviceImport) list = load_list (fixture->lab);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, STILE_LAB_BENCH_N_DEVICES);
  g_assert_cmpuint (stile_device_import_get_n_good (list), ==, STILE_LAB_BENCH_N_DEVICES);
  for (guint i = 0; i < STILE_LAB_BENCH_N_DEVICES; i++)
    {
      g_autoptr (StileImportLine) line = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_assert_true (g_str_has_prefix (stile_import_line_get_address (line), "127.0.0.1:"));
      g_assert_nonnull (stile_import_line_get_name (line));
      g_assert_nonnull (stile_import_line_get_model (line));
    }
}

/* Somebody who looks at a list that he has may ask for the bench again. */
static void
test_is_there_once (Fixture *fixture, gconstpointer user_data)
{
  StileLabBench *bench = stile_lab_private_get_bench (fixture->lab);

  g_assert_true (stile_lab_start_bench (fixture->lab, NULL));
  g_assert_true (stile_lab_private_get_bench (fixture->lab) == bench);
}

/* --- bringing them in --- */

static GPtrArray *
add_devices (Fixture *fixture)
{
  g_autoptr (StileDeviceImport) list = load_list (fixture->lab);
  GPtrArray *devices = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < STILE_LAB_BENCH_N_DEVICES; i++)
    {
      g_autoptr (StileImportLine) line = g_list_model_get_item (G_LIST_MODEL (list), i);
      const StileDeviceSpec spec = { .serial = stile_import_line_get_serial (line),
                                     .address = stile_import_line_get_address (line) };
      g_autoptr (GAsyncResult) result = NULL;

      stile_device_store_add_async (fixture->store, &spec, 1, NULL, test_await_cb, &result);
      g_assert_true (stile_device_store_add_finish (fixture->store, test_await_result (&result), NULL, NULL));
      g_ptr_array_add (devices, g_object_ref (stile_device_store_find (fixture->store, spec.serial)));
    }

  return devices;
}

static void
bring_in (Fixture *fixture)
{
  g_autoptr (GPtrArray) devices = add_devices (fixture);
  g_autoptr (GAsyncResult) queued = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  stile_provisioning_queue_async (fixture->job, devices, test_await_cb, &queued);
  g_assert_true (stile_provisioning_order_finish (fixture->job, test_await_result (&queued), &error));
  stile_provisioning_run_all_async (fixture->job, NULL, test_await_cb, &result);
  g_assert_true (stile_provisioning_run_all_finish (fixture->job, test_await_result (&result), &error));
  g_assert_no_error (error);
}

/* What the queue says, and what the device itself has then. */
static void
assert_ended (Fixture *fixture, guint i, StileDeviceState state, const char *words, StilePledgeStage stage)
{
  StileDevice *device = stile_provisioning_list_get (G_LIST_MODEL (fixture->store), i);
  StilePledgeResponder *own = stile_lab_bench_get_device (stile_lab_private_get_bench (fixture->lab), i);
  g_autofree char *sentence = stile_device_describe (device);

  g_test_message ("%s: %s", stile_device_get_serial (device), sentence);
  g_assert_cmpint (stile_device_get_state (device), ==, state);
  g_assert_true (g_str_has_prefix (sentence, words));
  g_assert_cmpint (stile_pledge_state_get_stage (stile_pledge_responder_get_state (own)), ==, stage);
}

static void
assert_member (Fixture *fixture, guint i)
{
  StilePledgeResponder *own = stile_lab_bench_get_device (stile_lab_private_get_bench (fixture->lab), i);
  StileCertificate *certificate = stile_pledge_state_get_certificate (stile_pledge_responder_get_state (own));

  assert_ended (fixture, i, STILE_DEVICE_DONE, "Done", STILE_PLEDGE_ENROL_SUCCESS);
  g_assert_cmpstr (stile_certificate_get_name (certificate), ==, stile_pledge_responder_get_serial (own));
  g_assert_cmpstr (stile_certificate_get_issuer_name (certificate), ==, "Plant Nord Root CA");
}

static void
assert_all_ended (Fixture *fixture)
{
  guint members = 0;

  for (guint i = 0; i < STILE_LAB_BENCH_N_DEVICES; i++)
    {
      StileDevice *device = stile_provisioning_list_get (G_LIST_MODEL (fixture->store), i);

      if (strcmp (stile_device_get_serial (device), STILE_LAB_BENCH_MISLED) == 0)
        assert_ended (fixture, i, STILE_DEVICE_REFUSED,
                      "The device refused: P5: The voucher is not signed by the manufacturer: “Example "
                      "Devices Ltd MASA” is signed by “Example Devices Ltd Root CA”",
                      STILE_PLEDGE_VOUCHER_ERROR);
      else if (strcmp (stile_device_get_serial (device), STILE_LAB_BENCH_MISTAKEN) == 0)
        assert_ended (fixture, i, STILE_DEVICE_FAILED,
                      "Failed: Asking the device for its voucher request: The device answered 403: “P22: The "
                      "agent means the device “" STILE_LAB_BENCH_MISTAKEN "”, and this one is “LAB-0190””",
                      STILE_PLEDGE_FACTORY_DEFAULT);
      else
        {
          assert_member (fixture, i);
          members++;
        }
    }

  g_assert_cmpuint (members, ==, STILE_LAB_BENCH_N_DEVICES - 2);
}

static void
test_eight_of_ten_come_in (Fixture *fixture, gconstpointer user_data)
{
  bring_in (fixture);
  assert_all_ended (fixture);
}

/* The doorkeeper lets them in, after a while. */
static void
test_a_person_is_asked (Fixture *fixture, gconstpointer user_data)
{
  stile_lab_set_scenario (fixture->lab, STILE_LAB_REGISTRAR_ASKS);
  bring_in (fixture);
  assert_all_ended (fixture);
}

/* The roles tell their operator whom they refuse; here that is as it should be. */
static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0 && strcmp (fields[i].value, "stile-bootstrap") == 0)
      return G_LOG_WRITER_HANDLED;

  return g_log_writer_default (level, fields, n_fields, user_data);
}

int
main (int argc, char **argv)
{
  char tmp[] = "/tmp/stile-test-XXXXXX";
  int r;

  g_log_set_writer_func (write_log, NULL, NULL);
  g_assert_nonnull (g_mkdtemp (tmp));
  g_setenv ("TMPDIR", tmp, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/lab/bench/the-list-names-all", test_the_list_names_all);
  ADD ("/lab/bench/is-there-once", test_is_there_once);
  ADD ("/lab/bench/eight-of-ten-come-in", test_eight_of_ten_come_in);
  ADD ("/lab/bench/a-person-is-asked", test_a_person_is_asked);
  r = g_test_run ();
  g_assert_cmpint (g_rmdir (tmp), ==, 0);

  return r;
}

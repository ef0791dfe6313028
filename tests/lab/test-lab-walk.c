/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab.h"

#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-bootstrap.h"
#include "bootstrap/stile-pem-store.h"
#include "lab/stile-lab-private.h"
#include "support/test-await.h"
#include "transport/stile-http-carrier.h"

/* The whole walk, as the programs do it, in each scenario: where it ends, which check ends it, and what its user reads. */

typedef struct
{
  StileLab *lab;
  GListStore *stores;
  StileBootstrap *job;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileTrustStore) store = NULL;

  fixture->lab = stile_lab_new ();
  g_assert_true (stile_lab_start (fixture->lab, &error));
  g_assert_no_error (error);
  fixture->stores = g_list_store_new (STILE_TYPE_TRUST_STORE);
  store = stile_pem_store_new_own (stile_lab_get_directory (fixture->lab));
  g_list_store_append (fixture->stores, store);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileLabMiddlebox) box = g_object_ref (stile_lab_private_get_middlebox (fixture->lab));

  g_clear_object (&fixture->job);
  g_clear_object (&fixture->stores);
  stile_lab_stop (fixture->lab);
  test_await_until (stile_lab_middlebox_get_n_tunnels (box) == 0);
  g_assert_finalize_object (fixture->lab);
}

static StileProfile *
make_profile (StileLab *lab)
{
  StileProfile *profile = stile_profile_new ();

  g_object_set (profile, "service", stile_lab_get_service_url (lab), "anchors",
                stile_lab_get_anchors_file (lab), "certificate", stile_lab_get_certificate_file (lab), "key",
                stile_lab_get_key_file (lab), "proxy", stile_lab_get_proxy_url (lab), "trust",
                STILE_TRUST_VOUCHER, NULL);
  return profile;
}

static gboolean
walk (Fixture *fixture, StileLabScenario scenario, GCallback changed, GError **error)
{
  g_autoptr (StileProfile) profile = make_profile (fixture->lab);
  g_autoptr (GAsyncResult) result = NULL;

  stile_lab_set_scenario (fixture->lab, scenario);
  g_clear_object (&fixture->job);
  fixture->job = stile_bootstrap_new (STILE_TYPE_HTTP_CARRIER, profile, G_LIST_MODEL (fixture->stores));
  stile_bootstrap_set_data_directory (fixture->job, stile_lab_get_directory (fixture->lab));
  if (changed != NULL)
    g_signal_connect (fixture->job, "changed", changed, fixture);
  stile_bootstrap_run_async (fixture->job, STILE_BOOTSTRAP_DONE, NULL, test_await_cb, &result);
  return stile_bootstrap_run_finish (fixture->job, test_await_result (&result), error);
}

/* Each ends where it should, by the check that it is about, and with words that say so. */
static const struct
{
  StileLabScenario scenario;
  StileBootstrapStep step;
  StileErrorCode code;
  const char *check; /* that the pledge itself made; NULL when somebody else did */
  const char *words;
} failures[] = {
  { STILE_LAB_UNKNOWN_AUTHORITY, STILE_BOOTSTRAP_DONE, STILE_ERROR_UNTRUSTED, NULL, "still does not hold" },
  { STILE_LAB_BLOCK_PAGE, STILE_BOOTSTRAP_PATH, STILE_ERROR_NOT_ATLS, NULL, "Access denied" },
  { STILE_LAB_MASA_DOWN, STILE_BOOTSTRAP_VOUCHER, STILE_ERROR_RETRY, NULL,
    "answered 503: it is busy, or does not reach the manufacturer’s service. It says: “The manufacturer's "
    "service refuses: Closed for maintenance”" },
  { STILE_LAB_OTHER_DEVICE, STILE_BOOTSTRAP_VOUCHER, STILE_ERROR_UNTRUSTED, "P8",
    "P8: The voucher is for the device “LAB-0002”, and this one is “LAB-0001”" },
  { STILE_LAB_EXPIRED_VOUCHER, STILE_BOOTSTRAP_VOUCHER, STILE_ERROR_UNTRUSTED, "P12",
    "P12: The voucher ran out at " },
  { STILE_LAB_ROGUE_MASA, STILE_BOOTSTRAP_VOUCHER, STILE_ERROR_UNTRUSTED, "P5",
    "P5: The voucher is not signed by the manufacturer: “Example Devices Ltd MASA” is signed by " },
  { STILE_LAB_OTHER_DOMAIN, STILE_BOOTSTRAP_VOUCHER, STILE_ERROR_UNTRUSTED, "P14",
    "P14: The voucher is for the domain “Harbour West Root CA”, and the registrar “Plant Nord Registrar” "
    "does not belong to it" },
  { STILE_LAB_MAN_IN_THE_MIDDLE, STILE_BOOTSTRAP_VOUCHER, STILE_ERROR_REFUSED, NULL,
    "R2: The request is not signed with the key of the device that sends it" },
  { STILE_LAB_EXPIRED_IDEVID, STILE_BOOTSTRAP_VOUCHER, STILE_ERROR_REFUSED, NULL,
    "R1: “Lab laptop” has expired" },
};

static void
test_fails (Fixture *fixture, gconstpointer user_data)
{
  gsize i = GPOINTER_TO_SIZE (user_data);
  g_autoptr (GError) error = NULL;
  StilePledge *pledge;

  g_assert_false (walk (fixture, failures[i].scenario, NULL, &error));
  g_assert_error (error, STILE_ERROR, (int)failures[i].code);
  g_assert_nonnull (strstr (error->message, failures[i].words));
  g_assert_cmpint (stile_bootstrap_get_state (fixture->job, failures[i].step), ==, STILE_BOOTSTRAP_FAILED);

  pledge = stile_bootstrap_get_pledge (fixture->job);
  if (failures[i].check != NULL)
    g_assert_cmpstr (stile_checks_get_refused (stile_pledge_get_checks (pledge)), ==, failures[i].check);
  if (failures[i].step == STILE_BOOTSTRAP_VOUCHER)
    g_assert_null (stile_bootstrap_get_roots (fixture->job));
}

static void
assert_walked (Fixture *fixture)
{
  for (guint i = 0; i < STILE_BOOTSTRAP_N_STEPS; i++)
    g_assert_cmpint (stile_bootstrap_get_state (fixture->job, (StileBootstrapStep)i), ==,
                     STILE_BOOTSTRAP_COMPLETE);
}

static void
test_arrives (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *chain;

  walk (fixture, STILE_LAB_INTERCEPTED, NULL, &error);
  g_assert_no_error (error);
  assert_walked (fixture);
  chain = stile_enrolment_get_chain (stile_bootstrap_get_enrolment (fixture->job));
  g_assert_cmpstr (stile_certificate_get_name (g_ptr_array_index (chain, 0)), ==, "LAB-0001");
  g_assert_cmpstr (stile_certificate_get_issuer_name (g_ptr_array_index (chain, 0)), ==,
                   "Plant Nord Root CA");
}

/* What went wrong once stays in its scenario: the next walk in the same lab is good again. */
static void
test_arrives_after_all_failures (Fixture *fixture, gconstpointer user_data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    test_fails (fixture, GSIZE_TO_POINTER (i));
  test_arrives (fixture, NULL);
}

/* --- the registrar asks --- */

static void
count_waiting (StileBootstrap *job, guint step, gpointer user_data)
{
  Fixture *fixture = user_data;
  StilePledge *pledge = stile_bootstrap_get_pledge (job);
  g_autoptr (GError) error = NULL;

  if (step != STILE_BOOTSTRAP_VOUCHER || pledge == NULL || stile_pledge_get_waiting_until (pledge) == 0 ||
      g_object_get_data (G_OBJECT (job), "waited") != NULL)
    return;

  g_object_set_data (G_OBJECT (job), "waited", g_strdup (stile_pledge_get_waiting_words (pledge)));
  g_assert_true (stile_lab_approve (fixture->lab, &error));
  g_assert_no_error (error);
}

static void
test_waits_for_a_person (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  walk (fixture, STILE_LAB_REGISTRAR_ASKS, G_CALLBACK (count_waiting), &error);
  g_assert_no_error (error);
  assert_walked (fixture);
  words = g_object_steal_data (G_OBJECT (fixture->job), "waited");
  g_assert_cmpstr (words, ==, "R5: A person is asked whether this device may join");
}

/* Whom it knows from before is asked about again, and somebody in the lab answers by himself. */
static void
test_asks_about_everybody (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  test_arrives (fixture, NULL);
  walk (fixture, STILE_LAB_REGISTRAR_ASKS, NULL, &error);
  g_assert_no_error (error);
  assert_walked (fixture);
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
#define ADD(path, data, function) g_test_add (path, Fixture, data, set_up, function, tear_down)
  ADD ("/lab/walk/arrives", NULL, test_arrives);
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autofree char *path =
          g_strconcat ("/lab/walk/fails/", stile_lab_scenario_get_name (failures[i].scenario), NULL);

      ADD (path, GSIZE_TO_POINTER (i), test_fails);
    }
  ADD ("/lab/walk/arrives-after-all-failures", NULL, test_arrives_after_all_failures);
  ADD ("/lab/walk/waits-for-a-person", NULL, test_waits_for_a_person);
  ADD ("/lab/walk/asks-about-everybody", NULL, test_asks_about_everybody);
  r = g_test_run ();
  g_assert_cmpint (g_rmdir (tmp), ==, 0);

  return r;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/prm-court.h"
#include "bootstrap/stile-prm-status.h"

/* Which statuses a registrar believes (BOOTSTRAP R14, BRSKI-PRM sections 7.9 to 7.11). */

typedef struct
{
  PrmCourt prm;
  StilePrmDevice device;
} Status;

#define GOOD(details) "{\"version\":1,\"status\":true,\"reason-context\":{" details "}}"
#define BAD(details) "{\"version\":1,\"status\":false,\"reason\":\"no\",\"reason-context\":{" details "}}"

/* The device got its certificate for the camera's key. */
static void
set_up (Status *self, gconstpointer data)
{
  prm_court_set_up_registrar (&self->prm, data);
  self->device.idevid = test_pki_get_certificate (self->prm.court.device);
  self->device.ldevid = test_pki_get_certificate (self->prm.camera);
}

static void
tear_down (Status *self, gconstpointer data)
{
  prm_court_tear_down (&self->prm, data);
}

static StileStatusReport *
judge (Status *self, const StilePrmDevice *device, StilePrmStatusKind kind, GBytes *bytes, GError **error)
{
  g_clear_object (&self->prm.court.checks);
  self->prm.court.checks = stile_checks_new ();
  return stile_prm_status_judge (device, kind, bytes, self->prm.court.checks, error);
}

static void
expect_taken (Status *self, StilePrmStatusKind kind, const char *json, TestPki *signer)
{
  g_autoptr (GBytes) bytes = prm_court_sign (json, NULL, signer);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileStatusReport) report = judge (self, &self->device, kind, bytes, &error);

  g_assert_no_error (error);
  g_assert_nonnull (report);
}

static void
expect_refused (Status *self, StilePrmStatusKind kind, const char *json, TestPki *signer, int code)
{
  g_autoptr (GBytes) bytes = prm_court_sign (json, NULL, signer);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileStatusReport) report = judge (self, &self->device, kind, bytes, &error);

  g_assert_null (report);
  g_test_message ("%s", error->message);
  g_assert_error (error, STILE_ERROR, code);
  g_assert_cmpstr (stile_checks_get_refused (self->prm.court.checks), ==, "R14");
}

static void
test_good (Status *self, gconstpointer data)
{
  TestPki *first = self->prm.court.device;
  TestPki *later = self->prm.camera;

  expect_taken (self, STILE_PRM_STATUS_VOUCHER, GOOD ("\"pvs-details\":\"fine\""), first);
  expect_taken (self, STILE_PRM_STATUS_VOUCHER, BAD ("\"pvs-details\":{\"at\":1}"), first);
  expect_taken (self, STILE_PRM_STATUS_ENROL, GOOD ("\"pes-details\":\"fine\""), later);
  expect_taken (self, STILE_PRM_STATUS_ENROL, BAD ("\"pes-details\":\"no\""), first);
  expect_taken (self, STILE_PRM_STATUS_PLEDGE, GOOD ("\"pbs-details\":\"factory-default\""), first);
  expect_taken (self, STILE_PRM_STATUS_PLEDGE, GOOD ("\"pbs-details\":\"enroll-success\""), later);
  expect_taken (self, STILE_PRM_STATUS_PLEDGE, BAD ("\"pos-details\":\"connect-error\""), later);
}

static void
test_other_signer (Status *self, gconstpointer data)
{
  TestPki *strangers[] = { self->prm.court.other_device, self->prm.agent, self->prm.court.registrar };

  for (gsize i = 0; i < G_N_ELEMENTS (strangers); i++)
    {
      expect_refused (self, STILE_PRM_STATUS_VOUCHER, GOOD ("\"pvs-details\":\"\""), strangers[i],
                      STILE_ERROR_REFUSED);
      expect_refused (self, STILE_PRM_STATUS_ENROL, GOOD ("\"pes-details\":\"\""), strangers[i],
                      STILE_ERROR_REFUSED);
      expect_refused (self, STILE_PRM_STATUS_PLEDGE, GOOD ("\"pbs-details\":\"voucher-error\""), strangers[i],
                      STILE_ERROR_REFUSED);
    }
}

/* Whoever says that it has the certificate shows it. */
static void
test_success_is_proven (Status *self, gconstpointer data)
{
  expect_refused (self, STILE_PRM_STATUS_ENROL, GOOD ("\"pes-details\":\"\""), self->prm.court.device,
                  STILE_ERROR_REFUSED);
  expect_refused (self, STILE_PRM_STATUS_ENROL, BAD ("\"pes-details\":\"\""), self->prm.camera,
                  STILE_ERROR_REFUSED);
  expect_refused (self, STILE_PRM_STATUS_VOUCHER, GOOD ("\"pvs-details\":\"\""), self->prm.camera,
                  STILE_ERROR_REFUSED);
  self->device.ldevid = NULL;
  expect_refused (self, STILE_PRM_STATUS_ENROL, GOOD ("\"pes-details\":\"\""), self->prm.camera,
                  STILE_ERROR_REFUSED);
}

static void
test_unknown_device (Status *self, gconstpointer data)
{
  g_autoptr (GBytes) bytes = prm_court_sign (GOOD ("\"pvs-details\":\"\""), NULL, self->prm.court.device);
  g_autoptr (GError) error = NULL;

  g_assert_null (judge (self, NULL, STILE_PRM_STATUS_VOUCHER, bytes, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_cmpstr (stile_checks_get_refused (self->prm.court.checks), ==, "R14");
}

static void
test_changed (Status *self, gconstpointer data)
{
  g_autoptr (GBytes) good = prm_court_sign (GOOD ("\"pvs-details\":\"\""), NULL, self->prm.court.device);
  g_autofree char *text = g_strndup (g_bytes_get_data (good, NULL), g_bytes_get_size (good));
  char *value = strstr (text, "\"signature\":\"") + strlen ("\"signature\":\"");
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;

  value[8] = value[8] == 'A' ? 'B' : 'A';
  g_assert_null (judge (self, &self->device, STILE_PRM_STATUS_VOUCHER, bytes, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
}

/* Without anybody's name on it, as BRSKI has it in its TLS. */
static void
test_unsigned (Status *self, gconstpointer data)
{
  static const char json[] = GOOD ("\"pvs-details\":\"\"");
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));
  g_autoptr (GBytes) once = prm_court_sign (json, NULL, self->prm.court.device);
  g_autoptr (GBytes) twice = prm_court_sign_again (once, self->prm.court.device);
  g_autoptr (GBytes) nameless = prm_court_sign (json, "{'kid': <'AAAA'>}", self->prm.court.device);
  g_autoptr (GError) error = NULL;

  g_assert_null (judge (self, &self->device, STILE_PRM_STATUS_VOUCHER, bytes, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_clear_error (&error);
  g_assert_null (judge (self, &self->device, STILE_PRM_STATUS_VOUCHER, twice, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
  g_clear_error (&error);
  g_assert_null (judge (self, &self->device, STILE_PRM_STATUS_VOUCHER, nameless, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
}

static void
test_swapped (Status *self, gconstpointer data)
{
  static const struct
  {
    StilePrmStatusKind kind;
    const char *json;
  } table[] = {
    { STILE_PRM_STATUS_VOUCHER, GOOD ("\"pes-details\":\"\"") },
    { STILE_PRM_STATUS_VOUCHER, GOOD ("\"pbs-details\":\"voucher-success\"") },
    { STILE_PRM_STATUS_VOUCHER, GOOD ("\"pvs-details\":\"\",\"pes-details\":\"\"") },
    { STILE_PRM_STATUS_ENROL, BAD ("\"pvs-details\":\"\"") },
    { STILE_PRM_STATUS_ENROL, BAD ("\"pos-details\":\"connect-error\"") },
    { STILE_PRM_STATUS_PLEDGE, GOOD ("\"pvs-details\":\"\"") },
    { STILE_PRM_STATUS_PLEDGE, GOOD ("\"pes-details\":\"\"") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    expect_refused (self, table[i].kind, table[i].json, self->prm.court.device, STILE_ERROR_PROTOCOL);
}

static void
test_hostile (Status *self, gconstpointer data)
{
  static const char *const documents[] = {
    "",
    "{}",
    "[]",
    "{\"version\":1,\"status\":true}",
    "{\"version\":1,\"status\":true,\"reason-context\":{}}",
    "{\"version\":1,\"status\":true,\"reason-context\":[]}",
    "{\"version\":1,\"status\":true,\"reason-context\":\"pbs-details\"}",
    "{\"version\":1,\"reason-context\":{\"pbs-details\":\"factory-default\"}}",
    "{\"status\":true,\"reason-context\":{\"pbs-details\":\"factory-default\"}}",
    GOOD ("\"pbs-details\":\"on-fire\""),
    GOOD ("\"pbs-details\":7"),
    GOOD ("\"pbs-details\":\"connect-success\""),
    GOOD ("\"pos-details\":\"enroll-success\""),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (documents); i++)
    expect_refused (self, STILE_PRM_STATUS_PLEDGE, documents[i], self->prm.court.device,
                    STILE_ERROR_PROTOCOL);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *claim;
    void (*test) (Status *self, gconstpointer data);
  } tests[] = {
    { "R14-takes-statuses", test_good },
    { "R14-a-status-of-another-device", test_other_signer },
    { "R14-a-success-is-signed-with-the-new-key", test_success_is_proven },
    { "R14-a-device-that-nobody-knows", test_unknown_device },
    { "R14-the-status-was-changed", test_changed },
    { "R14-an-unsigned-status", test_unsigned },
    { "R14-a-status-swapped-for-another", test_swapped },
    { "R14-hostile-statuses", test_hostile },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/prm/registrar/", tests[i].claim, NULL);

      g_test_add (path, Status, NULL, set_up, tests[i].test, tear_down);
    }

  return g_test_run ();
}

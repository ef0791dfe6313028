/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/prm-court.h"
#include "bootstrap/prm-device.h"
#include "bootstrap/stile-prm-status-trigger.h"
#include "codec/stile-json.h"

/* How a device says it is, to whom (BOOTSTRAP P22), and what it tells the program that it is in. */

/* --- how it is --- */

static GBytes *
make_question (PrmPlant *self, const char *serial)
{
  g_autoptr (StileIdentity) agent = plant_make_identity (self->agent);
  g_autoptr (GError) error = NULL;
  GBytes *question = stile_prm_status_trigger_make (agent, serial, prm_plant_get_now (), &error);

  g_assert_no_error (error);
  return question;
}

static void
expect_state (PrmPlant *self, const char *said)
{
  g_autoptr (GBytes) question = make_question (self, COURT_SERIAL);
  g_autoptr (StileHttpMessage) response = prm_device_ask (self, "qps", question);
  StileCertificate *member = stile_pledge_state_get_certificate (prm_device_get_state (self));
  g_autoptr (StileStatusReport) report =
      prm_device_read_status (response, STILE_PRM_STATUS_PLEDGE,
                              member != NULL ? member : test_pki_get_certificate (self->plant.court.device));

  g_assert_cmpstr (stile_json_get_string (stile_status_report_get_context (report), "pbs-details"), ==, said);
  g_assert_cmpint (stile_status_report_is_good (report), ==, !g_str_has_suffix (said, "error"));
}

static void
test_stages (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("{}", 2);

  expect_state (self, "factory-default");
  prm_device_expect_no_voucher (self, nothing, "P22: ");
  expect_state (self, "voucher-error");
  prm_plant_run (self, STILE_PRM_STEP_ROOTS);
  expect_state (self, "voucher-success");
  prm_plant_run (self, STILE_PRM_STEP_CERTIFICATE);
  prm_device_expect_no_certificate (self, nothing, "P21: ");
  expect_state (self, "enroll-error");
  prm_plant_run (self, STILE_PRM_STEP_DONE);
  expect_state (self, "enroll-success");
  prm_device_restart (self);
  expect_state (self, "enroll-success");
}

static void
test_questions (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) other = make_question (self, "PID:X1 SN:0008");
  g_autoptr (GBytes) nobody = prm_court_sign ("{\"version\":1}", NULL, self->agent);
  g_autoptr (GBytes) number = prm_court_sign ("{\"serial-number\":7}", NULL, self->agent);
  g_autoptr (GBytes) unread = prm_court_sign ("no", NULL, self->agent);
  g_autoptr (GBytes) good = make_question (self, COURT_SERIAL);
  g_autofree char *text = g_strndup (g_bytes_get_data (good, NULL), g_bytes_get_size (good));
  char *signature = strstr (text, "\"signature\":\"");
  g_autoptr (GBytes) changed = NULL;

  signature[20] = signature[20] == 'A' ? 'B' : 'A';
  changed = g_bytes_new (text, strlen (text));
  prm_device_expect (self, "qps", other, 403, "P22: ");
  prm_device_expect (self, "qps", nobody, 400, "P22: ");
  prm_device_expect (self, "qps", number, 400, "P22: ");
  prm_device_expect (self, "qps", unread, 400, "P22: ");
  prm_device_expect (self, "qps", changed, 403, "P22: ");
}

/* --- who it is --- */

static void
test_no_device (PrmPlant *self, gconstpointer data)
{
  g_autoptr (StileIdentity) agent = plant_make_identity (self->agent);
  g_autoptr (GPtrArray) anchors = test_pki_list (self->plant.court.manufacturer, NULL);
  const StilePledgeResponderSettings settings = { .idevid = agent,
                                                  .anchors = anchors,
                                                  .state = prm_device_get_state (self) };
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_pledge_responder_new (&settings, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_cmpstr (stile_pledge_responder_get_serial (self->responder), ==, COURT_SERIAL);
}

static void
test_no_key (PrmPlant *self, gconstpointer data)
{
  g_autoptr (TestPki) device = test_pki_issue (
      self->plant.court.manufacturer,
      &(TestPkiOptions){ .name = "X1", .serial_number = COURT_SERIAL, .key = TEST_PKI_P384, .purpose = "" });
  g_autoptr (StileIdentity) idevid = plant_make_identity (device);
  g_autoptr (GPtrArray) anchors = test_pki_list (self->plant.court.manufacturer, NULL);
  const StilePledgeResponderSettings settings = { .idevid = idevid,
                                                  .anchors = anchors,
                                                  .state = prm_device_get_state (self) };
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_pledge_responder_new (&settings, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "ECDSA P-384"));
}

typedef struct
{
  guint count;
  guint status;
  char *name;
  char *refused;
} Heard;

static void
hear (StilePledgeResponder *responder, const char *name, guint status, StileChecks *checks, gpointer data)
{
  Heard *heard = data;

  heard->count++;
  heard->status = status;
  g_free (heard->name);
  heard->name = g_strdup (name);
  g_free (heard->refused);
  heard->refused = g_strdup (stile_checks_get_refused (checks));
}

static void
test_tells (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) other = make_question (self, "PID:X1 SN:0008");
  Heard heard = { 0 };

  g_signal_connect (self->responder, "answered", G_CALLBACK (hear), &heard);
  prm_device_expect (self, "qps", other, 403, NULL);
  g_assert_cmpuint (heard.count, ==, 1);
  g_assert_cmpuint (heard.status, ==, 403);
  g_assert_cmpstr (heard.name, ==, "qps");
  g_assert_cmpstr (heard.refused, ==, "P22");
  g_free (heard.name);
  g_free (heard.refused);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/bootstrap/pledge-responder/status/" name, PrmPlant, NULL, prm_plant_set_up, function,        \
              prm_plant_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("says-how-it-is-in-each-stage", test_stages);
  ADD ("P22-questions-that-are-none", test_questions);
  ADD ("a-device-has-a-serial-number", test_no_device);
  ADD ("a-device-signs-with-ES256", test_no_key);
  ADD ("tells-what-came", test_tells);

  return g_test_run ();
}

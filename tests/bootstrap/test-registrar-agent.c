/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/prm-court.h"
#include "bootstrap/prm-plant.h"
#include "bootstrap/stile-agent-judge.h"
#include "codec/stile-certificate-path.h"
#include "codec/stile-json.h"
#include "support/test-await.h"

static void
expect_refused (PrmPlant *self, int code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileAgentAnswer) answer = prm_plant_step (self, &error);

  g_assert_null (answer);
  g_assert_error (error, STILE_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
}

static StilePledgeStage
get_stage (PrmPlant *self)
{
  return stile_pledge_state_get_stage (stile_pledge_responder_get_state (self->responder));
}

/* --- all of it --- */

static void
expect_event (PrmPlant *self, const char *what, gboolean good)
{
  g_autoptr (GVariant) event = plant_find_event (&self->plant, what);

  g_assert_nonnull (event);
  g_assert_cmpint (stile_json_get_boolean (event, "status", !good), ==, good);
}

static void
test_brings_a_device_into_its_domain (PrmPlant *self, gconstpointer data)
{
  StilePledgeState *state = stile_pledge_responder_get_state (self->responder);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCertificate) issued = NULL;
  g_autofree char *serial = NULL;

  prm_plant_run (self, STILE_PRM_STEP_DONE);
  issued = stile_prm_dossier_read_certificate (self->dossier, &error);
  g_assert_no_error (error);
  serial = stile_certificate_path_get_device_serial (issued);
  g_assert_cmpstr (serial, ==, COURT_SERIAL);
  g_assert_true (stile_certificate_equal (stile_pledge_state_get_certificate (state), issued));
  g_assert_true (stile_certificate_equal (stile_pledge_state_get_pin (state),
                                          test_pki_get_certificate (self->plant.court.domain)));
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_ENROL_SUCCESS);
  g_assert_false (stile_prm_dossier_is_refused (self->dossier, NULL));
  expect_event (self, "voucher-status", TRUE);
  expect_event (self, "enrol-status", TRUE);
  g_assert_cmpint (plant_get_admission (&self->plant, COURT_SERIAL), ==, STILE_ADMISSION_AUDITED);
}

/* Device, registrar and agent forget all that is not on a disk between any two steps. */
static void
test_goes_on_after_power_cuts (PrmPlant *self, gconstpointer data)
{
  while (stile_prm_dossier_get_step (self->dossier) < STILE_PRM_STEP_DONE)
    {
      prm_plant_run (self, (StilePrmStep)(stile_prm_dossier_get_step (self->dossier) + 1));
      prm_plant_start_device (self, self->plant.court.device, self->plant.court.manufacturer);
      prm_plant_start_registrar (self, PLANT_POLICY);
      prm_plant_start_agent (self, self->agent);
    }
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_ENROL_SUCCESS);
}

/* An agent that was killed before it wrote down what came does a step again. */
static void
test_repeats_any_step (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GPtrArray) audit = NULL;
  g_autofree char *issuer = plant_get_issuer (&self->plant);
  g_autoptr (StileCertificate) certificate = NULL;

  for (guint step = STILE_PRM_STEP_VOUCHER_REQUEST; step < STILE_PRM_STEP_DONE; step++)
    {
      prm_plant_run (self, (StilePrmStep)(step + 1));
      g_clear_pointer (&self->dossier->artefacts[step], g_bytes_unref);
    }
  prm_plant_run (self, STILE_PRM_STEP_DONE);

  audit = stile_ledger_list_audit (self->plant.masa_ledger, issuer, COURT_SERIAL, NULL);
  g_assert_cmpuint (audit->len, ==, 1);
  certificate = stile_prm_dossier_read_certificate (self->dossier, NULL);
  g_assert_true (stile_certificate_equal (
      certificate, stile_pledge_state_get_certificate (stile_pledge_responder_get_state (self->responder))));
}

/* Two laptops stand before one device; the second one's comes back first. */
static void
test_two_agents_at_one_device (PrmPlant *self, gconstpointer data)
{
  StilePrmDossier *first;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_REQUEST);
  first = g_steal_pointer (&self->dossier);
  self->dossier = stile_prm_dossier_new (COURT_SERIAL);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
  stile_prm_dossier_free (self->dossier);
  self->dossier = first;
  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_ENROL_SUCCESS);
}

/* --- what is refused --- */

static void
test_another_device_answers (PrmPlant *self, gconstpointer data)
{
  prm_plant_start_device (self, self->plant.court.other_device, self->plant.court.manufacturer);
  /* That device says itself that it is not meant. */
  expect_refused (self, STILE_ERROR_REFUSED, "P22: ");
}

/* A request that says another number than the certificate beside it. */
static void
test_device_says_another_number (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autoptr (TestHandler) mixed = test_handler_new (FALSE);
  g_autoptr (StileHttpMessage) response = stile_http_message_new_response (200);
  g_autoptr (GBytes) content = NULL;
  g_autofree char *json = NULL;
  g_autoptr (GBytes) request = NULL;

  court->fields.serial_number = "PID:X1 SN:0008";
  content = court_print (court, STILE_VOUCHER_REQUEST);
  json = g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  request = prm_court_sign (json, NULL, court->device);
  stile_http_message_set_content (response, STILE_VOUCHER_JWS_MEDIA_TYPE, request);
  test_handler_set_response (mixed, response);
  self->device_place.plain = STILE_HANDLER (mixed);
  expect_refused (self, STILE_ERROR_REFUSED, "A4: The device that answers is “PID:X1 SN:0008”");
}

static void
test_agent_of_a_stranger (PrmPlant *self, gconstpointer data)
{
  g_autoptr (TestPki) laptop =
      test_pki_issue (self->plant.court.stranger, &(TestPkiOptions){ .name = "Laptop" });

  prm_plant_start_agent (self, laptop);
  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_REQUEST);
  expect_refused (self, STILE_ERROR_REFUSED, "R12: ");
}

/* What was collected lay on a disk for days. */
static void
test_collected_is_damaged (PrmPlant *self, gconstpointer data)
{
  static const StilePrmStep before[] = { STILE_PRM_STEP_VOUCHER_TRIGGER, STILE_PRM_STEP_ENROL_TRIGGER };
  static const StilePrmStep answers[] = { STILE_PRM_STEP_VOUCHER_REQUEST, STILE_PRM_STEP_ENROL_REQUEST };
  GBytes *damages[] = { NULL, NULL };

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  damages[1] = g_bytes_new_static ("{", 1);
  for (gsize i = 0; i < G_N_ELEMENTS (before); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (damages); k++)
      {
        g_autoptr (StileChecks) checks = stile_checks_new ();
        g_autoptr (GError) error = NULL;
        GBytes *kept = self->dossier->artefacts[before[i]];

        self->dossier->artefacts[before[i]] = damages[k];
        g_assert_false (stile_agent_judge_artefact (
            self->dossier, answers[i], self->dossier->artefacts[answers[i]], NULL, checks, &error));
        self->dossier->artefacts[before[i]] = kept;
        g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
        g_assert_true (g_str_has_prefix (error->message, "A7: "));
      }
  g_bytes_unref (damages[1]);
}

/* --- what is to be waited for --- */

static void
test_waits_for_a_person (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileAgentAnswer) answer = NULL;

  prm_plant_start_registrar (self, PLANT_POLICY "admit=ask\n");
  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_REQUEST);
  answer = prm_plant_step (self, &error);
  g_assert_no_error (error);
  g_assert_cmpint (answer->outcome, ==, STILE_AGENT_WAIT);
  g_assert_cmpuint (answer->seconds, >, 0);
  g_assert_nonnull (answer->words);
  plant_set_admission (&self->plant, COURT_SERIAL, STILE_ADMISSION_ALLOWED);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

static void
test_meets_the_registrar (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint before;

  stile_registrar_agent_meet_async (self->laptop, NULL, test_await_cb, &result);
  g_assert_true (stile_registrar_agent_meet_finish (self->laptop, test_await_result (&result), &error));
  g_assert_no_error (error);
  prm_plant_run (self, STILE_PRM_STEP_ROOTS_REQUEST);
  before = self->registrar_place.requests;
  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  g_assert_cmpuint (self->registrar_place.requests, ==, before);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/bootstrap/registrar-agent/" name, PrmPlant, NULL, prm_plant_set_up, function,                \
              prm_plant_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("brings-a-device-into-its-domain", test_brings_a_device_into_its_domain);
  ADD ("goes-on-after-power-cuts", test_goes_on_after_power_cuts);
  ADD ("repeats-any-step", test_repeats_any_step);
  ADD ("two-agents-at-one-device", test_two_agents_at_one_device);
  ADD ("another-device-answers", test_another_device_answers);
  ADD ("A4-device-says-another-number", test_device_says_another_number);
  ADD ("agent-of-a-stranger", test_agent_of_a_stranger);
  ADD ("A7-what-was-collected-is-damaged", test_collected_is_damaged);
  ADD ("waits-for-a-person", test_waits_for_a_person);
  ADD ("meets-the-registrar", test_meets_the_registrar);

  return g_test_run ();
}

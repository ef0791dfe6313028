/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/prm-plant.h"
#include "bootstrap/stile-agent-profile.h"
#include "bootstrap/stile-prm-status.h"
#include "codec/stile-json.h"
#include "support/test-await.h"

/* What a Registrar-Agent looks at, by the ids of docs/checks.md: A1 to A10. */

#define JOSE "application/jose+json"
#define PKCS7 "application/pkcs7-mime"
#define OTHER_SERIAL "PID:X1 SN:0008"

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

/* Somebody else is there, and answers this. */
static TestHandler *
stand_in (TestCarrierPlace *place, guint status, const char *type, GBytes *content)
{
  TestHandler *handler = test_handler_new (FALSE);
  g_autoptr (StileHttpMessage) response = stile_http_message_new_response (status);

  if (content != NULL)
    stile_http_message_set_content (response, type, content);
  test_handler_set_response (handler, response);
  place->plain = STILE_HANDLER (handler);
  return handler;
}

/* What another device of the same manufacturer brings so far; the device itself stands there again then. */
static StilePrmDossier *
run_other_device (PrmPlant *self, StilePrmStep until)
{
  StilePrmDossier *dossier = self->dossier;
  char *folder = self->folder;
  StilePrmDossier *other;

  self->folder = g_build_filename (self->plant.directory, "other-device", NULL);
  self->dossier = stile_prm_dossier_new (OTHER_SERIAL);
  prm_plant_start_device (self, self->plant.court.other_device, self->plant.court.manufacturer);
  prm_plant_run (self, until);
  other = self->dossier;

  g_free (self->folder);
  self->folder = folder;
  self->dossier = dossier;
  prm_plant_start_device (self, self->plant.court.device, self->plant.court.manufacturer);
  return other;
}

/* --- the registrar, and the agent's own certificate --- */

static StileRegistrarAgent *
open_agent (PrmPlant *self, const char *service)
{
  g_autofree char *anchors = test_pki_save_chain (self->plant.court.domain, self->plant.directory, "anchors");
  g_autofree char *certificate = test_pki_save_chain (self->agent, self->plant.directory, "agent");
  g_autofree char *key = test_pki_save_key (self->agent, self->plant.directory, "agent");
  g_autoptr (StileProfile) profile = stile_profile_new ();
  const StileAgentProfile agent = { .profile = profile,
                                    .session_type = TEST_TYPE_CARRIER,
                                    .plain_type = TEST_TYPE_CARRIER };
  g_autoptr (GError) error = NULL;
  StileRegistrarAgent *opened;

  g_object_set (profile, "service", service, "anchors", anchors, "certificate", certificate, "key", key,
                NULL);
  opened = stile_agent_profile_open (&agent, &error);
  g_assert_no_error (error);
  return opened;
}

static void
test_registrar_is_verified (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->laptop);
  self->laptop = open_agent (self, "https://registrar.example");
  stile_registrar_agent_meet_async (self->laptop, NULL, test_await_cb, &result);
  g_assert_true (stile_registrar_agent_meet_finish (self->laptop, test_await_result (&result), &error));
  g_assert_no_error (error);

  g_assert_nonnull (test_carrier_world.anchors);
  g_assert_cmpuint (test_carrier_world.anchors->len, ==, 1);
  g_assert_true (stile_certificate_equal (g_ptr_array_index (test_carrier_world.anchors, 0),
                                          test_pki_get_certificate (self->plant.court.domain)));
  g_assert_true (stile_certificate_equal (stile_identity_get_certificate (test_carrier_world.identity),
                                          test_pki_get_certificate (self->agent)));
}

static void
test_needs_a_key_id (PrmPlant *self, gconstpointer data)
{
  g_autoptr (TestPki) laptop =
      test_pki_issue (self->agent_root, &(TestPkiOptions){ .name = "Laptop", .without_key_id = TRUE });
  g_autoptr (StileIdentity) identity = plant_make_identity (laptop);
  const StileRegistrarAgentSettings settings = { .identity = identity, .carrier_type = TEST_TYPE_CARRIER };
  g_autoptr (GError) error = NULL;
  g_autoptr (StileRegistrarAgent) agent = stile_registrar_agent_new (&settings, &error);

  g_assert_null (agent);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
}

static void
test_registrar_is_not_known (PrmPlant *self, gconstpointer data)
{
  g_clear_object (&self->laptop);
  self->laptop = open_agent (self, NULL);
  g_assert_false (stile_registrar_agent_reaches_registrar (self->laptop));
  expect_refused (self, STILE_ERROR_SETTINGS, "A2: ");
}

/* --- clock and certificate --- */

/* What it says depends on the computer that this runs on. */
static void
test_clock_is_looked_at (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileAgentAnswer) answer = prm_plant_step (self, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (stile_checks_get_n (answer->checks), >, 0);
  g_assert_cmpstr (stile_checks_get_id (answer->checks, 0), ==, "A3");
}

static void
test_certificate_ran_out (PrmPlant *self, gconstpointer data)
{
  g_autoptr (TestPki) laptop =
      test_pki_issue (self->agent_root, &(TestPkiOptions){ .name = "Laptop", .begins = -7200, .ends = -60 });

  prm_plant_start_agent (self, laptop);
  expect_refused (self, STILE_ERROR_SETTINGS, "A9: ");
  g_assert_cmpuint (self->device_place.requests, ==, 0);
}

/* --- which device --- */

static void
test_another_device_answers (PrmPlant *self, gconstpointer data)
{
  g_autoptr (StilePrmDossier) other = run_other_device (self, STILE_PRM_STEP_ENROL_TRIGGER);
  g_autoptr (TestHandler) device = stand_in (&self->device_place, 200, STILE_VOUCHER_JWS_MEDIA_TYPE,
                                             other->artefacts[STILE_PRM_STEP_VOUCHER_TRIGGER]);

  expect_refused (self, STILE_ERROR_REFUSED, "A4: ");
}

static void
test_another_device_answers_later (PrmPlant *self, gconstpointer data)
{
  prm_plant_run (self, STILE_PRM_STEP_ENROL_TRIGGER);
  prm_plant_start_device (self, self->plant.court.other_device, self->plant.court.manufacturer);
  expect_refused (self, STILE_ERROR_REFUSED, "A4: ");
}

static void
test_device_of_a_stranger (PrmPlant *self, gconstpointer data)
{
  g_autoptr (TestPki) device = test_pki_issue (
      self->plant.court.stranger, &(TestPkiOptions){ .name = "X1", .serial_number = COURT_SERIAL });

  prm_plant_start_device (self, device, self->plant.court.stranger);
  expect_refused (self, STILE_ERROR_UNTRUSTED, "A5: ");
}

/* --- what is carried --- */

static const struct
{
  StilePrmStep step;
  StilePrmStep source;
} carried[] = {
  { STILE_PRM_STEP_VOUCHER_REQUEST, STILE_PRM_STEP_VOUCHER_TRIGGER },
  { STILE_PRM_STEP_ENROL_REQUEST, STILE_PRM_STEP_ENROL_TRIGGER },
  { STILE_PRM_STEP_VOUCHER, STILE_PRM_STEP_VOUCHER_REQUEST },
  { STILE_PRM_STEP_ROOTS, STILE_PRM_STEP_ROOTS_REQUEST },
  { STILE_PRM_STEP_CERTIFICATE, STILE_PRM_STEP_ENROL_REQUEST },
  { STILE_PRM_STEP_VOUCHER_STATUS, STILE_PRM_STEP_VOUCHER },
  { STILE_PRM_STEP_ENROL_STATUS, STILE_PRM_STEP_CERTIFICATE },
};

/* Whoever stands there gets the very bytes; what it answers ends the step, which is done again then. */
static void
expect_carried (PrmPlant *self, StilePrmStep step, GBytes *bytes)
{
  TestCarrierPlace *place = stile_prm_step_is_on_site (step) ? &self->device_place : &self->registrar_place;
  StileHandler *before = place->plain;
  g_autoptr (TestHandler) witness = stand_in (place, 500, NULL, NULL);

  expect_refused (self, STILE_ERROR_RETRY, "500");
  g_assert_true (g_bytes_equal (
      stile_http_message_get_content (stile_exchange_get_request (test_handler_get_exchange (witness))),
      bytes));
  place->plain = before;
}

static void
test_carries_the_very_bytes (PrmPlant *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (carried); i++)
    {
      prm_plant_run (self, carried[i].step);
      expect_carried (self, carried[i].step, self->dossier->artefacts[carried[i].source]);
    }
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

static void
test_voucher_of_another_request (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) voucher = NULL;
  g_autoptr (TestHandler) mixed = NULL;

  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  voucher = g_bytes_ref (self->dossier->artefacts[STILE_PRM_STEP_VOUCHER_REQUEST]);
  stile_prm_dossier_reset (self->dossier);
  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_REQUEST);
  mixed = stand_in (&self->registrar_place, 200, STILE_VOUCHER_JWS_MEDIA_TYPE, voucher);
  expect_refused (self, STILE_ERROR_REFUSED, "its nonce");
}

static void
test_voucher_of_another_device (PrmPlant *self, gconstpointer data)
{
  g_autoptr (StilePrmDossier) other = run_other_device (self, STILE_PRM_STEP_ENROL_REQUEST);
  g_autoptr (TestHandler) mixed = NULL;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_REQUEST);
  mixed = stand_in (&self->registrar_place, 200, STILE_VOUCHER_JWS_MEDIA_TYPE,
                    other->artefacts[STILE_PRM_STEP_VOUCHER_REQUEST]);
  expect_refused (self, STILE_ERROR_REFUSED, OTHER_SERIAL);
}

static void
test_certificate_of_another_device (PrmPlant *self, gconstpointer data)
{
  g_autoptr (StilePrmDossier) other = run_other_device (self, STILE_PRM_STEP_ROOTS_REQUEST);
  g_autoptr (TestHandler) mixed = NULL;

  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  mixed = stand_in (&self->registrar_place, 200, PKCS7, other->artefacts[STILE_PRM_STEP_ENROL_REQUEST]);
  expect_refused (self, STILE_ERROR_REFUSED, "A7: ");
}

/* A device whose maker is another than the one that signs its vouchers: it gets nothing more, and the registrar hears of it. */
static void
test_device_refuses_the_voucher (PrmPlant *self, gconstpointer data)
{
  g_autofree char *reason = NULL;
  g_autoptr (GVariant) event = NULL;

  prm_plant_start_device (self, self->plant.court.device, self->plant.court.stranger);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
  g_assert_true (stile_prm_dossier_is_refused (self->dossier, &reason));
  g_assert_true (g_str_has_prefix (reason, "P5: "));
  g_assert_null (self->dossier->artefacts[STILE_PRM_STEP_ROOTS]);
  g_assert_null (self->dossier->artefacts[STILE_PRM_STEP_CERTIFICATE]);
  g_assert_cmpint (stile_pledge_state_get_stage (stile_pledge_responder_get_state (self->responder)), ==,
                   STILE_PLEDGE_VOUCHER_ERROR);
  event = plant_find_event (&self->plant, "voucher-status");
  g_assert_false (stile_json_get_boolean (event, "status", TRUE));
}

/* Its certificate ran out on the road, and it got another one. */
static void
test_agent_has_a_new_certificate (PrmPlant *self, gconstpointer data)
{
  g_autoptr (TestPki) renewed = test_pki_issue (
      self->agent_root, &(TestPkiOptions){ .name = "Laptop", .purpose = GNUTLS_KP_TLS_WWW_CLIENT });
  g_autoptr (GError) error = NULL;
  g_autoptr (StileAgentAnswer) answer = NULL;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_REQUEST);
  prm_plant_start_agent (self, renewed);
  answer = prm_plant_step (self, &error);
  g_assert_no_error (error);
  g_assert_cmpint (answer->outcome, ==, STILE_AGENT_AGAIN);
  stile_prm_dossier_reset (self->dossier);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

/* --- what devices say --- */

static void
test_another_device_says_so (PrmPlant *self, gconstpointer data)
{
  g_autoptr (StilePrmDossier) other = run_other_device (self, STILE_PRM_STEP_ROOTS);
  g_autoptr (TestHandler) device = NULL;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  device = stand_in (&self->device_place, 200, JOSE, other->artefacts[STILE_PRM_STEP_VOUCHER]);
  expect_refused (self, STILE_ERROR_REFUSED, "A10: ");
}

static void
test_request_was_changed (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) request = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) changed = NULL;
  g_autoptr (TestHandler) device = NULL;
  char *signature;
  gsize length;

  prm_plant_run (self, STILE_PRM_STEP_ENROL_TRIGGER);
  request = g_bytes_ref (self->dossier->artefacts[STILE_PRM_STEP_VOUCHER_TRIGGER]);
  stile_prm_dossier_reset (self->dossier);
  length = g_bytes_get_size (request);
  text = g_strndup (g_bytes_get_data (request, NULL), length);
  signature = strstr (text, "\"signature\":\"");
  g_assert_nonnull (signature);
  signature += strlen ("\"signature\":\"");
  *signature = *signature == 'A' ? 'B' : 'A';
  changed = g_bytes_new (text, length);
  device = stand_in (&self->device_place, 200, STILE_VOUCHER_JWS_MEDIA_TYPE, changed);
  expect_refused (self, STILE_ERROR_UNTRUSTED, "A10: ");
}

static void
test_words_are_cleaned (PrmPlant *self, gconstpointer data)
{
  g_autoptr (StileIdentity) device = plant_make_identity (self->plant.court.device);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) status = stile_prm_status_make (STILE_PRM_STATUS_VOUCHER, FALSE,
                                                     "no\033[2J\xe2\x80\xae no", "x", device, &error);
  g_autofree char *reason = NULL;

  g_assert_no_error (error);
  stile_prm_dossier_take (self->dossier, STILE_PRM_STEP_VOUCHER, status);
  g_assert_true (stile_prm_dossier_is_refused (self->dossier, &reason));
  g_test_message ("%s", reason);
  g_assert_true (g_str_has_prefix (reason, "no"));
  g_assert_null (strchr (reason, '\033'));
  g_assert_null (strstr (reason, "\xe2\x80\xae"));
}

static void
test_refusals_are_cleaned (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) words = g_bytes_new_static ("no\033[2J\nno", 9);
  g_autoptr (TestHandler) device = stand_in (&self->device_place, 403, "text/plain", words);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileAgentAnswer) answer = prm_plant_step (self, &error);

  g_assert_null (answer);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "no"));
  g_assert_null (strpbrk (error->message, "\033\n"));
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/agent/" name, PrmPlant, NULL, prm_plant_set_up, function, prm_plant_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("A1-the-registrar-is-verified", test_registrar_is_verified);
  ADD ("A1-needs-a-key-id", test_needs_a_key_id);
  ADD ("A2-the-registrar-is-not-known", test_registrar_is_not_known);
  ADD ("A3-the-clock-is-looked-at", test_clock_is_looked_at);
  ADD ("A4-another-device-answers", test_another_device_answers);
  ADD ("A4-another-device-answers-later", test_another_device_answers_later);
  ADD ("A5-a-device-of-a-stranger", test_device_of_a_stranger);
  ADD ("A6-carries-the-very-bytes", test_carries_the_very_bytes);
  ADD ("A7-a-voucher-of-another-request", test_voucher_of_another_request);
  ADD ("A7-a-voucher-of-another-device", test_voucher_of_another_device);
  ADD ("A7-a-certificate-of-another-device", test_certificate_of_another_device);
  ADD ("A8-a-device-that-refuses-gets-nothing-more", test_device_refuses_the_voucher);
  ADD ("A9-the-agent-has-a-new-certificate", test_agent_has_a_new_certificate);
  ADD ("A9-the-agents-certificate-ran-out", test_certificate_ran_out);
  ADD ("A10-another-device-says-so", test_another_device_says_so);
  ADD ("A10-the-request-was-changed", test_request_was_changed);
  ADD ("A10-words-are-cleaned", test_words_are_cleaned);
  ADD ("A10-refusals-are-cleaned", test_refusals_are_cleaned);

  return g_test_run ();
}

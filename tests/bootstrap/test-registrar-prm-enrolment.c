/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/prm-agent.h"
#include "bootstrap/stile-masa-voucher.h"
#include "bootstrap/stile-prm-enrol-request.h"
#include "support/test-await.h"

/* Which devices' enrolment requests a registrar takes from agents (BOOTSTRAP R13), and when (R9 and R10). */

/* --- whose they are --- */

static GBytes *
make_enrol_request (TestPki *signer, gint64 date)
{
  const StileCertificateRequestTemplate wanted = { .common_name = COURT_SERIAL,
                                                   .serial_number = COURT_SERIAL };
  g_autoptr (TestPki) own = test_pki_authority_new ("Key", TEST_PKI_P256);
  g_autoptr (StileIdentity) identity = plant_make_identity (signer);
  g_autoptr (StileCertificateRequest) request = NULL;
  g_autoptr (GError) error = NULL;
  gnutls_privkey_t key;
  GBytes *signed_request;

  g_assert_cmpint (gnutls_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_privkey_import_x509 (key, test_pki_get_key (own), 0), ==, 0);
  request = stile_certificate_request_create (&wanted, key, &error);
  g_assert_no_error (error);
  gnutls_privkey_deinit (key);
  signed_request = stile_prm_enrol_request_make (identity, request, date, &error);
  g_assert_no_error (error);
  return signed_request;
}

static void
test_unknown_device (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) request = make_enrol_request (self->plant.court.device, prm_plant_get_now ());

  prm_agent_expect (self, "requestenroll", request, 404, "R13: ");
  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  prm_agent_expect (self, "requestenroll", request, 200, NULL);
}

static void
test_another_device (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autoptr (TestPki) twin = prm_plant_issue_twin (self);
  g_autoptr (GBytes) theirs = make_enrol_request (twin, prm_plant_get_now ());
  g_autoptr (GBytes) other = make_enrol_request (court->other_device, prm_plant_get_now ());
  g_autoptr (GBytes) agent = make_enrol_request (self->agent, prm_plant_get_now ());

  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  prm_agent_expect (self, "requestenroll", theirs, 403, "R13: The enrolment request is signed by");
  prm_agent_expect (self, "requestenroll", other, 404, "R13: ");
  prm_agent_expect (self, "requestenroll", agent, 404, "R13: ");
}

static void
test_changed_request (PrmPlant *self, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (GBytes) changed = NULL;
  GBytes *good;
  char *signature;

  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  good = self->dossier->artefacts[STILE_PRM_STEP_ENROL_TRIGGER];
  text = g_strndup (g_bytes_get_data (good, NULL), g_bytes_get_size (good));
  signature = strstr (text, "\"signature\":\"");
  signature[20] = signature[20] == 'A' ? 'B' : 'A';
  changed = g_bytes_new (text, strlen (text));
  prm_agent_expect (self, "requestenroll", changed, 403, "R13: The signature does not hold");
  prm_agent_expect (self, "requestenroll", good, 200, NULL);
}

static void
test_order (PrmPlant *self, gconstpointer data)
{
  TestPki *device = self->plant.court.device;
  g_autoptr (GBytes) before = make_enrol_request (device, prm_plant_get_now () - 600);
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) newer = make_enrol_request (device, prm_plant_get_now () + 60);
  g_autoptr (GBytes) future = make_enrol_request (device, prm_plant_get_now () + 86400);

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  first = prm_plant_get_artefact (self, STILE_PRM_STEP_ENROL_TRIGGER);
  prm_agent_expect (self, "requestenroll", before, 403, "R13: The enrolment request is older");
  prm_agent_expect (self, "requestenroll", future, 403, "R13: The enrolment request was made in the future");
  prm_agent_expect (self, "requestenroll", newer, 200, NULL);
  prm_agent_expect (self, "requestenroll", first, 403, "R13: A newer enrolment request");
  /* Also by a registrar that was started again; the newest may come as often as it likes. */
  prm_plant_start_registrar (self, PLANT_POLICY);
  prm_agent_expect (self, "requestenroll", first, 403, "R13: A newer enrolment request");
  prm_agent_expect (self, "requestenroll", newer, 200, NULL);
}

static void
test_same_certificate (PrmPlant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) again = NULL;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  again = prm_agent_ask_as (self, "POST", "requestenroll", PRM_PLANT_JOSE, "application/pkcs7-mime",
                            self->dossier->artefacts[STILE_PRM_STEP_ENROL_TRIGGER], self->agent);
  plant_expect (again, 200, NULL);
  g_assert_true (g_bytes_equal (stile_http_message_get_content (again),
                                self->dossier->artefacts[STILE_PRM_STEP_ENROL_REQUEST]));
}

/* --- not before the audit log --- */

/* R9 and R10: the voucher is not all. */
static void
test_before_audit (PrmPlant *self, gconstpointer data)
{
  static const struct
  {
    StileAdmission admission;
    guint status;
  } cases[] = {
    { STILE_ADMISSION_NONE, 403 },
    { STILE_ADMISSION_REFUSED, 403 },
    { STILE_ADMISSION_QUARANTINED, 202 },
    { STILE_ADMISSION_AUDITED, 200 },
  };

  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      plant_set_admission (&self->plant, COURT_SERIAL, cases[i].admission);
      prm_agent_expect (self, "requestenroll", self->dossier->artefacts[STILE_PRM_STEP_ENROL_TRIGGER],
                        cases[i].status, cases[i].status == 200 ? NULL : "R10: ");
    }
}

/* The MASA gives the voucher and not the log; when the log can be had after all, the device may go on. */
static void
test_no_audit_log (PrmPlant *self, gconstpointer data)
{
  g_autoptr (StileRouter) half = stile_router_new ();
  g_autoptr (StileHandler) vouchers = stile_masa_voucher_new (self->plant.masa);
  g_autoptr (TestHandler) broken = test_handler_new (FALSE);
  g_autoptr (StileHttpMessage) response = stile_http_message_new_response (500);

  test_handler_set_response (broken, response);
  stile_router_add (half, PLANT_MASA "requestvoucher", vouchers);
  stile_router_add (half, PLANT_MASA "requestauditlog", STILE_HANDLER (broken));
  self->masa_place.plain = STILE_HANDLER (half);
  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  g_assert_cmpint (plant_get_admission (&self->plant, COURT_SERIAL), ==, STILE_ADMISSION_ALLOWED);
  self->masa_place.plain = STILE_HANDLER (self->plant.masa_router);
  prm_agent_expect (self, "requestenroll", self->dossier->artefacts[STILE_PRM_STEP_ENROL_TRIGGER], 202,
                    "R10: ");
  test_await_until (plant_get_admission (&self->plant, COURT_SERIAL) == STILE_ADMISSION_AUDITED);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

/* A device that did not like its voucher goes no further, whatever the log says. */
static void
test_refused_before_audit (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) refusal = NULL;

  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  plant_set_admission (&self->plant, COURT_SERIAL, STILE_ADMISSION_ALLOWED);
  refusal = prm_agent_make_status (STILE_PRM_STATUS_VOUCHER, FALSE, self->plant.court.device);
  prm_agent_expect (self, "voucher_status", refusal, 200, NULL);
  prm_agent_expect (self, "requestenroll", self->dossier->artefacts[STILE_PRM_STEP_ENROL_TRIGGER], 403,
                    "R10: ");
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/bootstrap/registrar-prm/enrolment/" name, PrmPlant, NULL, prm_plant_set_up, function,        \
              prm_plant_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("R13-no-voucher-request-was-taken", test_unknown_device);
  ADD ("R13-another-device-signs", test_another_device);
  ADD ("R13-the-request-was-changed", test_changed_request);
  ADD ("R13-older-requests", test_order);
  ADD ("the-same-request-twice", test_same_certificate);
  ADD ("R10-before-the-audit-log", test_before_audit);
  ADD ("R9-no-audit-log", test_no_audit_log);
  ADD ("R10-a-voucher-that-was-refused", test_refused_before_audit);

  return g_test_run ();
}

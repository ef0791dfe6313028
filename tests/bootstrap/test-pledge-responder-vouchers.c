/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/prm-device.h"
#include "bootstrap/stile-prm-trigger.h"
#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-date.h"
#include "codec/stile-json.h"

/* What makes a device ask for a voucher, and which it takes (BOOTSTRAP P1, P20 and P22). */

/* --- triggers --- */

static void
expect_voucher (PrmPlant *self, GBytes *content)
{
  g_autoptr (StileHttpMessage) response = prm_device_ask (self, "svr", content);
  g_autoptr (StileStatusReport) report = prm_device_read_status (
      response, STILE_PRM_STATUS_VOUCHER, test_pki_get_certificate (self->plant.court.device));

  g_assert_true (stile_status_report_is_good (report));
  g_assert_cmpint (prm_device_get_stage (self), >=, STILE_PLEDGE_VOUCHER_SUCCESS);
}

static void
test_trigger_for_another (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) content =
      prm_device_make_trigger (self, self->plant.court.registrar, "PID:X1 SN:0008", prm_plant_get_now ());

  prm_device_expect (self, "tpvr", content, 403, "P22: ");
  g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (prm_device_get_state (self)),
                                             prm_plant_get_now ()),
                    ==, 0);
}

static void
test_second_trigger (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autofree char *first = prm_device_trigger (self, court->registrar);
  g_autofree char *second = prm_device_trigger (self, court->registrar);
  g_autoptr (GBytes) voucher =
      prm_device_make_voucher (self, first, court->domain, court->masa, court->registrar);
  g_autoptr (GBytes) later =
      prm_device_make_voucher (self, second, court->domain, court->masa, court->registrar);

  g_assert_cmpstr (first, !=, second);
  expect_voucher (self, voucher);
  /* The same domain may come with a newer one. */
  expect_voucher (self, later);
  g_assert_true (g_bytes_equal (stile_pledge_state_get_voucher (prm_device_get_state (self)), later));
}

static void
test_pending_limit (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autofree char *first = prm_device_trigger (self, court->registrar);
  g_autofree char *last = NULL;
  g_autoptr (GBytes) forgotten =
      prm_device_make_voucher (self, first, court->domain, court->masa, court->registrar);
  g_autoptr (GBytes) good = NULL;

  for (guint i = 0; i < STILE_PRM_PENDING_MAX; i++)
    {
      g_free (last);
      last = prm_device_trigger (self, court->registrar);
    }
  g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (prm_device_get_state (self)),
                                             prm_plant_get_now ()),
                    ==, STILE_PRM_PENDING_MAX);
  prm_device_expect_no_voucher (self, forgotten, "P22: ");
  good = prm_device_make_voucher (self, last, court->domain, court->masa, court->registrar);
  prm_device_restart (self);
  expect_voucher (self, good);
}

static void
test_enrol_types (PrmPlant *self, gconstpointer data)
{
  static const char *const bad[] = {
    "{\"enroll-type\":\"enroll-other-cert\"}", "{\"enroll-type\":[]}",
    "{\"enroll-type\":\"enroll-generic-cert\",\"enroll-type\":\"enroll-generic-cert\"}",
    "{\"enroll-type\":\"enroll-generic-cert\"}x", "\"enroll-generic-cert\""
  };
  g_autoptr (GBytes) good = stile_prm_trigger_make_enrol ();

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) content = g_bytes_new_static (bad[i], strlen (bad[i]));

      prm_device_expect (self, "tper", content, 400, NULL);
    }
  prm_device_expect (self, "tper", good, 200, NULL);
}

/* --- time --- */

#define LONG_AGO G_GINT64_CONSTANT (1577836800) /* 2020-01-01T00:00:00Z */

static gint64
read_enrol_date (PrmPlant *self)
{
  static const char *const understood[] = { "created-on", NULL };
  g_autoptr (GBytes) content = stile_prm_trigger_make_enrol ();
  g_autoptr (StileHttpMessage) response = prm_device_ask (self, "tper", content);
  g_autoptr (StileSignedMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gint64 date = 0;

  plant_expect (response, 200, NULL);
  message = stile_signed_message_parse_jws (stile_http_message_get_content (response), understood, &error);
  g_assert_no_error (error);
  g_assert_true (stile_date_parse (
      stile_json_get_string (stile_signed_message_get_header (message, 0), "created-on"), &date, NULL));
  return date;
}

static gint64
read_request_date (PrmPlant *self, gint64 asked_on)
{
  g_autoptr (GBytes) content =
      prm_device_make_trigger (self, self->plant.court.registrar, COURT_SERIAL, asked_on);
  g_autoptr (StileHttpMessage) response = prm_device_ask (self, "tpvr", content);
  g_autoptr (StileSignedMessage) message =
      stile_signed_message_parse (stile_http_message_get_content (response), NULL);
  g_autoptr (StileVoucher) request = NULL;

  plant_expect (response, 200, NULL);
  request =
      stile_voucher_json_parse (stile_signed_message_get_content (message), STILE_VOUCHER_REQUEST, NULL);
  return stile_voucher_get_fields (request)->created_on;
}

/* A device that nobody told the time takes the agent's, and remembers it when power is cut. */
static void
test_no_clock (PrmPlant *self, gconstpointer data)
{
  self->policy = STILE_JUDGE_NO_CLOCK;
  prm_device_restart (self);
  g_assert_cmpint (read_request_date (self, LONG_AGO), ==, LONG_AGO);
  prm_device_restart (self);
  g_assert_cmpint (read_enrol_date (self), ==, LONG_AGO);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
  g_assert_cmpint (prm_device_get_stage (self), ==, STILE_PLEDGE_ENROL_SUCCESS);
}

/* R13: never before the agent's question, even when its clock is ahead. */
static void
test_agent_is_ahead (PrmPlant *self, gconstpointer data)
{
  gint64 ahead = prm_plant_get_now () + 100;

  g_assert_cmpint (read_request_date (self, LONG_AGO), >=, ahead - 100);
  g_assert_cmpint (read_request_date (self, ahead), ==, ahead);
  g_assert_cmpint (read_enrol_date (self), ==, ahead);
}

/* --- vouchers --- */

static void
test_unknown_nonce (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autoptr (GBytes) voucher =
      prm_device_make_voucher (self, COURT_NONCE, court->domain, court->masa, court->registrar);
  g_autoptr (GBytes) without =
      prm_device_make_voucher (self, NULL, court->domain, court->masa, court->registrar);
  g_autofree char *nonce = prm_device_trigger (self, court->registrar);

  prm_device_expect_no_voucher (self, voucher, "P22: ");
  prm_device_expect_no_voucher (self, without, "P22: ");
  g_assert_cmpint (prm_device_get_stage (self), ==, STILE_PLEDGE_VOUCHER_ERROR);
  g_assert_null (stile_pledge_state_get_pin (prm_device_get_state (self)));
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

static void
test_voucher_twice (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) voucher = NULL;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  voucher = prm_plant_get_artefact (self, STILE_PRM_STEP_VOUCHER_REQUEST);
  for (guint i = 0; i < 2; i++)
    {
      expect_voucher (self, voucher);
      prm_device_restart (self);
      expect_voucher (self, voucher);
    }
  prm_plant_run (self, STILE_PRM_STEP_DONE);
  /* An agent that lost the answer gets it again, also now. */
  expect_voucher (self, voucher);
}

/* P1: a device that knows its domain is nobody else's, however good the voucher. */
static void
test_other_domain (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autofree char *nonce = prm_device_trigger (self, court->strange_registrar);
  g_autoptr (GBytes) theirs =
      prm_device_make_voucher (self, nonce, court->stranger, court->masa, court->strange_registrar);

  prm_plant_run (self, STILE_PRM_STEP_ROOTS);
  prm_device_expect_no_voucher (self, theirs, "P1: ");
  prm_device_restart (self);
  prm_device_expect_no_voucher (self, theirs, "P1: ");
  g_assert_cmpint (prm_device_get_stage (self), ==, STILE_PLEDGE_VOUCHER_SUCCESS);
  g_assert_true (stile_certificate_equal (stile_pledge_state_get_pin (prm_device_get_state (self)),
                                          test_pki_get_certificate (court->domain)));
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

/* The same voucher is a good one for a device that is nobody's. */
static void
test_any_domain_at_first (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autofree char *nonce = prm_device_trigger (self, court->strange_registrar);
  g_autoptr (GBytes) theirs =
      prm_device_make_voucher (self, nonce, court->stranger, court->masa, court->strange_registrar);

  expect_voucher (self, theirs);
}

static void
test_voucher_signers (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autoptr (TestPki) camera = test_pki_issue (court->domain, &(TestPkiOptions){ .name = "Camera" });
  g_autofree char *nonce = prm_device_trigger (self, court->registrar);
  const struct
  {
    TestPki *domain;
    TestPki *masa;
    TestPki *registrar;
    const char *reason;
  } cases[] = {
    { court->domain, court->masa, NULL, "P20: " },
    { court->domain, court->masa, camera, "P20: " },
    { court->domain, court->masa, court->strange_registrar, "P20: " },
    { court->stranger, court->masa, court->registrar, "P20: " },
    { court->domain, court->strange_masa, court->registrar, "P5: " },
    { court->domain, court->registrar, court->registrar, "P5: " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) voucher =
          prm_device_make_voucher (self, nonce, cases[i].domain, cases[i].masa, cases[i].registrar);

      prm_device_expect_no_voucher (self, voucher, cases[i].reason);
      g_assert_null (stile_pledge_state_get_pin (prm_device_get_state (self)));
    }
  g_assert_cmpint (prm_device_get_stage (self), ==, STILE_PLEDGE_VOUCHER_ERROR);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/bootstrap/pledge-responder/vouchers/" name, PrmPlant, NULL, prm_plant_set_up, function,      \
              prm_plant_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("P22-somebody-elses-trigger", test_trigger_for_another);
  ADD ("P22-a-second-trigger-is-a-second-request", test_second_trigger);
  ADD ("P22-the-oldest-request-gives-way", test_pending_limit);
  ADD ("only-one-type-of-enrolment", test_enrol_types);
  ADD ("without-a-clock-the-agents-time-is-taken", test_no_clock);
  ADD ("R13-no-request-before-the-question", test_agent_is_ahead);
  ADD ("P22-a-voucher-for-an-unknown-nonce", test_unknown_nonce);
  ADD ("the-same-voucher-twice", test_voucher_twice);
  ADD ("P1-another-domains-voucher", test_other_domain);
  ADD ("P1-any-domain-at-first", test_any_domain_at_first);
  ADD ("P20-who-signed-the-voucher", test_voucher_signers);

  return g_test_run ();
}

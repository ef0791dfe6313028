/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "bootstrap/prm-court.h"
#include "bootstrap/prm-plant.h"
#include "bootstrap/stile-prm-status-trigger.h"
#include "bootstrap/stile-prm-status.h"
#include "bootstrap/stile-prm-trigger.h"
#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-path.h"
#include "codec/stile-date.h"
#include "codec/stile-json.h"
#include "support/test-await.h"

/* A device that anybody on the link may talk to (BOOTSTRAP P1, P20 to P22): what is not meant for it, comes at the wrong time or
 * is of nobody who may say so changes nothing. */

#define JSON "application/json"
#define JOSE "application/jose+json"
#define PKCS7 "application/pkcs7-mime"

static const struct
{
  const char *name;
  const char *type;
  const char *answers; /* NULL: a yes is all */
  gsize limit;
} paths[] = {
  { "tpvr", JSON, STILE_VOUCHER_JWS_MEDIA_TYPE, STILE_PRM_PROXIMITY_MAX_SIZE },
  { "tper", JSON, JOSE, STILE_PRM_TRIGGER_MAX_ENROL },
  { "svr", STILE_VOUCHER_JWS_MEDIA_TYPE, JOSE, STILE_SIGNED_MESSAGE_MAX_SIZE },
  { "scac", JOSE, NULL, STILE_SIGNED_MESSAGE_MAX_SIZE },
  { "ser", PKCS7, JOSE, STILE_SIGNED_MESSAGE_MAX_SIZE },
  { "qps", JOSE, JOSE, STILE_SIGNED_MESSAGE_MAX_SIZE },
};

/* --- talking to it --- */

static StileHttpMessage *
send (PrmPlant *self, StileHttpMessage *request)
{
  g_autoptr (StileExchange) exchange = stile_exchange_new (request, NULL, NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  stile_handler_handle_async (STILE_HANDLER (self->responder), exchange, NULL, test_await_cb, &result);
  return stile_handler_handle_finish (STILE_HANDLER (self->responder), test_await_result (&result));
}

static StileHttpMessage *
ask_as (PrmPlant *self,
        const char *method,
        const char *name,
        const char *type,
        const char *accept,
        GBytes *content)
{
  g_autofree char *path = g_strconcat (STILE_PLEDGE_RESPONDER_PREFIX, name, NULL);
  g_autoptr (StileHttpMessage) request =
      stile_http_message_new_request (method, "http", "device.example", path);

  if (accept != NULL)
    stile_http_message_add_field (request, "accept", accept);
  if (content != NULL)
    stile_http_message_set_content (request, type, content);
  return send (self, request);
}

static StileHttpMessage *
ask (PrmPlant *self, const char *name, GBytes *content)
{
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    if (strcmp (paths[i].name, name) == 0)
      return ask_as (self, "POST", name, paths[i].type, paths[i].answers, content);

  g_assert_not_reached ();
}

static void
expect (PrmPlant *self, const char *name, GBytes *content, guint status, const char *beginning)
{
  g_autoptr (StileHttpMessage) response = ask (self, name, content);

  plant_expect (response, status, beginning);
}

static StilePledgeState *
get_state (PrmPlant *self)
{
  return stile_pledge_responder_get_state (self->responder);
}

static StilePledgeStage
get_stage (PrmPlant *self)
{
  return stile_pledge_state_get_stage (get_state (self));
}

static void
restart (PrmPlant *self)
{
  prm_plant_start_device (self, self->plant.court.device, self->plant.court.manufacturer);
}

static GBytes *
get_artefact (PrmPlant *self, StilePrmStep step)
{
  return g_bytes_ref (self->dossier->artefacts[step]);
}

/* What a signed answer says; whoever signed it is @signer. */
static StileStatusReport *
read_status (StileHttpMessage *response, StilePrmStatusKind kind, StileCertificate *signer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSignedMessage) message =
      stile_signed_message_parse_jws (stile_http_message_get_content (response), NULL, &error);
  StileStatusReport *report;

  plant_expect (response, 200, NULL);
  g_assert_no_error (error);
  g_assert_true (stile_certificate_equal (stile_signed_message_get_signer (message, 0), signer));
  g_assert_true (stile_signed_message_verify (message, 0, signer, &error));
  report = stile_prm_status_parse (kind, stile_signed_message_get_content (message), &error);
  g_assert_no_error (error);
  return report;
}

/* The device does not take it, and says why itself. */
static void
expect_not_taken (
    PrmPlant *self, const char *name, StilePrmStatusKind kind, GBytes *content, const char *reason)
{
  g_autoptr (StileHttpMessage) response = ask (self, name, content);
  g_autoptr (StileStatusReport) report =
      read_status (response, kind, test_pki_get_certificate (self->plant.court.device));

  g_assert_false (stile_status_report_is_good (report));
  g_test_message ("%s", stile_status_report_get_reason (report));
  g_assert_true (g_str_has_prefix (stile_status_report_get_reason (report), reason));
}

static void
expect_no_voucher (PrmPlant *self, GBytes *content, const char *reason)
{
  expect_not_taken (self, "svr", STILE_PRM_STATUS_VOUCHER, content, reason);
}

static void
expect_no_certificate (PrmPlant *self, GBytes *content, const char *reason)
{
  expect_not_taken (self, "ser", STILE_PRM_STATUS_ENROL, content, reason);
}

static void
expect_voucher (PrmPlant *self, GBytes *content)
{
  g_autoptr (StileHttpMessage) response = ask (self, "svr", content);
  g_autoptr (StileStatusReport) report =
      read_status (response, STILE_PRM_STATUS_VOUCHER, test_pki_get_certificate (self->plant.court.device));

  g_assert_true (stile_status_report_is_good (report));
  g_assert_cmpint (get_stage (self), >=, STILE_PLEDGE_VOUCHER_SUCCESS);
}

/* --- what is said to it --- */

static gint64
get_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static GBytes *
make_trigger (PrmPlant *self, TestPki *registrar, const char *serial, gint64 now)
{
  g_autoptr (StileIdentity) agent = plant_make_identity (self->agent);
  g_autoptr (GError) error = NULL;
  GBytes *trigger = stile_prm_trigger_make (agent, test_pki_get_certificate (registrar), serial, now, &error);

  g_assert_no_error (error);
  return trigger;
}

static GBytes *
make_question (PrmPlant *self, const char *serial)
{
  g_autoptr (StileIdentity) agent = plant_make_identity (self->agent);
  g_autoptr (GError) error = NULL;
  GBytes *question = stile_prm_status_trigger_make (agent, serial, get_now (), &error);

  g_assert_no_error (error);
  return question;
}

/* The nonce of what the device answers to a trigger. */
static char *
trigger (PrmPlant *self, TestPki *registrar, gint64 *created_on)
{
  g_autoptr (GBytes) content = make_trigger (self, registrar, COURT_SERIAL, get_now ());
  g_autoptr (StileHttpMessage) response = ask (self, "tpvr", content);
  g_autoptr (StileSignedMessage) message = NULL;
  g_autoptr (StileVoucher) request = NULL;
  g_autoptr (GError) error = NULL;

  plant_expect (response, 200, NULL);
  message = stile_signed_message_parse (stile_http_message_get_content (response), &error);
  g_assert_no_error (error);
  request =
      stile_voucher_json_parse (stile_signed_message_get_content (message), STILE_VOUCHER_REQUEST, &error);
  g_assert_no_error (error);
  if (created_on != NULL)
    *created_on = stile_voucher_get_fields (request)->created_on;
  return g_strdup (stile_voucher_get_fields (request)->nonce);
}

/* A voucher for the device that pins @domain, of @masa, and of @registrar unless that is NULL. */
static GBytes *
make_voucher (PrmPlant *self, const char *nonce, TestPki *domain, TestPki *masa, TestPki *registrar)
{
  Court *court = &self->plant.court;
  g_autoptr (GBytes) content = NULL;
  g_autofree char *json = NULL;
  g_autoptr (GBytes) once = NULL;

  court->fields = (StileVoucherFields)STILE_VOUCHER_FIELDS_INIT;
  court->fields.created_on = court->now - 60;
  court->fields.assertion = STILE_ASSERTION_AGENT_PROXIMITY;
  court->fields.serial_number = COURT_SERIAL;
  court->fields.nonce = (char *)nonce;
  court->fields.pinned_domain_cert = test_pki_get_der (domain);
  content = court_print (court, STILE_VOUCHER_ARTIFACT);
  json = g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  once = prm_court_sign (json, "{'typ': <'voucher-jws+json'>}", masa);
  return registrar != NULL ? prm_court_sign_again (once, registrar) : g_bytes_ref (once);
}

/* --- before anything is read --- */

static void
test_methods (PrmPlant *self, gconstpointer data)
{
  static const char *const methods[] = { "GET", "PUT", "DELETE", "HEAD" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (methods); k++)
      {
        g_autoptr (StileHttpMessage) response = ask_as (self, methods[k], paths[i].name, NULL, NULL, NULL);

        plant_expect (response, 405, NULL);
        g_assert_cmpstr (stile_http_message_get_field (response, "allow"), ==, "POST");
      }
}

static void
test_media_types (PrmPlant *self, gconstpointer data)
{
  static const char *const types[] = { "text/html", "application/voucher-cms+json", "application/jsonx", "" };
  g_autoptr (GBytes) content = g_bytes_new_static ("{}", 2);

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *other = g_strconcat (paths[i].type, " ; charset=utf-8", NULL);
      g_autoptr (StileHttpMessage) without = ask_as (self, "POST", paths[i].name, NULL, NULL, NULL);
      g_autoptr (StileHttpMessage) good = ask_as (self, "POST", paths[i].name, other, NULL, content);

      plant_expect (without, 415, NULL);
      g_assert_cmpuint (stile_http_message_get_status (good), !=, 415);
      for (gsize k = 0; k < G_N_ELEMENTS (types); k++)
        {
          g_autoptr (StileHttpMessage) response =
              ask_as (self, "POST", paths[i].name, types[k], NULL, content);

          plant_expect (response, 415, NULL);
        }
    }
}

static void
test_accept (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("{}", 2);

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (StileHttpMessage) cannot =
          ask_as (self, "POST", paths[i].name, paths[i].type, "text/plain, image/*;q=0.5", content);
      g_autoptr (StileHttpMessage) any =
          ask_as (self, "POST", paths[i].name, paths[i].type, "text/plain, */*;q=0.1", content);

      if (paths[i].answers != NULL)
        plant_expect (cannot, 406, NULL);
      else
        g_assert_cmpuint (stile_http_message_get_status (cannot), !=, 406);
      g_assert_cmpuint (stile_http_message_get_status (any), !=, 406);
    }
}

static void
test_sizes (PrmPlant *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GBytes) most = g_bytes_new_take (g_malloc0 (paths[i].limit), paths[i].limit);
      g_autoptr (GBytes) more = g_bytes_new_take (g_malloc0 (paths[i].limit + 1), paths[i].limit + 1);
      g_autoptr (StileHttpMessage) response = ask (self, paths[i].name, most);

      g_assert_cmpuint (stile_http_message_get_status (response), !=, 413);
      expect (self, paths[i].name, more, 413, NULL);
    }
}

static void
test_other_paths (PrmPlant *self, gconstpointer data)
{
  static const char *const names[] = { "", "tpvr/", "TPVR", "requestvoucher", "../tpvr" };
  g_autoptr (StileHttpMessage) elsewhere =
      stile_http_message_new_request ("POST", "http", "device.example", "/tpvr");
  g_autoptr (StileHttpMessage) answer = send (self, elsewhere);

  plant_expect (answer, 404, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (StileHttpMessage) response = ask_as (self, "POST", names[i], NULL, NULL, NULL);

      plant_expect (response, 404, NULL);
    }
}

/* --- what cannot be read --- */

static const char *const garbage[] = {
  "",
  "x",
  "{",
  "{}",
  "[]",
  "null",
  "{\"payload\":\"\",\"signatures\":[]}",
  "{\"payload\":\"e30\",\"signatures\":[{\"protected\":\"e30\",\"signature\":\"AAAA\"}]}",
  "\xff\xfe\x00\x01",
  "0\x82\x01\x00",
};

static void
send_garbage (PrmPlant *self, const char *text)
{
  g_autoptr (GBytes) content = g_bytes_new_static (text, strlen (text));

  expect (self, "tpvr", content, 400, "P22: ");
  expect (self, "tper", content, 400, NULL);
  expect_no_voucher (self, content, "P22: ");
  expect (self, "scac", content, 403, "P21: ");
  expect_no_certificate (self, content, "P21: ");
  expect (self, "qps", content, 400, "P22: ");
}

/* Whoever passes by with a laptop must not make the device one that does not start any more. */
static void
test_garbage (PrmPlant *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (garbage); i++)
    {
      g_test_message ("%s", garbage[i]);
      send_garbage (self, garbage[i]);
      restart (self);
    }
  g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (get_state (self)), get_now ()),
                    ==, 0);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_ENROL_SUCCESS);
}

/* Also in the midst of it, and after it. */
static void
test_garbage_between (PrmPlant *self, gconstpointer data)
{
  for (guint step = STILE_PRM_STEP_VOUCHER; step <= STILE_PRM_STEP_DONE; step++)
    {
      g_autoptr (GBytes) content = g_bytes_new_static ("{}", 2);

      prm_plant_run (self, (StilePrmStep)step);
      expect_no_voucher (self, content, get_stage (self) == STILE_PLEDGE_ENROL_SUCCESS ? "P1: " : "P22: ");
      expect_no_certificate (self, content, "P21: ");
      restart (self);
    }
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_ENROL_SUCCESS);
}

/* --- triggers --- */

static void
test_trigger_for_another (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) content = make_trigger (self, self->plant.court.registrar, "PID:X1 SN:0008", get_now ());

  expect (self, "tpvr", content, 403, "P22: ");
  g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (get_state (self)), get_now ()),
                    ==, 0);
}

static void
test_second_trigger (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autofree char *first = trigger (self, court->registrar, NULL);
  g_autofree char *second = trigger (self, court->registrar, NULL);
  g_autoptr (GBytes) voucher = make_voucher (self, first, court->domain, court->masa, court->registrar);
  g_autoptr (GBytes) later = make_voucher (self, second, court->domain, court->masa, court->registrar);

  g_assert_cmpstr (first, !=, second);
  expect_voucher (self, voucher);
  /* The same domain may come with a newer one. */
  expect_voucher (self, later);
  g_assert_true (g_bytes_equal (stile_pledge_state_get_voucher (get_state (self)), later));
}

static void
test_pending_limit (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autofree char *first = trigger (self, court->registrar, NULL);
  g_autofree char *last = NULL;
  g_autoptr (GBytes) forgotten = make_voucher (self, first, court->domain, court->masa, court->registrar);
  g_autoptr (GBytes) good = NULL;

  for (guint i = 0; i < STILE_PRM_PENDING_MAX; i++)
    {
      g_free (last);
      last = trigger (self, court->registrar, NULL);
    }
  g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (get_state (self)), get_now ()),
                    ==, STILE_PRM_PENDING_MAX);
  expect_no_voucher (self, forgotten, "P22: ");
  good = make_voucher (self, last, court->domain, court->masa, court->registrar);
  restart (self);
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

      expect (self, "tper", content, 400, NULL);
    }
  expect (self, "tper", good, 200, NULL);
}

/* --- time --- */

#define LONG_AGO G_GINT64_CONSTANT (1577836800) /* 2020-01-01T00:00:00Z */

static gint64
read_enrol_date (PrmPlant *self)
{
  static const char *const understood[] = { "created-on", NULL };
  g_autoptr (GBytes) content = stile_prm_trigger_make_enrol ();
  g_autoptr (StileHttpMessage) response = ask (self, "tper", content);
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
  g_autoptr (GBytes) content = make_trigger (self, self->plant.court.registrar, COURT_SERIAL, asked_on);
  g_autoptr (StileHttpMessage) response = ask (self, "tpvr", content);
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
  restart (self);
  g_assert_cmpint (read_request_date (self, LONG_AGO), ==, LONG_AGO);
  restart (self);
  g_assert_cmpint (read_enrol_date (self), ==, LONG_AGO);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_ENROL_SUCCESS);
}

/* R13: never before the agent's question, even when its clock is ahead. */
static void
test_agent_is_ahead (PrmPlant *self, gconstpointer data)
{
  gint64 ahead = get_now () + 100;

  g_assert_cmpint (read_request_date (self, LONG_AGO), >=, ahead - 100);
  g_assert_cmpint (read_request_date (self, ahead), ==, ahead);
  g_assert_cmpint (read_enrol_date (self), ==, ahead);
}

/* --- vouchers --- */

static void
test_unknown_nonce (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autoptr (GBytes) voucher = make_voucher (self, COURT_NONCE, court->domain, court->masa, court->registrar);
  g_autoptr (GBytes) without = make_voucher (self, NULL, court->domain, court->masa, court->registrar);
  g_autofree char *nonce = trigger (self, court->registrar, NULL);

  expect_no_voucher (self, voucher, "P22: ");
  expect_no_voucher (self, without, "P22: ");
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_VOUCHER_ERROR);
  g_assert_null (stile_pledge_state_get_pin (get_state (self)));
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

static void
test_voucher_twice (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) voucher = NULL;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  voucher = get_artefact (self, STILE_PRM_STEP_VOUCHER_REQUEST);
  for (guint i = 0; i < 2; i++)
    {
      expect_voucher (self, voucher);
      restart (self);
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
  g_autofree char *nonce = trigger (self, court->strange_registrar, NULL);
  g_autoptr (GBytes) theirs =
      make_voucher (self, nonce, court->stranger, court->masa, court->strange_registrar);

  prm_plant_run (self, STILE_PRM_STEP_ROOTS);
  expect_no_voucher (self, theirs, "P1: ");
  restart (self);
  expect_no_voucher (self, theirs, "P1: ");
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_VOUCHER_SUCCESS);
  g_assert_true (stile_certificate_equal (stile_pledge_state_get_pin (get_state (self)),
                                          test_pki_get_certificate (court->domain)));
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

/* The same voucher is a good one for a device that is nobody's. */
static void
test_any_domain_at_first (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autofree char *nonce = trigger (self, court->strange_registrar, NULL);
  g_autoptr (GBytes) theirs =
      make_voucher (self, nonce, court->stranger, court->masa, court->strange_registrar);

  expect_voucher (self, theirs);
}

static void
test_voucher_signers (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autoptr (TestPki) camera = test_pki_issue (court->domain, &(TestPkiOptions){ .name = "Camera" });
  g_autofree char *nonce = trigger (self, court->registrar, NULL);
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
          make_voucher (self, nonce, cases[i].domain, cases[i].masa, cases[i].registrar);

      expect_no_voucher (self, voucher, cases[i].reason);
      g_assert_null (stile_pledge_state_get_pin (get_state (self)));
    }
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_VOUCHER_ERROR);
}

/* --- CA certificates and certificates --- */

static void
test_roots_first (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) roots = NULL;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  roots = get_artefact (self, STILE_PRM_STEP_ROOTS_REQUEST);
  expect (self, "scac", roots, 403, "P21: ");
  g_assert_null (stile_pledge_state_get_roots (get_state (self)));
  prm_plant_run (self, STILE_PRM_STEP_ROOTS);
  expect (self, "scac", roots, 200, NULL);
  expect (self, "scac", roots, 200, NULL);
}

static void
test_certificate_first (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) certificate = NULL;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  certificate = get_artefact (self, STILE_PRM_STEP_ENROL_REQUEST);
  expect_no_certificate (self, certificate, "P21: ");
  /* "enroll-error" says that there was a voucher. */
  g_assert_cmpint (get_stage (self), <, STILE_PLEDGE_VOUCHER_SUCCESS);
  restart (self);
  prm_plant_run (self, STILE_PRM_STEP_ROOTS);
  expect_no_certificate (self, certificate, "P21: ");
  restart (self);
  g_assert_null (stile_pledge_state_get_certificate (get_state (self)));
  prm_plant_run (self, STILE_PRM_STEP_DONE);
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_ENROL_SUCCESS);
}

static GBytes *
make_bag (TestPki *certificate, TestPki *signer)
{
  g_autofree char *der = prm_court_encode (test_pki_get_der (certificate));
  g_autofree char *json = g_strdup_printf ("{\"x5bag\":\"%s\"}", der);

  return prm_court_sign (json, NULL, signer);
}

static void
test_strange_roots (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  const struct
  {
    TestPki *root;
    TestPki *signer;
  } cases[] = {
    { court->stranger, court->strange_registrar },
    { court->domain, court->strange_registrar },
    { court->domain, self->agent }, /* of the domain, and no registrar */
    { court->domain, court->device },
    { court->registrar, court->registrar }, /* no CA */
  };

  prm_plant_run (self, STILE_PRM_STEP_CERTIFICATE);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) roots = make_bag (cases[i].root, cases[i].signer);

      expect (self, "scac", roots, 403, "P21: ");
    }
  restart (self);
  g_assert_cmpuint (stile_pledge_state_get_roots (get_state (self))->len, ==, 1);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

static GBytes *
make_certificate (TestPki *issuer)
{
  g_autoptr (TestPki) other = test_pki_issue (issuer, &(TestPkiOptions){ .name = COURT_SERIAL });
  g_autoptr (GPtrArray) list = test_pki_list (other, NULL);
  g_autoptr (GError) error = NULL;
  GBytes *body = stile_certificate_bundle_to_est (list, &error);

  g_assert_no_error (error);
  return body;
}

static void
test_another_key (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) other = make_certificate (self->plant.court.domain);

  prm_plant_run (self, STILE_PRM_STEP_CERTIFICATE);
  expect_no_certificate (self, other, "P21: ");
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_ENROL_ERROR);
  restart (self);
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_ENROL_ERROR);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_ENROL_SUCCESS);
}

/* --- afterwards --- */

/* A certificate of the domain's for the key that the device has, and the next one for it. */
static GBytes *
collect_older (PrmPlant *self)
{
  GBytes *older;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  older = get_artefact (self, STILE_PRM_STEP_ENROL_REQUEST);
  g_clear_pointer (&self->dossier->artefacts[STILE_PRM_STEP_ENROL_TRIGGER], g_bytes_unref);
  g_clear_pointer (&self->dossier->artefacts[STILE_PRM_STEP_ENROL_REQUEST], g_bytes_unref);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
  return older;
}

static void
test_afterwards (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autofree char *nonce = trigger (self, court->registrar, NULL);
  g_autoptr (GBytes) voucher = make_voucher (self, nonce, court->domain, court->masa, court->registrar);
  g_autoptr (GBytes) older = collect_older (self);
  g_autoptr (GBytes) question = make_trigger (self, court->registrar, COURT_SERIAL, get_now ());
  g_autoptr (GBytes) enrol = stile_prm_trigger_make_enrol ();
  g_autoptr (StileCertificate) certificate =
      g_object_ref (stile_pledge_state_get_certificate (get_state (self)));

  for (guint i = 0; i < 2; i++)
    {
      expect (self, "tpvr", question, 403, "P1: ");
      expect (self, "tper", enrol, 403, "P1: ");
      expect (self, "scac", self->dossier->artefacts[STILE_PRM_STEP_ROOTS_REQUEST], 403, "P1: ");
      expect_no_voucher (self, voucher, "P1: ");
      expect_no_certificate (self, older, "P1: ");
      restart (self);
      g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_ENROL_SUCCESS);
      g_assert_true (
          stile_certificate_equal (certificate, stile_pledge_state_get_certificate (get_state (self))));
    }
}

static void
test_certificate_twice (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) certificate = NULL;

  prm_plant_run (self, STILE_PRM_STEP_DONE);
  certificate = get_artefact (self, STILE_PRM_STEP_ENROL_REQUEST);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (StileHttpMessage) response = ask (self, "ser", certificate);
      g_autoptr (StileStatusReport) report = read_status (
          response, STILE_PRM_STATUS_ENROL, stile_pledge_state_get_certificate (get_state (self)));

      g_assert_true (stile_status_report_is_good (report));
      restart (self);
    }
}

/* --- how it is --- */

static void
expect_state (PrmPlant *self, const char *said)
{
  g_autoptr (GBytes) question = make_question (self, COURT_SERIAL);
  g_autoptr (StileHttpMessage) response = ask (self, "qps", question);
  StileCertificate *member = stile_pledge_state_get_certificate (get_state (self));
  g_autoptr (StileStatusReport) report =
      read_status (response, STILE_PRM_STATUS_PLEDGE,
                   member != NULL ? member : test_pki_get_certificate (self->plant.court.device));

  g_assert_cmpstr (stile_json_get_string (stile_status_report_get_context (report), "pbs-details"), ==, said);
  g_assert_cmpint (stile_status_report_is_good (report), ==, !g_str_has_suffix (said, "error"));
}

static void
test_stages (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("{}", 2);

  expect_state (self, "factory-default");
  expect_no_voucher (self, nothing, "P22: ");
  expect_state (self, "voucher-error");
  prm_plant_run (self, STILE_PRM_STEP_ROOTS);
  expect_state (self, "voucher-success");
  prm_plant_run (self, STILE_PRM_STEP_CERTIFICATE);
  expect_no_certificate (self, nothing, "P21: ");
  expect_state (self, "enroll-error");
  prm_plant_run (self, STILE_PRM_STEP_DONE);
  expect_state (self, "enroll-success");
  restart (self);
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
  expect (self, "qps", other, 403, "P22: ");
  expect (self, "qps", nobody, 400, "P22: ");
  expect (self, "qps", number, 400, "P22: ");
  expect (self, "qps", unread, 400, "P22: ");
  expect (self, "qps", changed, 403, "P22: ");
}

/* --- what cannot be remembered --- */

/* In a file's place nobody can write one, whoever they are. */
static char *
block (PrmPlant *self, const char *name)
{
  char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *inside = g_build_filename (path, "x", NULL);

  g_unlink (path);
  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
  return path;
}

static void
unblock (char *path)
{
  g_autofree char *inside = g_build_filename (path, "x", NULL);

  g_assert_cmpint (g_rmdir (inside), ==, 0);
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_free (path);
}

static void
test_cannot_write (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) question = make_trigger (self, self->plant.court.registrar, COURT_SERIAL, get_now ());
  g_autoptr (GBytes) voucher = NULL;
  g_autoptr (GBytes) roots = NULL;
  g_autoptr (GBytes) certificate = NULL;
  char *blocked = block (self, "state.json");

  expect (self, "tpvr", question, 500, NULL);
  unblock (blocked);
  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  voucher = get_artefact (self, STILE_PRM_STEP_VOUCHER_REQUEST);
  roots = get_artefact (self, STILE_PRM_STEP_ROOTS_REQUEST);
  certificate = get_artefact (self, STILE_PRM_STEP_ENROL_REQUEST);

  blocked = block (self, "pin.pem");
  expect (self, "svr", voucher, 500, NULL);
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_FACTORY_DEFAULT);
  g_assert_null (stile_pledge_state_get_pin (get_state (self)));
  unblock (blocked);
  prm_plant_run (self, STILE_PRM_STEP_ROOTS);

  blocked = block (self, "roots.pem");
  expect (self, "scac", roots, 500, NULL);
  g_assert_null (stile_pledge_state_get_roots (get_state (self)));
  unblock (blocked);
  prm_plant_run (self, STILE_PRM_STEP_CERTIFICATE);

  blocked = block (self, "certificate.pem");
  expect (self, "ser", certificate, 500, NULL);
  g_assert_null (stile_pledge_state_get_certificate (get_state (self)));
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_VOUCHER_SUCCESS);
  unblock (blocked);
  restart (self);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

/* The requests that are out are still so when the certificate could not be taken. */
static void
test_cannot_finish (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) certificate = NULL;
  char *blocked;

  prm_plant_run (self, STILE_PRM_STEP_CERTIFICATE);
  certificate = get_artefact (self, STILE_PRM_STEP_ENROL_REQUEST);
  blocked = block (self, "state.json");
  expect (self, "ser", certificate, 500, NULL);
  g_assert_cmpint (get_stage (self), ==, STILE_PLEDGE_VOUCHER_SUCCESS);
  g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (get_state (self)), get_now ()),
                    ==, 1);
  unblock (blocked);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

/* --- who it is --- */

static void
test_no_device (PrmPlant *self, gconstpointer data)
{
  g_autoptr (StileIdentity) agent = plant_make_identity (self->agent);
  g_autoptr (GPtrArray) anchors = test_pki_list (self->plant.court.manufacturer, NULL);
  const StilePledgeResponderSettings settings = { .idevid = agent,
                                                  .anchors = anchors,
                                                  .state = get_state (self) };
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_pledge_responder_new (&settings, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_cmpstr (stile_pledge_responder_get_serial (self->responder), ==, COURT_SERIAL);
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
  expect (self, "qps", other, 403, NULL);
  g_assert_cmpuint (heard.count, ==, 1);
  g_assert_cmpuint (heard.status, ==, 403);
  g_assert_cmpstr (heard.name, ==, "qps");
  g_assert_cmpstr (heard.refused, ==, "P22");
  g_free (heard.name);
  g_free (heard.refused);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/bootstrap/pledge-responder/" name, PrmPlant, NULL, prm_plant_set_up, function,               \
              prm_plant_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("post-is-the-only-method", test_methods);
  ADD ("each-path-has-its-media-type", test_media_types);
  ADD ("each-answer-must-be-acceptable", test_accept);
  ADD ("each-path-has-its-limit", test_sizes);
  ADD ("no-other-paths", test_other_paths);
  ADD ("garbage-changes-nothing", test_garbage);
  ADD ("garbage-between-the-steps-changes-nothing", test_garbage_between);
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
  ADD ("P21-the-voucher-comes-before-the-roots", test_roots_first);
  ADD ("P21-the-roots-come-before-the-certificate", test_certificate_first);
  ADD ("P21-roots-of-strangers", test_strange_roots);
  ADD ("P21-a-certificate-for-another-key", test_another_key);
  ADD ("P1-nothing-more-after-enrolment", test_afterwards);
  ADD ("the-same-certificate-twice", test_certificate_twice);
  ADD ("says-how-it-is-in-each-stage", test_stages);
  ADD ("P22-questions-that-are-none", test_questions);
  ADD ("what-cannot-be-written-is-not-taken", test_cannot_write);
  ADD ("the-last-step-that-cannot-be-written", test_cannot_finish);
  ADD ("a-device-has-a-serial-number", test_no_device);
  ADD ("tells-what-came", test_tells);

  return g_test_run ();
}

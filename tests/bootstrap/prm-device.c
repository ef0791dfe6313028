/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/prm-device.h"

#include <string.h>

#include "bootstrap/prm-court.h"
#include "bootstrap/stile-prm-trigger.h"
#include "bootstrap/stile-voucher-json.h"
#include "support/test-await.h"

const PrmDevicePath prm_device_paths[] = {
  { "tpvr", PRM_PLANT_JSON, STILE_VOUCHER_JWS_MEDIA_TYPE, STILE_PRM_PROXIMITY_MAX_SIZE },
  { "tper", PRM_PLANT_JSON, PRM_PLANT_JOSE, STILE_PRM_TRIGGER_MAX_ENROL },
  { "svr", STILE_VOUCHER_JWS_MEDIA_TYPE, PRM_PLANT_JOSE, STILE_SIGNED_MESSAGE_MAX_SIZE },
  { "scac", PRM_PLANT_JOSE, NULL, STILE_SIGNED_MESSAGE_MAX_SIZE },
  { "ser", "application/pkcs7-mime", PRM_PLANT_JOSE, STILE_SIGNED_MESSAGE_MAX_SIZE },
  { "qps", PRM_PLANT_JOSE, PRM_PLANT_JOSE, STILE_SIGNED_MESSAGE_MAX_SIZE },
};

/* --- asking it --- */

StileHttpMessage *
prm_device_send (PrmPlant *self, StileHttpMessage *request)
{
  g_autoptr (StileExchange) exchange = stile_exchange_new (request, NULL, NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  stile_handler_handle_async (STILE_HANDLER (self->responder), exchange, NULL, test_await_cb, &result);
  return stile_handler_handle_finish (STILE_HANDLER (self->responder), test_await_result (&result));
}

StileHttpMessage *
prm_device_ask_as (PrmPlant *self,
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
  return prm_device_send (self, request);
}

StileHttpMessage *
prm_device_ask (PrmPlant *self, const char *name, GBytes *content)
{
  for (gsize i = 0; i < PRM_DEVICE_N_PATHS; i++)
    if (strcmp (prm_device_paths[i].name, name) == 0)
      return prm_device_ask_as (self, "POST", name, prm_device_paths[i].type, prm_device_paths[i].answers,
                                content);

  g_assert_not_reached ();
}

void
prm_device_expect (PrmPlant *self, const char *name, GBytes *content, guint status, const char *begin)
{
  g_autoptr (StileHttpMessage) response = prm_device_ask (self, name, content);

  plant_expect (response, status, begin);
}

StilePledgeState *
prm_device_get_state (PrmPlant *self)
{
  return stile_pledge_responder_get_state (self->responder);
}

StilePledgeStage
prm_device_get_stage (PrmPlant *self)
{
  return stile_pledge_state_get_stage (prm_device_get_state (self));
}

void
prm_device_restart (PrmPlant *self)
{
  prm_plant_start_device (self, self->plant.court.device, self->plant.court.manufacturer);
}

StileStatusReport *
prm_device_read_status (StileHttpMessage *response, StilePrmStatusKind kind, StileCertificate *signer)
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

static void
expect_not_taken (
    PrmPlant *self, const char *name, StilePrmStatusKind kind, GBytes *content, const char *reason)
{
  g_autoptr (StileHttpMessage) response = prm_device_ask (self, name, content);
  g_autoptr (StileStatusReport) report =
      prm_device_read_status (response, kind, test_pki_get_certificate (self->plant.court.device));

  g_assert_false (stile_status_report_is_good (report));
  g_test_message ("%s", stile_status_report_get_reason (report));
  g_assert_true (g_str_has_prefix (stile_status_report_get_reason (report), reason));
}

void
prm_device_expect_no_voucher (PrmPlant *self, GBytes *content, const char *reason)
{
  expect_not_taken (self, "svr", STILE_PRM_STATUS_VOUCHER, content, reason);
}

void
prm_device_expect_no_certificate (PrmPlant *self, GBytes *content, const char *reason)
{
  expect_not_taken (self, "ser", STILE_PRM_STATUS_ENROL, content, reason);
}

/* --- what is said to it --- */

GBytes *
prm_device_make_trigger (PrmPlant *self, TestPki *registrar, const char *serial, gint64 now)
{
  g_autoptr (StileIdentity) agent = plant_make_identity (self->agent);
  g_autoptr (GError) error = NULL;
  GBytes *trigger = stile_prm_trigger_make (agent, test_pki_get_certificate (registrar), serial, now, &error);

  g_assert_no_error (error);
  return trigger;
}

char *
prm_device_trigger (PrmPlant *self, TestPki *registrar)
{
  g_autoptr (GBytes) content = prm_device_make_trigger (self, registrar, COURT_SERIAL, prm_plant_get_now ());
  g_autoptr (StileHttpMessage) response = prm_device_ask (self, "tpvr", content);
  g_autoptr (StileSignedMessage) message = NULL;
  g_autoptr (StileVoucher) request = NULL;
  g_autoptr (GError) error = NULL;

  plant_expect (response, 200, NULL);
  message = stile_signed_message_parse (stile_http_message_get_content (response), &error);
  g_assert_no_error (error);
  request =
      stile_voucher_json_parse (stile_signed_message_get_content (message), STILE_VOUCHER_REQUEST, &error);
  g_assert_no_error (error);
  return g_strdup (stile_voucher_get_fields (request)->nonce);
}

GBytes *
prm_device_make_voucher (
    PrmPlant *self, const char *nonce, TestPki *domain, TestPki *masa, TestPki *registrar)
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

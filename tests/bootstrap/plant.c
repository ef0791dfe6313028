/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/plant.h"

#include <string.h>

#include "bootstrap/stile-masa-log.h"
#include "bootstrap/stile-masa-voucher.h"
#include "bootstrap/stile-registrar-enrolment.h"
#include "bootstrap/stile-registrar-status.h"
#include "bootstrap/stile-registrar-voucher.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-path.h"
#include "codec/stile-hex.h"
#include "codec/stile-json.h"
#include "inventory/stile-ledger-database.h"
#include "support/test-await.h"

StileIdentity *
plant_make_identity_of (GPtrArray *chain, TestPki *key)
{
  g_autofree char *pem = test_pki_get_key_pem (key);
  g_autoptr (GBytes) bytes = g_bytes_new (pem, strlen (pem));
  g_autoptr (GError) error = NULL;
  StileIdentity *identity = stile_identity_new (chain, bytes, &error);

  g_assert_no_error (error);
  return identity;
}

StileIdentity *
plant_make_identity (TestPki *pki)
{
  g_autoptr (GPtrArray) chain = test_pki_get_chain (pki);

  return plant_make_identity_of (chain, pki);
}

static char *
save (Plant *self, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (self->directory, name, NULL);

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

static StileLedger *
open_ledger (Plant *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);
  g_autoptr (GError) error = NULL;
  StileLedger *ledger = stile_ledger_database_new (path, &error);

  g_assert_no_error (error);
  return ledger;
}

static void
add (StileRouter *router, const char *prefix, const char *name, StileHandler *handler)
{
  g_autofree char *path = g_strconcat (prefix, name, NULL);

  stile_router_add (router, path, handler);
  g_object_unref (handler);
}

void
plant_start_registrar (Plant *self, const char *policy)
{
  g_autofree char *path = save (self, "policy.conf", policy);
  g_autoptr (StileIdentity) identity = plant_make_identity (self->court.registrar);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileRegistrarPolicy) loaded = stile_registrar_policy_load (path, &error);
  StileRegistrarSettings settings = {
    .identity = identity, .chain = self->chain, .policy = loaded, .agent_anchors = self->agents
  };

  g_assert_no_error (error);
  g_clear_object (&self->router);
  g_clear_object (&self->registrar);
  g_clear_object (&self->ledger);
  self->ledger = open_ledger (self, "registrar.db");
  settings.ledger = self->ledger;
  settings.carrier_type = TEST_TYPE_CARRIER;
  self->registrar = stile_registrar_new (&settings, &error);
  g_assert_no_error (error);

  self->router = stile_router_new ();
  add (self->router, PLANT_REGISTRAR, "requestvoucher", stile_registrar_voucher_new (self->registrar));
  add (self->router, PLANT_REGISTRAR, "voucher_status", stile_registrar_status_new (self->registrar));
  add (self->router, PLANT_REGISTRAR, "enrollstatus", stile_registrar_enrolment_new (self->registrar));
}

void
plant_start_masa (Plant *self, const char *devices, GPtrArray *registrar_anchors)
{
  g_autofree char *path = save (self, "devices.conf", devices);
  g_autoptr (StileIdentity) identity = plant_make_identity (self->court.masa);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileMasaDevices) loaded = stile_masa_devices_load (path, &error);
  StileMasaSettings settings = { .identity = identity,
                                 .devices = loaded,
                                 .registrar_anchors = registrar_anchors };

  g_assert_no_error (error);
  g_clear_object (&self->masa_router);
  g_clear_object (&self->masa);
  g_clear_object (&self->masa_ledger);
  self->masa_ledger = open_ledger (self, "masa.db");
  settings.ledger = self->masa_ledger;
  self->masa = stile_masa_new (&settings, &error);
  g_assert_no_error (error);

  self->masa_router = stile_router_new ();
  add (self->masa_router, PLANT_MASA, "requestvoucher", stile_masa_voucher_new (self->masa));
  add (self->masa_router, PLANT_MASA, "requestauditlog", stile_masa_log_new (self->masa));
  test_carrier_world.plain = STILE_HANDLER (self->masa_router);
}

/* What is odd is told to the journal as a warning; here it is what a test is about. */
static void
allow_warnings (void)
{
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
}

void
plant_set_up (Plant *self, gconstpointer data)
{
  g_autofree char *anchors = NULL;

  allow_warnings ();
  court_set_up_registrar (&self->court, data);
  self->directory = test_pki_directory_new ();
  anchors = test_pki_save_chain (self->court.manufacturer, self->directory, "maker");
  self->chain = test_pki_list (self->court.registrar, self->court.domain, NULL);
  test_carrier_world = (TestCarrierWorld){ 0 };
  plant_start_registrar (self, PLANT_POLICY);
  plant_start_masa (self, PLANT_DEVICES, NULL);
}

void
plant_tear_down (Plant *self, gconstpointer data)
{
  test_carrier_world = (TestCarrierWorld){ 0 };
  /* What a thread or an answer on its way still holds, goes in its time. */
  test_await_finalized (self->router);
  test_await_finalized (self->registrar);
  test_await_finalized (self->ledger);
  test_await_finalized (self->masa_router);
  test_await_finalized (self->masa);
  test_await_finalized (self->masa_ledger);
  g_ptr_array_unref (self->chain);
  court_tear_down (&self->court, data);
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
}

/* --- asking --- */

StileHttpMessage *
plant_ask (
    StileHandler *handler, const char *path, const char *type, GBytes *content, TestPki *peer, TestPki *own)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("POST", "https", "localhost", path);
  g_autoptr (GPtrArray) chain = peer != NULL ? test_pki_get_chain (peer) : NULL;
  g_autoptr (GBytes) ders = chain != NULL ? stile_certificate_bundle_to_der (chain) : NULL;
  g_autoptr (StileExchange) exchange = stile_exchange_new (request, NULL, ders, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  stile_http_message_set_content (request, type, content);
  if (own != NULL)
    stile_exchange_set_own_certificate (exchange, test_pki_get_certificate (own));
  stile_handler_handle_async (handler, exchange, NULL, test_await_cb, &result);
  return stile_handler_handle_finish (handler, test_await_result (&result));
}

GBytes *
plant_make_request (Plant *self)
{
  return court_sign_fields (&self->court, STILE_VOUCHER_REQUEST, self->court.device);
}

StileHttpMessage *
plant_ask_voucher (Plant *self, GBytes *request)
{
  return plant_ask (STILE_HANDLER (self->router), PLANT_REGISTRAR "requestvoucher",
                    STILE_VOUCHER_CMS_MEDIA_TYPE, request, self->court.device, self->court.registrar);
}

StileHttpMessage *
plant_tell_status (Plant *self, const char *name, const char *json, TestPki *peer)
{
  g_autofree char *path = g_strconcat (PLANT_REGISTRAR, name, NULL);
  g_autoptr (GBytes) content = g_bytes_new (json, strlen (json));

  return plant_ask (STILE_HANDLER (self->router), path, "application/json", content, peer,
                    self->court.registrar);
}

/* --- what came of it --- */

void
plant_expect (StileHttpMessage *response, guint status, const char *beginning)
{
  GBytes *content = stile_http_message_get_content (response);
  g_autofree char *text = g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content));

  if (status != 200)
    g_test_message ("%u: %s", stile_http_message_get_status (response), text);
  g_assert_cmpuint (stile_http_message_get_status (response), ==, status);
  if (beginning != NULL)
    g_assert_true (g_str_has_prefix (text, beginning));
}

char *
plant_get_issuer (Plant *self)
{
  g_autoptr (GBytes) id =
      stile_certificate_path_get_authority_key_id (test_pki_get_certificate (self->court.device));

  return stile_hex_encode_bytes (id);
}

StileAdmission
plant_get_admission (Plant *self, const char *serial)
{
  g_autofree char *issuer = plant_get_issuer (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLedgerDevice) device = stile_ledger_find_device (self->ledger, issuer, serial, &error);

  g_assert_no_error (error);
  return device != NULL ? device->admission : STILE_ADMISSION_NONE;
}

void
plant_set_admission (Plant *self, const char *serial, StileAdmission admission)
{
  g_autofree char *issuer = plant_get_issuer (self);
  g_autoptr (GError) error = NULL;
  gboolean written = stile_ledger_set_admission (self->ledger, issuer, serial, admission, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (written);
}

GVariant *
plant_find_event (Plant *self, const char *what)
{
  g_autofree char *issuer = plant_get_issuer (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = stile_ledger_list_events (self->ledger, issuer, COURT_SERIAL, &error);

  g_assert_no_error (error);
  for (guint i = events->len; i > 0; i--)
    if (g_strcmp0 (stile_json_get_string (g_ptr_array_index (events, i - 1), "what"), what) == 0)
      return stile_json_get_member (g_ptr_array_index (events, i - 1), "details");

  return NULL;
}

TestHandler *
plant_stand_in_for_masa (void)
{
  TestHandler *handler = test_handler_new (FALSE);

  test_carrier_world.plain = STILE_HANDLER (handler);
  return handler;
}

void
plant_answer_with (TestHandler *masa, guint status, const char *type, const char *text)
{
  g_autoptr (StileHttpMessage) response = stile_http_message_new_response (status);
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));

  stile_http_message_set_content (response, type, content);
  test_handler_set_response (masa, response);
}

GBytes *
plant_get_question (TestHandler *masa)
{
  return stile_http_message_get_content (stile_exchange_get_request (test_handler_get_exchange (masa)));
}

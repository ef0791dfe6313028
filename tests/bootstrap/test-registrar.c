/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/plant.h"
#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-json.h"

/* --- R7: what the MASA is asked --- */

static void
test_request (Plant *self, gconstpointer data)
{
  g_autoptr (TestHandler) masa = plant_stand_in_for_masa ();
  g_autoptr (GBytes) request = plant_make_request (self);
  g_autoptr (StileHttpMessage) response = plant_ask_voucher (self, request);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (plant_get_question (masa), &error);
  g_autoptr (StileVoucher) asked = NULL;
  const StileVoucherFields *fields;
  GPtrArray *certificates;

  g_assert_no_error (error);
  asked =
      stile_voucher_json_parse (stile_signed_message_get_content (message), STILE_VOUCHER_REQUEST, &error);
  g_assert_no_error (error);
  fields = stile_voucher_get_fields (asked);
  g_assert_true (g_bytes_equal (fields->prior_signed_voucher_request, request));
  g_assert_cmpstr (fields->serial_number, ==, COURT_SERIAL);
  g_assert_cmpstr (fields->nonce, ==, COURT_NONCE);
  g_assert_nonnull (fields->idevid_issuer);
  g_assert_null (fields->proximity_registrar_cert);

  certificates = stile_signed_message_get_certificates (message);
  g_assert_cmpuint (certificates->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_true (g_ptr_array_find_with_equal_func (certificates, g_ptr_array_index (self->chain, i),
                                                     (GEqualFunc)stile_certificate_equal, NULL));
  g_assert_true (stile_signed_message_verify (message, 0, g_ptr_array_index (self->chain, 0), &error));
}

static void
make_registrar (Plant *self, TestPki *registrar, GPtrArray *chain)
{
  g_autoptr (StileIdentity) identity = plant_make_identity (registrar);
  const StileRegistrarSettings settings = { .identity = identity,
                                            .chain = chain,
                                            .policy = stile_registrar_get_policy (self->registrar),
                                            .ledger = self->ledger,
                                            .carrier_type = TEST_TYPE_CARRIER };
  g_autoptr (GError) error = NULL;
  g_autoptr (StileRegistrar) made = stile_registrar_new (&settings, &error);

  g_assert_null (made);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_true (g_str_has_prefix (error->message, "R7: "));
}

static void
test_no_registrar (Plant *self, gconstpointer data)
{
  g_autoptr (TestPki) server = test_pki_issue (self->court.domain, &(TestPkiOptions){ .name = "Server" });

  make_registrar (self, server, NULL);
}

static void
test_wrong_chain (Plant *self, gconstpointer data)
{
  g_autoptr (GPtrArray) foreign = test_pki_list (self->court.registrar, self->court.stranger, NULL);
  g_autoptr (GPtrArray) reversed = test_pki_list (self->court.domain, self->court.registrar, NULL);

  make_registrar (self, self->court.registrar, foreign);
  make_registrar (self, self->court.registrar, reversed);
}

/* --- R8: what comes back --- */

static void
test_unchanged (Plant *self, gconstpointer data)
{
  g_autoptr (TestHandler) masa = plant_stand_in_for_masa ();
  g_autoptr (GBytes) request = plant_make_request (self);
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (GVariant) event = NULL;

  plant_answer_with (masa, 200, STILE_VOUCHER_CMS_MEDIA_TYPE, "only the pledge can judge this");
  response = plant_ask_voucher (self, request);
  plant_expect (response, 200, "only the pledge can judge this");
  event = plant_find_event (self, "voucher");
  g_assert_true (g_str_has_prefix (stile_json_get_string (event, "warning"), "R8: "));
}

typedef struct
{
  const char *name;
  const char *serial;
  const char *nonce;
  gboolean other_pin;
  StileAssertion assertion;
  gboolean warns;
} Odd;

static const Odd odd[] = {
  { "good", COURT_SERIAL, COURT_NONCE, FALSE, STILE_ASSERTION_PROXIMITY, FALSE },
  { "verified", COURT_SERIAL, COURT_NONCE, FALSE, STILE_ASSERTION_VERIFIED, FALSE },
  { "no-nonce", COURT_SERIAL, NULL, FALSE, STILE_ASSERTION_VERIFIED, FALSE },
  { "only-logged", COURT_SERIAL, COURT_NONCE, FALSE, STILE_ASSERTION_LOGGED, TRUE },
  { "other-device", "X", COURT_NONCE, FALSE, STILE_ASSERTION_PROXIMITY, TRUE },
  { "other-nonce", COURT_SERIAL, "b3RoZXIgbm9uY2UgaGVyZQ==", FALSE, STILE_ASSERTION_PROXIMITY, TRUE },
  { "other-pin", COURT_SERIAL, COURT_NONCE, TRUE, STILE_ASSERTION_PROXIMITY, TRUE },
};

static void
test_odd (Plant *self, gconstpointer data)
{
  const Odd *it = data;
  g_autoptr (TestHandler) masa = plant_stand_in_for_masa ();
  g_autoptr (GBytes) request = plant_make_request (self);
  g_autoptr (StileHttpMessage) answer = stile_http_message_new_response (200);
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (GBytes) voucher = NULL;
  g_autoptr (GVariant) event = NULL;

  self->court.fields = (StileVoucherFields)STILE_VOUCHER_FIELDS_INIT;
  self->court.fields.created_on = self->court.now;
  self->court.fields.assertion = it->assertion;
  self->court.fields.serial_number = it->serial;
  self->court.fields.nonce = it->nonce;
  self->court.fields.pinned_domain_cert =
      test_pki_get_der (it->other_pin ? self->court.stranger : self->court.domain);
  voucher = court_sign_fields (&self->court, STILE_VOUCHER_ARTIFACT, self->court.masa);
  stile_http_message_set_content (answer, STILE_VOUCHER_CMS_MEDIA_TYPE, voucher);
  test_handler_set_response (masa, answer);

  response = plant_ask_voucher (self, request);
  plant_expect (response, 200, NULL);
  g_assert_true (g_bytes_equal (stile_http_message_get_content (response), voucher));
  event = plant_find_event (self, "voucher");
  g_assert_cmpstr (stile_json_get_string (event, "serial"), ==, it->serial);
  g_assert_true ((stile_json_get_string (event, "warning") != NULL) == it->warns);
}

/* --- a MASA that does not give one --- */

typedef struct
{
  const char *name;
  guint status;
  const char *type;
  const char *text;
  guint told;
  const char *beginning;
} Refusal;

static const Refusal refusals[] = {
  { "unknown", 404, "text/plain", "Never made that one", 404,
    "The manufacturer's service refuses: Never made that one\n" },
  { "owned", 403, "text/plain; charset=utf-8", "It has an owner\n", 403,
    "The manufacturer's service refuses: It has an owner\n" },
  { "bad-request", 400, "text/plain", "?", 502, "The manufacturer's service refuses: ?" },
  { "page", 500, "text/html", "<h1>Oops</h1>", 502,
    "The manufacturer's service refuses: it answered with status 500" },
  { "busy", 503, "text/plain", "Later", 503, "The manufacturer's service refuses: Later" },
  { "asks", 202, "text/plain", "Our Mr Smith decides", 202, "The manufacturer's service asks to wait: Our" },
  { "moved", 307, NULL, "", 502, NULL },
  { "created", 201, NULL, "", 502, NULL },
  { "portal", 200, "text/html", "<h1>Welcome</h1>", 502, NULL },
};

static void
test_refusal (Plant *self, gconstpointer data)
{
  const Refusal *it = data;
  g_autoptr (TestHandler) masa = plant_stand_in_for_masa ();
  g_autoptr (GBytes) request = plant_make_request (self);
  g_autoptr (StileHttpMessage) response = NULL;

  plant_answer_with (masa, it->status, it->type, it->text);
  response = plant_ask_voucher (self, request);
  plant_expect (response, it->told, it->beginning);
  g_assert_true ((stile_http_message_get_field (response, "retry-after") != NULL) ==
                 (it->told == 202 || it->told == 503));
}

/* The MASA is asked with the same bytes again, so that its log has one request and not two. */
static void
test_masa_down (Plant *self, gconstpointer data)
{
  g_autoptr (TestHandler) masa = plant_stand_in_for_masa ();
  g_autoptr (GBytes) request = plant_make_request (self);
  g_autoptr (GBytes) first = NULL;
  g_autoptr (StileHttpMessage) refused = plant_ask_voucher (self, request);
  g_autoptr (StileHttpMessage) down = NULL;
  g_autoptr (StileHttpMessage) good = NULL;

  first = g_bytes_ref (plant_get_question (masa));
  test_carrier_world.plain = NULL;
  down = plant_ask_voucher (self, request);
  plant_expect (down, 503, "The manufacturer's service cannot be asked");
  g_assert_cmpstr (stile_http_message_get_field (down, "retry-after"), ==, "60");

  plant_start_registrar (self, PLANT_POLICY);
  test_carrier_world.plain = STILE_HANDLER (masa);
  good = plant_ask_voucher (self, request);
  g_assert_true (g_bytes_equal (plant_get_question (masa), first));
}

/* Also after a restart, and without asking anybody. */
static void
test_same_request_same_voucher (Plant *self, gconstpointer data)
{
  g_autoptr (GBytes) request = plant_make_request (self);
  g_autoptr (StileHttpMessage) first = plant_ask_voucher (self, request);
  g_autoptr (StileHttpMessage) second = NULL;
  g_autoptr (StileHttpMessage) third = NULL;

  plant_expect (first, 200, NULL);
  second = plant_ask_voucher (self, request);
  plant_start_registrar (self, PLANT_POLICY);
  test_carrier_world.plain = NULL;
  third = plant_ask_voucher (self, request);
  g_assert_true (
      g_bytes_equal (stile_http_message_get_content (first), stile_http_message_get_content (second)));
  g_assert_true (
      g_bytes_equal (stile_http_message_get_content (first), stile_http_message_get_content (third)));
  g_assert_cmpuint (test_carrier_world.requests, ==, 1);
}

/* What the pledge itself would say to it. */
static void
test_pledge_accepts (Plant *self, gconstpointer data)
{
  g_autoptr (GBytes) request = plant_make_request (self);
  g_autoptr (StileHttpMessage) response = plant_ask_voucher (self, request);

  plant_expect (response, 200, NULL);
  self->court.judge = (StileJudge){ .at = self->court.now,
                                    .anchors = self->court.anchors,
                                    .serial = COURT_SERIAL,
                                    .nonce = COURT_NONCE,
                                    .idevid = test_pki_get_certificate (self->court.device),
                                    .peer_chain = self->court.registrar_chain };
  court_expect_accepted (&self->court, stile_judge_as_pledge,
                         g_bytes_ref (stile_http_message_get_content (response)));
}

int
main (int argc, char *argv[])
{
#define ADD(path, data, test) g_test_add (path, Plant, data, plant_set_up, test, plant_tear_down)
#define ADD_TABLE(prefix, table, test)                                                                       \
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)                                                           \
    {                                                                                                        \
      g_autofree char *path = g_strconcat (prefix, table[i].name, NULL);                                     \
                                                                                                             \
      ADD (path, &table[i], test);                                                                           \
    }
  g_test_init (&argc, &argv, NULL);

  ADD ("/registrar/R7-request", NULL, test_request);
  ADD ("/registrar/R7-no-registrar", NULL, test_no_registrar);
  ADD ("/registrar/R7-wrong-chain", NULL, test_wrong_chain);
  ADD ("/registrar/R8-unchanged", NULL, test_unchanged);
  ADD_TABLE ("/registrar/R8-looked-at/", odd, test_odd);
  ADD_TABLE ("/registrar/masa-refuses/", refusals, test_refusal);
  ADD ("/registrar/masa-down", NULL, test_masa_down);
  ADD ("/registrar/same-request-same-voucher", NULL, test_same_request_same_voucher);
  ADD ("/registrar/pledge-accepts", NULL, test_pledge_accepts);

  return g_test_run ();
}

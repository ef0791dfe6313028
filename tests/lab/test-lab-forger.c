/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-forger.h"

#include "bootstrap/stile-brski-answer.h"
#include "bootstrap/stile-judge.h"
#include "bootstrap/stile-voucher-json.h"
#include "bootstrap/stile-voucher-signature.h"
#include "lab/stile-lab-directory.h"
#include "support/test-await.h"
#include "support/test-handler.h"

#define NONCE "MDEyMzQ1Njc4OWFiY2RlZg=="

typedef struct
{
  StileLabDirectory *directory;
  StileLabPki *pki;
  TestHandler *honest;
  StileLabForger *forger;
  GBytes *good;
} Fixture;

static GBytes *
make_voucher (StileLabPki *pki)
{
  g_autoptr (GError) error = NULL;
  StileIdentity *signer = stile_lab_pki_get_identity (pki, STILE_LAB_PART_MASA);
  StileLabAuthority *domain = stile_lab_pki_get_authority (pki, STILE_LAB_DOMAIN);
  StileVoucherFields fields = STILE_VOUCHER_FIELDS_INIT;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (StileVoucher) voucher = NULL;
  g_autoptr (GBytes) content = NULL;
  GBytes *bytes;

  fields.created_on = now;
  fields.assertion = STILE_ASSERTION_PROXIMITY;
  fields.serial_number = STILE_LAB_PKI_DEVICE;
  fields.nonce = NONCE;
  fields.pinned_domain_cert = stile_certificate_get_der (stile_lab_authority_get_certificate (domain));
  voucher = stile_voucher_new (STILE_VOUCHER_ARTIFACT, &fields);
  content = stile_voucher_json_print (voucher);
  bytes = stile_voucher_signature_make (signer, stile_identity_get_chain (signer), STILE_SIGNED_CMS, content,
                                        now, &error);
  g_assert_no_error (error);

  return bytes;
}

static void
answer_with (Fixture *fixture, StileHttpMessage *response)
{
  test_handler_set_response (fixture->honest, response);
  g_object_unref (response);
}

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = stile_lab_directory_new (g_get_tmp_dir (), &error);
  g_assert_no_error (error);
  fixture->pki =
      stile_lab_pki_new (stile_lab_directory_get_path (fixture->directory), "https://localhost:4711", &error);
  g_assert_no_error (error);
  fixture->good = make_voucher (fixture->pki);
  fixture->honest = test_handler_new (FALSE);
  fixture->forger = stile_lab_forger_new (fixture->pki, STILE_HANDLER (fixture->honest));
  answer_with (fixture, stile_brski_answer_new (STILE_VOUCHER_CMS_MEDIA_TYPE, fixture->good));
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  g_assert_finalize_object (fixture->forger);
  g_assert_finalize_object (fixture->honest);
  g_assert_finalize_object (fixture->pki);
  g_assert_finalize_object (fixture->directory);
  g_bytes_unref (fixture->good);
}

static StileHttpMessage *
ask (Fixture *fixture)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("POST", "https", "localhost", "/");
  g_autoptr (StileExchange) exchange = stile_exchange_new (request, "session", NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  stile_handler_handle_async (STILE_HANDLER (fixture->forger), exchange, NULL, test_await_cb, &result);
  return stile_handler_handle_finish (STILE_HANDLER (fixture->forger), test_await_result (&result));
}

/* As the lab's device would, in the session with the lab's registrar. */
static void
judge (Fixture *fixture, StileHttpMessage *answer, StileChecks *checks)
{
  g_autoptr (GPtrArray) anchors = g_ptr_array_new ();
  StileIdentity *registrar = stile_lab_pki_get_identity (fixture->pki, STILE_LAB_PART_REGISTRAR);
  StileLabAuthority *manufacturer = stile_lab_pki_get_authority (fixture->pki, STILE_LAB_MANUFACTURER);
  const StileJudge known = { .at = g_get_real_time () / G_USEC_PER_SEC,
                             .anchors = anchors,
                             .serial = STILE_LAB_PKI_DEVICE,
                             .nonce = NONCE,
                             .peer_chain = stile_identity_get_chain (registrar) };
  g_auto (StileJudgement) judgement = { 0 };
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (anchors, stile_lab_authority_get_certificate (manufacturer));
  if (!stile_judge_as_pledge (&known, stile_http_message_get_content (answer), checks, &judgement, &error))
    g_test_message ("%s", error->message);
}

static const struct
{
  StileLabScenario scenario;
  const char *check;
} spoilt[] = {
  { STILE_LAB_INTERCEPTED, NULL },  { STILE_LAB_MAN_IN_THE_MIDDLE, NULL },
  { STILE_LAB_OTHER_DEVICE, "P8" }, { STILE_LAB_EXPIRED_VOUCHER, "P12" },
  { STILE_LAB_ROGUE_MASA, "P5" },   { STILE_LAB_OTHER_DOMAIN, "P14" },
};

static void
test_spoils_one_thing (Fixture *fixture, gconstpointer user_data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (spoilt); i++)
    {
      g_autoptr (StileChecks) checks = stile_checks_new ();
      g_autoptr (StileHttpMessage) answer = NULL;

      answer_with (fixture, stile_brski_answer_new (STILE_VOUCHER_CMS_MEDIA_TYPE, fixture->good));
      stile_lab_forger_set_scenario (fixture->forger, spoilt[i].scenario);
      answer = ask (fixture);
      g_assert_cmpuint (stile_http_message_get_status (answer), ==, 200);
      g_assert_cmpstr (stile_http_message_get_field (answer, "content-type"), ==,
                       STILE_VOUCHER_CMS_MEDIA_TYPE);
      judge (fixture, answer, checks);
      g_assert_cmpstr (stile_checks_get_refused (checks), ==, spoilt[i].check);
    }
}

/* The very bytes: a forger that signs anew where nothing is wrong would hide what the MASA does. */
static void
test_leaves_good_ones_alone (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileHttpMessage) answer = ask (fixture);

  g_assert_true (g_bytes_equal (stile_http_message_get_content (answer), fixture->good));
}

static void
test_leaves_refusals_alone (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileHttpMessage) answer = NULL;

  answer_with (fixture, stile_brski_answer_refuse (404, "M6: Unknown"));
  stile_lab_forger_set_scenario (fixture->forger, STILE_LAB_ROGUE_MASA);
  answer = ask (fixture);
  g_assert_cmpuint (stile_http_message_get_status (answer), ==, 404);
}

static void
test_can_be_closed (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileHttpMessage) answer = NULL;

  stile_lab_forger_set_scenario (fixture->forger, STILE_LAB_MASA_DOWN);
  answer = ask (fixture);
  g_assert_cmpuint (stile_http_message_get_status (answer), ==, 503);
  g_assert_nonnull (stile_http_message_get_field (answer, "retry-after"));
  g_assert_cmpuint (test_handler_get_count (fixture->honest), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/lab/forger/spoils-one-thing", test_spoils_one_thing);
  ADD ("/lab/forger/leaves-good-ones-alone", test_leaves_good_ones_alone);
  ADD ("/lab/forger/leaves-refusals-alone", test_leaves_refusals_alone);
  ADD ("/lab/forger/can-be-closed", test_can_be_closed);

  return g_test_run ();
}

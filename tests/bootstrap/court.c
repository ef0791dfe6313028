/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/court.h"

#include <string.h>

#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-certificate-path.h"

#define REGISTRAR_PURPOSES GNUTLS_KP_TLS_WWW_SERVER "," GNUTLS_KP_TLS_WWW_CLIENT "," STILE_PURPOSE_CMC_RA

static TestPki *
issue_device (TestPki *maker, const char *serial)
{
  return test_pki_issue (maker, &(TestPkiOptions){ .name = "X1",
                                                   .organization = "Example Devices Ltd",
                                                   .serial_number = serial,
                                                   .masa_url = "masa.example",
                                                   .purpose = "" });
}

static TestPki *
issue_registrar (TestPki *domain)
{
  return test_pki_issue (
      domain, &(TestPkiOptions){ .name = "Registrar", .hosts = "localhost", .purpose = REGISTRAR_PURPOSES });
}

static void
make_everybody (Court *self)
{
  self->now = g_get_real_time () / G_USEC_PER_SEC;
  self->manufacturer = test_pki_authority_new ("Example Devices Root", TEST_PKI_P256);
  self->masa = test_pki_issue (self->manufacturer, &(TestPkiOptions){ .name = "MASA", .purpose = "" });
  self->device = issue_device (self->manufacturer, COURT_SERIAL);
  self->other_device = issue_device (self->manufacturer, "PID:X1 SN:0008");
  self->domain = test_pki_authority_new ("Plant Nord Root", TEST_PKI_P256);
  self->registrar = issue_registrar (self->domain);
  self->stranger = test_pki_authority_new ("Stranger", TEST_PKI_P256);
  self->strange_masa = test_pki_issue (self->stranger, &(TestPkiOptions){ .name = "MASA", .purpose = "" });
  self->strange_registrar = issue_registrar (self->stranger);
  self->anchors = test_pki_list (self->manufacturer, NULL);
  self->registrar_chain = test_pki_get_chain (self->registrar);
  self->device_chain = test_pki_get_chain (self->device);
  self->checks = stile_checks_new ();
}

void
court_set_up_pledge (Court *self, gconstpointer data)
{
  make_everybody (self);
  self->fields = (StileVoucherFields)STILE_VOUCHER_FIELDS_INIT;
  self->fields.created_on = self->now - 60;
  self->fields.assertion = STILE_ASSERTION_LOGGED;
  self->fields.serial_number = COURT_SERIAL;
  self->fields.nonce = COURT_NONCE;
  self->fields.pinned_domain_cert = test_pki_get_der (self->domain);
  self->judge = (StileJudge){ .at = self->now,
                              .anchors = self->anchors,
                              .serial = COURT_SERIAL,
                              .nonce = COURT_NONCE,
                              .idevid = test_pki_get_certificate (self->device),
                              .peer_chain = self->registrar_chain };
}

static void
fill_request (Court *self)
{
  self->fields = (StileVoucherFields)STILE_VOUCHER_FIELDS_INIT;
  self->fields.created_on = self->now;
  self->fields.assertion = STILE_ASSERTION_PROXIMITY;
  self->fields.serial_number = COURT_SERIAL;
  self->fields.nonce = COURT_NONCE;
  self->fields.proximity_registrar_cert = test_pki_get_der (self->registrar);
}

void
court_set_up_registrar (Court *self, gconstpointer data)
{
  make_everybody (self);
  fill_request (self);
  self->judge = (StileJudge){ .at = self->now,
                              .anchors = self->anchors,
                              .peer_chain = self->device_chain,
                              .own = test_pki_get_certificate (self->registrar) };
}

/* The request of the registrar, with the device's in it. */
void
court_set_up_masa (Court *self, gconstpointer data)
{
  make_everybody (self);
  fill_request (self);
  self->fields.prior_signed_voucher_request = court_sign_fields (self, STILE_VOUCHER_REQUEST, self->device);
  self->fields.proximity_registrar_cert = NULL;
  self->judge = (StileJudge){ .at = self->now, .anchors = self->anchors };
}

void
court_tear_down (Court *self, gconstpointer data)
{
  TestPki *people[] = { self->manufacturer, self->masa,         self->device,
                        self->other_device, self->domain,       self->registrar,
                        self->stranger,     self->strange_masa, self->strange_registrar };

  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    test_pki_unref (people[i]);
  g_ptr_array_unref (self->anchors);
  g_ptr_array_unref (self->registrar_chain);
  g_ptr_array_unref (self->device_chain);
  g_clear_pointer (&self->fields.prior_signed_voucher_request, g_bytes_unref);
  stile_judgement_clear (&self->judgement);
  g_assert_finalize_object (self->checks);
}

GBytes *
court_sign (GBytes *content, TestPki *signer)
{
  g_autoptr (GPtrArray) chain = test_pki_get_chain (signer);
  g_autoptr (GError) error = NULL;
  gnutls_privkey_t key;
  GBytes *bytes;

  g_assert_cmpint (gnutls_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_privkey_import_x509 (key, test_pki_get_key (signer), 0), ==, 0);
  bytes = stile_signed_message_sign_cms (content, STILE_CONTENT_TYPE_VOUCHER, key, chain,
                                         g_get_real_time () / G_USEC_PER_SEC, &error);
  g_assert_no_error (error);
  gnutls_privkey_deinit (key);

  return bytes;
}

GBytes *
court_sign_text (const char *json, TestPki *signer)
{
  g_autoptr (GBytes) content = g_bytes_new (json, strlen (json));

  return court_sign (content, signer);
}

GBytes *
court_print (Court *self, StileVoucherKind kind)
{
  g_autoptr (StileVoucher) voucher = stile_voucher_new (kind, &self->fields);

  return stile_voucher_json_print (voucher);
}

GBytes *
court_sign_fields (Court *self, StileVoucherKind kind, TestPki *signer)
{
  g_autoptr (GBytes) content = court_print (self, kind);

  return court_sign (content, signer);
}

static gboolean
judge (Court *self, CourtJudge judge_as, GBytes *bytes, GError **error)
{
  stile_judgement_clear (&self->judgement);
  g_clear_object (&self->checks);
  self->checks = stile_checks_new ();
  return judge_as (&self->judge, bytes, self->checks, &self->judgement, error);
}

void
court_expect_accepted (Court *self, CourtJudge judge_as, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  gboolean accepted = judge (self, judge_as, bytes, &error);

  g_assert_no_error (error);
  g_assert_true (accepted);
  g_assert_null (stile_checks_get_refused (self->checks));
  g_bytes_unref (bytes);
}

void
court_expect_refused (Court *self, CourtJudge judge_as, GBytes *bytes, const char *id, int code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *prefix = g_strconcat (id, ": ", NULL);
  gboolean accepted = judge (self, judge_as, bytes, &error);

  g_assert_false (accepted);
  g_assert_error (error, STILE_ERROR, code);
  g_assert_cmpstr (stile_checks_get_refused (self->checks), ==, id);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, prefix));
  g_bytes_unref (bytes);
}

void
court_expect_check (Court *self, const char *id, StileCheckResult result)
{
  for (guint i = 0; i < stile_checks_get_n (self->checks); i++)
    if (strcmp (stile_checks_get_id (self->checks, i), id) == 0 &&
        stile_checks_get_result (self->checks, i) == result)
      return;

  g_test_message ("%s did not end as %s", id, stile_checks_get_result_name (result));
  g_test_fail ();
}

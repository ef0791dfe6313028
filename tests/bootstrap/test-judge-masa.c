/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/court.h"
#include "codec/stile-certificate-path.h"

/* What a MASA takes from a registrar (BOOTSTRAP 2.3, M1 to M5 and M7). */

#define ACCEPTED(bytes) court_expect_accepted (self, stile_judge_as_masa, (bytes))
#define REFUSED(bytes, id)                                                                                   \
  court_expect_refused (self, stile_judge_as_masa, (bytes), (id), STILE_ERROR_REFUSED)
#define REQUEST(signer) court_sign_fields (self, STILE_VOUCHER_REQUEST, (signer))

/* Puts another request of a device into the registrar's. */
static void
set_prior (Court *self, const StileVoucherFields *prior, TestPki *signer)
{
  StileVoucherFields fields = self->fields;

  g_clear_pointer (&self->fields.prior_signed_voucher_request, g_bytes_unref);
  self->fields = *prior;
  fields.prior_signed_voucher_request = court_sign_fields (self, STILE_VOUCHER_REQUEST, signer);
  self->fields = fields;
}

static StileVoucherFields
prior_of (Court *self)
{
  StileVoucherFields prior = self->fields;

  prior.prior_signed_voucher_request = NULL;
  prior.proximity_registrar_cert = test_pki_get_der (self->registrar);
  return prior;
}

static void
test_good (Court *self, gconstpointer data)
{
  ACCEPTED (REQUEST (self->registrar));
  g_assert_nonnull (self->judgement.prior);
  court_expect_check (self, "M3", STILE_CHECK_PASSED);
}

static void
test_changed (Court *self, gconstpointer data)
{
  g_autoptr (GBytes) request = REQUEST (self->registrar);
  gsize length;
  guint8 *copy = g_bytes_unref_to_data (g_bytes_ref (request), &length);

  copy[length - 1] ^= 1;
  REFUSED (g_bytes_new_take (copy, length), "M1");
}

static void
test_ran_out (Court *self, gconstpointer data)
{
  self->judge.at = self->now + 86400 * 30;
  REFUSED (REQUEST (self->registrar), "M1");
}

static void
test_no_registrar (Court *self, gconstpointer data)
{
  g_autoptr (TestPki) camera = test_pki_issue (self->domain, &(TestPkiOptions){ .name = "Camera" });

  REFUSED (REQUEST (camera), "M2");
  self->judge.policy = STILE_JUDGE_COMPAT;
  REFUSED (REQUEST (camera), "M3"); /* the device did not see the camera either */
  court_expect_check (self, "M2", STILE_CHECK_NOTED);
}

static void
test_foreign_device (Court *self, gconstpointer data)
{
  g_autoptr (TestPki) device = test_pki_issue (
      self->stranger, &(TestPkiOptions){ .name = "X1", .serial_number = COURT_SERIAL, .purpose = "" });
  StileVoucherFields prior = prior_of (self);

  set_prior (self, &prior, device);
  REFUSED (REQUEST (self->registrar), "M3");
}

static void
test_prior_changed (Court *self, gconstpointer data)
{
  gsize length;
  guint8 *copy =
      g_bytes_unref_to_data (g_steal_pointer (&self->fields.prior_signed_voucher_request), &length);

  copy[length - 1] ^= 1;
  self->fields.prior_signed_voucher_request = g_bytes_new_take (copy, length);
  REFUSED (REQUEST (self->registrar), "M3");
}

static void
test_other_device (Court *self, gconstpointer data)
{
  StileVoucherFields prior = prior_of (self);

  set_prior (self, &prior, self->other_device);
  REFUSED (REQUEST (self->registrar), "M3");

  prior.serial_number = "PID:X1 SN:0008";
  set_prior (self, &prior, self->other_device);
  REFUSED (REQUEST (self->registrar), "M3");
}

/* The attack that all of it is for: a stranger between the device and the registrar. */
static void
test_saw_somebody_else (Court *self, gconstpointer data)
{
  StileVoucherFields prior = prior_of (self);

  prior.proximity_registrar_cert = test_pki_get_der (self->strange_registrar);
  set_prior (self, &prior, self->device);
  REFUSED (REQUEST (self->registrar), "M3");
}

/* What a device signs for another purpose is no request, whatever members it has. */
static void
test_prior_of_another_kind (Court *self, gconstpointer data)
{
  StileVoucherFields fields = self->fields;
  g_autoptr (GBytes) content = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GString) other = NULL;

  g_clear_pointer (&self->fields.prior_signed_voucher_request, g_bytes_unref);
  self->fields = prior_of (self);
  content = court_print (self, STILE_VOUCHER_REQUEST);
  text = g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  other = g_string_new (text);
  g_assert_cmpuint (g_string_replace (other, "ietf-voucher-request:voucher", "status", 0), ==, 1);
  self->fields = fields;
  self->fields.prior_signed_voucher_request = court_sign_text (other->str, self->device);
  REFUSED (REQUEST (self->registrar), "M3");
}

/* Two product lines have the same serial number: what the one device signed must not fetch a voucher for the other. */
static void
test_other_issuer (Court *self, gconstpointer data)
{
  g_autoptr (GBytes) other =
      stile_certificate_path_get_idevid_issuer (test_pki_get_certificate (self->strange_masa));

  self->fields.idevid_issuer = other;
  REFUSED (REQUEST (self->registrar), "M3");
}

static void
test_no_issuer (Court *self, gconstpointer data)
{
  self->fields.idevid_issuer = NULL;
  ACCEPTED (REQUEST (self->registrar));
  court_expect_check (self, "M3", STILE_CHECK_NOTED);
}

static void
test_no_prior (Court *self, gconstpointer data)
{
  g_clear_pointer (&self->fields.prior_signed_voucher_request, g_bytes_unref);
  ACCEPTED (REQUEST (self->registrar));
  court_expect_check (self, "M3", STILE_CHECK_NOTED);
}

/* Who looks at a file without the manufacturer's anchors is not told that the device is the manufacturer's. */
static void
test_no_anchors (Court *self, gconstpointer data)
{
  self->judge.anchors = NULL;
  ACCEPTED (REQUEST (self->registrar));
  court_expect_check (self, "M3", STILE_CHECK_SKIPPED);
}

static void
test_other_nonce (Court *self, gconstpointer data)
{
  self->fields.nonce = "AAAAAAAAAAAAAAAAAAAAAA==";
  REFUSED (REQUEST (self->registrar), "M4");
}

static void
test_nonceless (Court *self, gconstpointer data)
{
  g_autoptr (GPtrArray) stranger = test_pki_get_chain (self->strange_registrar);

  g_clear_pointer (&self->fields.prior_signed_voucher_request, g_bytes_unref);
  self->fields.nonce = NULL;
  REFUSED (REQUEST (self->registrar), "M5");
  self->judge.peer_chain = stranger;
  REFUSED (REQUEST (self->registrar), "M5");
  self->judge.peer_chain = self->registrar_chain;
  ACCEPTED (REQUEST (self->registrar));
}

static void
test_own_proximity (Court *self, gconstpointer data)
{
  self->fields.proximity_registrar_cert = test_pki_get_der (self->registrar);
  REFUSED (REQUEST (self->registrar), "M7");
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *claim;
    void (*test) (Court *self, gconstpointer data);
  } tests[] = {
    { "good-one", test_good },
    { "M1-changed", test_changed },
    { "M1-the-registrar-ran-out", test_ran_out },
    { "M2-the-signer-is-no-registrar", test_no_registrar },
    { "M3-a-device-of-another-manufacturer", test_foreign_device },
    { "M3-the-devices-request-was-changed", test_prior_changed },
    { "M3-another-device", test_other_device },
    { "M3-the-device-saw-somebody-else", test_saw_somebody_else },
    { "M3-the-device-signed-something-else", test_prior_of_another_kind },
    { "M3-another-product-line", test_other_issuer },
    { "M3-no-issuer-is-noted", test_no_issuer },
    { "M3-without-the-devices-request-no-proximity", test_no_prior },
    { "M3-without-anchors-not-passed", test_no_anchors },
    { "M4-another-nonce", test_other_nonce },
    { "M5-no-nonce-and-nobody-known", test_nonceless },
    { "M7-a-proximity-of-its-own", test_own_proximity },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/judge/masa/", tests[i].claim, NULL);

      g_test_add (path, Court, NULL, court_set_up_masa, tests[i].test, court_tear_down);
    }

  return g_test_run ();
}

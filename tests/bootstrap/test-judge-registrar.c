/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/court.h"

/* What a registrar takes from a pledge (BOOTSTRAP 2.2, R1 to R4). */

#define ACCEPTED(bytes) court_expect_accepted (self, stile_judge_as_registrar, (bytes))
#define REFUSED(bytes, id)                                                                                   \
  court_expect_refused (self, stile_judge_as_registrar, (bytes), (id), STILE_ERROR_REFUSED)
#define REQUEST(signer) court_sign_fields (self, STILE_VOUCHER_REQUEST, (signer))

static void
test_good (Court *self, gconstpointer data)
{
  ACCEPTED (REQUEST (self->device));
  court_expect_check (self, "R4", STILE_CHECK_PASSED);
}

static void
test_unknown_manufacturer (Court *self, gconstpointer data)
{
  g_autoptr (TestPki) device = test_pki_issue (
      self->stranger, &(TestPkiOptions){ .name = "X1", .serial_number = COURT_SERIAL, .purpose = "" });
  g_autoptr (GPtrArray) chain = test_pki_get_chain (device);

  self->judge.peer_chain = chain;
  REFUSED (REQUEST (device), "R1");
}

static void
test_signed_by_itself (Court *self, gconstpointer data)
{
  g_autoptr (TestPki) device =
      test_pki_issue (NULL, &(TestPkiOptions){ .name = "X1", .serial_number = COURT_SERIAL });
  g_autoptr (GPtrArray) chain = test_pki_get_chain (device);

  self->judge.peer_chain = chain;
  REFUSED (REQUEST (device), "R1");
}

static void
test_idevid_ran_out (Court *self, gconstpointer data)
{
  g_autoptr (TestPki) device = test_pki_issue (
      self->manufacturer,
      &(TestPkiOptions){ .name = "X1", .serial_number = COURT_SERIAL, .begins = -7200, .ends = -3600 });
  g_autoptr (GPtrArray) chain = test_pki_get_chain (device);

  self->judge.peer_chain = chain;
  REFUSED (REQUEST (device), "R1");
  self->judge.policy = STILE_JUDGE_IDEVID_MAY_END;
  ACCEPTED (REQUEST (device));
}

static void
test_signed_by_another_device (Court *self, gconstpointer data)
{
  REFUSED (REQUEST (self->other_device), "R2");
}

static void
test_changed (Court *self, gconstpointer data)
{
  g_autoptr (GBytes) request = REQUEST (self->device);
  gsize length;
  guint8 *copy = g_bytes_unref_to_data (g_bytes_ref (request), &length);

  copy[length - 1] ^= 1;
  REFUSED (g_bytes_new_take (copy, length), "R2");
}

static void
test_other_serial (Court *self, gconstpointer data)
{
  self->fields.serial_number = "PID:X1 SN:0008";
  REFUSED (REQUEST (self->device), "R3");
}

/* The number of the certificate is none of the device (BOOTSTRAP section 6, 3). */
static void
test_certificate_number (Court *self, gconstpointer data)
{
  g_autoptr (TestPki) device = test_pki_issue (self->manufacturer, &(TestPkiOptions){ .name = "X1" });
  g_autoptr (GPtrArray) chain = test_pki_get_chain (device);

  self->judge.peer_chain = chain;
  self->fields.serial_number = stile_certificate_get_serial (test_pki_get_certificate (device));
  REFUSED (REQUEST (device), "R3");
}

static void
test_voucher_root (Court *self, gconstpointer data)
{
  StileVoucherFields fields = self->fields;

  self->fields.proximity_registrar_cert = NULL;
  court_expect_refused (self, stile_judge_as_registrar,
                        court_sign_fields (self, STILE_VOUCHER_ARTIFACT, self->device), "R3",
                        STILE_ERROR_PROTOCOL);
  self->fields = fields;
}

static void
test_another_registrar (Court *self, gconstpointer data)
{
  self->fields.proximity_registrar_cert = test_pki_get_der (self->strange_registrar);
  REFUSED (REQUEST (self->device), "R4");
}

static void
test_no_proximity (Court *self, gconstpointer data)
{
  self->fields.assertion = STILE_ASSERTION_LOGGED;
  REFUSED (REQUEST (self->device), "R4");
  self->fields.assertion = STILE_ASSERTION_PROXIMITY;
  self->fields.proximity_registrar_cert = NULL;
  REFUSED (REQUEST (self->device), "R4");
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
    { "R1-of-no-known-manufacturer", test_unknown_manufacturer },
    { "R1-signed-by-itself", test_signed_by_itself },
    { "R1-idevid-that-ran-out", test_idevid_ran_out },
    { "R2-signed-by-another-device", test_signed_by_another_device },
    { "R2-changed", test_changed },
    { "R3-another-serial-number", test_other_serial },
    { "R3-the-certificates-number", test_certificate_number },
    { "R3-the-root-of-a-voucher", test_voucher_root },
    { "R4-another-proximity-certificate", test_another_registrar },
    { "R4-no-proximity", test_no_proximity },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/judge/registrar/", tests[i].claim, NULL);

      g_test_add (path, Court, NULL, court_set_up_registrar, tests[i].test, court_tear_down);
    }

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/prm-court.h"

/* When a pledge believes a voucher that an agent brings (BOOTSTRAP P20, BRSKI-PRM section 7.6). */

#define ACCEPTED(bytes) court_expect_accepted (court, stile_prm_judge_as_pledge, (bytes))
#define REFUSED(bytes, id)                                                                                   \
  court_expect_refused (court, stile_prm_judge_as_pledge, (bytes), (id), STILE_ERROR_UNTRUSTED)

static void
test_good (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  ACCEPTED (prm_court_make_voucher (self, court->masa, court->registrar));
  court_expect_check (court, "P20", STILE_CHECK_PASSED);
  g_assert_true (stile_certificate_equal (court->judgement.signer, test_pki_get_certificate (court->masa)));
}

static void
test_either_order (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  ACCEPTED (prm_court_make_voucher (self, court->registrar, court->masa));
  g_assert_true (stile_certificate_equal (court->judgement.signer, test_pki_get_certificate (court->masa)));
}

static void
test_masa_alone (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  REFUSED (prm_court_make_voucher (self, court->masa, NULL), "P20");
  REFUSED (prm_court_make_voucher (self, court->masa, court->masa), "P20");
}

static void
test_registrar_alone (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  REFUSED (prm_court_make_voucher (self, court->registrar, NULL), "P5");
  REFUSED (prm_court_make_voucher (self, court->strange_masa, court->registrar), "P5");
}

static void
test_strange_countersignature (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  REFUSED (prm_court_make_voucher (self, court->masa, court->strange_registrar), "P20");
}

/* Its certificate is right, and somebody else's key signed. */
static void
test_changed_countersignature (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (GBytes) one = prm_court_make_voucher (self, court->masa, court->registrar);
  g_autoptr (GBytes) other = NULL;
  g_autofree char *text = g_strndup (g_bytes_get_data (one, NULL), g_bytes_get_size (one));
  char *last = g_strrstr (text, "\"signature\":\"") + strlen ("\"signature\":\"");

  last[8] = last[8] == 'A' ? 'B' : 'A';
  other = g_bytes_new (text, strlen (text));
  REFUSED (g_bytes_ref (other), "P20");
}

static void
test_countersigned_by_a_device (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  REFUSED (prm_court_make_voucher (self, court->masa, self->camera), "P20");
  court->judge.policy = STILE_JUDGE_COMPAT;
  ACCEPTED (prm_court_make_voucher (self, court->masa, self->camera));
}

static void
test_countersigned_by_a_colleague (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  ACCEPTED (prm_court_make_voucher (self, court->masa, self->other_registrar));
  court_expect_check (court, "P20", STILE_CHECK_NOTED);
}

static void
test_countersigner_ran_out (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (TestPki) old = test_pki_issue (
      court->domain,
      &(TestPkiOptions){
          .name = "Registrar", .begins = -7200, .ends = -3600, .purpose = "1.3.6.1.5.5.7.3.28" });

  REFUSED (prm_court_make_voucher (self, court->masa, old), "P20");
}

/* What the trigger named, with a voucher for somebody else: the laptop's owner is another one. */
static void
test_other_domain_in_the_trigger (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (GPtrArray) stranger = test_pki_get_chain (court->strange_registrar);
  g_autoptr (GPtrArray) camera = test_pki_get_chain (self->camera);

  court->judge.peer_chain = stranger;
  REFUSED (prm_court_make_voucher (self, court->masa, court->registrar), "P20");
  court->judge.peer_chain = camera;
  REFUSED (prm_court_make_voucher (self, court->masa, court->registrar), "P20");
  court->judge.peer_chain = NULL;
  ACCEPTED (prm_court_make_voucher (self, court->masa, court->registrar));
  court_expect_check (court, "P20", STILE_CHECK_SKIPPED);
}

static void
test_other_pin (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  court->fields.pinned_domain_cert = test_pki_get_der (court->stranger);
  REFUSED (prm_court_make_voucher (self, court->masa, court->registrar), "P20");
}

static void
test_end_entity_pin (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  court->fields.pinned_domain_cert = test_pki_get_der (court->registrar);
  ACCEPTED (prm_court_make_voucher (self, court->masa, court->registrar));
  REFUSED (prm_court_make_voucher (self, court->masa, self->other_registrar), "P20");
}

static void
test_pinned_key (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (GBytes) key =
      g_bytes_new_static ("some key", 8); /* as 8366bis has it; nobody can be under one */

  court->fields.pinned_domain_cert = NULL;
  court->fields.pinned_domain_pubk = key;
  REFUSED (prm_court_make_voucher (self, court->masa, court->registrar), "P20");
}

static void
test_cms (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  REFUSED (court_sign_fields (court, STILE_VOUCHER_ARTIFACT, court->masa), "P20");
}

/* Two signatures make nobody's content better. */
static void
test_content (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  REFUSED (prm_court_make_voucher (self, court->other_device, court->registrar), "P6");
  court->fields.serial_number = "PID:X1 SN:0008";
  REFUSED (prm_court_make_voucher (self, court->masa, court->registrar), "P8");
  court->fields.serial_number = COURT_SERIAL;
  court->fields.nonce = "AAAAAAAAAAAAAAAAAAAAAA==";
  REFUSED (prm_court_make_voucher (self, court->masa, court->registrar), "P10");
  court->fields.nonce = COURT_NONCE;
  court->fields.revocation = STILE_REVOCATION_REQUIRED;
  REFUSED (prm_court_make_voucher (self, court->masa, court->registrar), "P15");
}

static void
test_takes (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (GBytes) both = prm_court_make_voucher (self, court->masa, court->registrar);
  g_autoptr (GBytes) once = prm_court_make_voucher (self, court->masa, NULL);
  g_autoptr (GBytes) request = prm_court_make_request (self, court->device);
  g_autoptr (GBytes) cms = court_sign_fields (court, STILE_VOUCHER_ARTIFACT, court->masa);
  g_autoptr (GBytes) page = g_bytes_new_static ("<html>", 6);
  g_autoptr (GBytes) other = NULL;

  court->fields.assertion = STILE_ASSERTION_LOGGED;
  other = prm_court_make_voucher (self, court->masa, NULL);
  g_assert_true (stile_prm_judge_takes (both));
  g_assert_true (stile_prm_judge_takes (once));
  g_assert_true (stile_prm_judge_takes (request));
  g_assert_false (stile_prm_judge_takes (cms));
  g_assert_false (stile_prm_judge_takes (page));
  g_assert_false (stile_prm_judge_takes (other));
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *claim;
    void (*test) (PrmCourt *self, gconstpointer data);
  } tests[] = {
    { "good-one", test_good },
    { "P20-signatures-in-either-order", test_either_order },
    { "P20-the-manufacturer-alone", test_masa_alone },
    { "P20-the-registrar-alone", test_registrar_alone },
    { "P20-countersigned-by-a-stranger", test_strange_countersignature },
    { "P20-the-countersignature-was-changed", test_changed_countersignature },
    { "P20-countersigned-by-a-device-of-the-domain", test_countersigned_by_a_device },
    { "P20-countersigned-by-another-registrar-is-noted", test_countersigned_by_a_colleague },
    { "P20-the-countersigner-ran-out", test_countersigner_ran_out },
    { "P20-the-trigger-named-another-domain", test_other_domain_in_the_trigger },
    { "P20-another-pin", test_other_pin },
    { "P20-end-entity-pin", test_end_entity_pin },
    { "P20-a-key-for-a-pin", test_pinned_key },
    { "P20-no-cms", test_cms },
    { "P20-the-content-is-judged-all-the-same", test_content },
    { "tells-what-is-its-own", test_takes },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/prm/pledge/", tests[i].claim, NULL);

      g_test_add (path, PrmCourt, NULL, prm_court_set_up_pledge, tests[i].test, prm_court_tear_down);
    }

  return g_test_run ();
}

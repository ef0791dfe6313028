/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/stile-voucher-words.h"
#include "support/test-pki.h"

/* 2026-11-25T22:26:32Z */
#define MADE G_GINT64_CONSTANT (1795645592)

typedef struct
{
  TestPki *company; /* with an organization */
  TestPki *nobody;  /* without one */
  TestPki *domain;
  StileVoucherFields fields;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->company = test_pki_issue (
      NULL, &(TestPkiOptions){ .name = "MASA 7", .organization = "Example Devices Ltd", .purpose = "" });
  self->nobody = test_pki_issue (NULL, &(TestPkiOptions){ .name = "MASA 7", .purpose = "" });
  self->domain = test_pki_authority_new ("Plant Nord", TEST_PKI_P256);
  self->fields = (StileVoucherFields)STILE_VOUCHER_FIELDS_INIT;
  self->fields.serial_number = "PID:X1 SN:0007";
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_pki_unref (self->company);
  test_pki_unref (self->nobody);
  test_pki_unref (self->domain);
}

static void
expect_summary (Fixture *self, StileVoucherKind kind, TestPki *signer, const char *wanted)
{
  g_autoptr (StileVoucher) voucher = stile_voucher_new (kind, &self->fields);
  g_autofree char *words =
      stile_voucher_words_summarize (voucher, signer != NULL ? test_pki_get_certificate (signer) : NULL);

  g_assert_cmpstr (words, ==, wanted);
}

static void
test_voucher (Fixture *self, gconstpointer data)
{
  self->fields.pinned_domain_cert = test_pki_get_der (self->domain);
  expect_summary (
      self, STILE_VOUCHER_ARTIFACT, self->company,
      "“Example Devices Ltd” says: the device “PID:X1 SN:0007” belongs to the domain “Plant Nord”.");
  expect_summary (self, STILE_VOUCHER_ARTIFACT, self->nobody,
                  "“MASA 7” says: the device “PID:X1 SN:0007” belongs to the domain “Plant Nord”.");
  expect_summary (self, STILE_VOUCHER_ARTIFACT, NULL,
                  "Whoever signed it says: the device “PID:X1 SN:0007” belongs to the domain “Plant Nord”.");
}

static void
test_odd_domains (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) nonsense = g_bytes_new_static ("nonsense", 8);

  expect_summary (self, STILE_VOUCHER_ARTIFACT, self->nobody,
                  "“MASA 7” says: the voucher is for the device “PID:X1 SN:0007”, and names no domain.");
  self->fields.pinned_domain_pubk_sha256 = nonsense;
  expect_summary (
      self, STILE_VOUCHER_ARTIFACT, self->nobody,
      "“MASA 7” says: the device “PID:X1 SN:0007” belongs to the domain whose registrar has a certain key.");
  self->fields.pinned_domain_cert = nonsense;
  expect_summary (
      self, STILE_VOUCHER_ARTIFACT, self->nobody,
      "“MASA 7” says: the device “PID:X1 SN:0007” belongs to a domain whose certificate cannot be read.");
}

static void
test_requests (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) prior = g_bytes_new_static ("prior", 5);

  expect_summary (self, STILE_VOUCHER_REQUEST, self->company,
                  "The device “PID:X1 SN:0007” asks for a voucher.");
  self->fields.proximity_registrar_cert = test_pki_get_der (self->domain);
  expect_summary (
      self, STILE_VOUCHER_REQUEST, NULL,
      "The device “PID:X1 SN:0007” asks for a voucher, and says that the registrar “Plant Nord” answers it.");
  self->fields.idevid_issuer = prior;
  expect_summary (
      self, STILE_VOUCHER_REQUEST, NULL,
      "The device “PID:X1 SN:0007” asks for a voucher, and says that the registrar “Plant Nord” answers it.");
  self->fields.proximity_registrar_cert = NULL;
  expect_summary (self, STILE_VOUCHER_REQUEST, NULL,
                  "A registrar asks the manufacturer for a voucher for the device “PID:X1 SN:0007”.");
  self->fields.prior_signed_voucher_request = prior;
  expect_summary (
      self, STILE_VOUCHER_REQUEST, self->domain,
      "The registrar “Plant Nord” asks the manufacturer for a voucher for the device “PID:X1 SN:0007”.");
}

/* None of them may start a line, hide, or turn the text around. */
static void
test_hostile_serial (Fixture *self, gconstpointer data)
{
  self->fields.serial_number = "a\n\x1b[2J\xe2\x80\xae\xc2\x9b!";
  expect_summary (self, STILE_VOUCHER_REQUEST, NULL,
                  "The device “a\\0A\\1B[2J\\E2\\80\\AE\\C2\\9B!” asks for a voucher.");
}

static void
test_assertions (void)
{
  g_autofree char *proximity = stile_voucher_words_describe_assertion (STILE_ASSERTION_PROXIMITY);

  for (StileAssertion i = STILE_ASSERTION_NONE; i <= STILE_ASSERTION_UNKNOWN; i++)
    {
      g_autofree char *words = stile_voucher_words_describe_assertion (i);

      g_assert_true (g_str_has_suffix (words, "."));
      for (StileAssertion k = STILE_ASSERTION_NONE; k < i; k++)
        {
          g_autofree char *others = stile_voucher_words_describe_assertion (k);

          g_assert_cmpstr (words, !=, others);
        }
      g_assert_null (strstr (words, "near"));
      g_assert_null (strstr (words, "close"));
      g_assert_null (strstr (words, "proximity"));
    }
  g_assert_nonnull (strstr (proximity, "saw this very registrar’s certificate"));
  g_assert_nonnull (strstr (proximity, "not tell where"));
}

static const struct
{
  const char *name;
  StileVoucherKind kind;
  gint64 created_on;
  gint64 expires_on;
  const char *nonce;
  const char *words;
} validities[] = {
  { "one-attempt", STILE_VOUCHER_ARTIFACT, MADE, STILE_VOUCHER_NO_DATE, "abc",
    "Made at 2026-11-25T22:26:32Z. Good for one attempt of the device." },
  { "one-attempt-with-an-end", STILE_VOUCHER_ARTIFACT, MADE, MADE + 1, "abc",
    "Made at 2026-11-25T22:26:32Z. Good for one attempt of the device, until 2026-11-25T22:26:33Z." },
  { "again-and-again-with-an-end", STILE_VOUCHER_ARTIFACT, MADE, MADE + 1, NULL,
    "Made at 2026-11-25T22:26:32Z. May be used again and again until 2026-11-25T22:26:33Z." },
  { "for-ever", STILE_VOUCHER_ARTIFACT, STILE_VOUCHER_NO_DATE, STILE_VOUCHER_NO_DATE, NULL,
    "It does not say when it was made. May be used again and again: it belongs to no attempt, and does not "
    "run out." },
  { "request", STILE_VOUCHER_REQUEST, MADE, STILE_VOUCHER_NO_DATE, "abc",
    "Made at 2026-11-25T22:26:32Z. For one attempt of the device." },
  { "nonceless-request", STILE_VOUCHER_REQUEST, MADE, STILE_VOUCHER_NO_DATE, NULL,
    "Made at 2026-11-25T22:26:32Z. For no certain attempt: it has no nonce." },
};

static void
test_validity (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (validities); i++)
    {
      StileVoucherFields fields = STILE_VOUCHER_FIELDS_INIT;
      g_autoptr (StileVoucher) voucher = NULL;
      g_autofree char *words = NULL;

      fields.serial_number = "x";
      fields.created_on = validities[i].created_on;
      fields.expires_on = validities[i].expires_on;
      fields.nonce = validities[i].nonce;
      voucher = stile_voucher_new (validities[i].kind, &fields);
      words = stile_voucher_words_describe_validity (voucher);
      g_test_message ("%s", validities[i].name);
      g_assert_cmpstr (words, ==, validities[i].words);
    }
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "/voucher-words/who-says-which-device-belongs-where", test_voucher },
    { "/voucher-words/odd-domains", test_odd_domains },
    { "/voucher-words/who-asks-whom", test_requests },
    { "/voucher-words/nothing-hostile-in-a-sentence", test_hostile_serial },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  g_test_add_func ("/voucher-words/assertions-are-not-nearness", test_assertions);
  g_test_add_func ("/voucher-words/how-often-and-until-when", test_validity);

  return g_test_run ();
}

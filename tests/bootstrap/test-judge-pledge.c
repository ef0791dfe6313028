/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/court.h"
#include "codec/stile-certificate-path.h"

/* What a pledge believes, and what it does not (BOOTSTRAP 2.1).  A test for each check; its name begins with the id. */

#define ACCEPTED(bytes) court_expect_accepted (self, stile_judge_as_pledge, (bytes))
#define REFUSED(bytes, id)                                                                                   \
  court_expect_refused (self, stile_judge_as_pledge, (bytes), (id), STILE_ERROR_UNTRUSTED)
#define MALFORMED(bytes, id)                                                                                 \
  court_expect_refused (self, stile_judge_as_pledge, (bytes), (id), STILE_ERROR_PROTOCOL)
#define VOUCHER(signer) court_sign_fields (self, STILE_VOUCHER_ARTIFACT, (signer))

static void
test_good (Court *self, gconstpointer data)
{
  ACCEPTED (VOUCHER (self->masa));
  g_assert_true (stile_certificate_equal (stile_voucher_get_pin (self->judgement.voucher),
                                          test_pki_get_certificate (self->domain)));
  g_assert_true (stile_certificate_equal (self->judgement.signer, test_pki_get_certificate (self->masa)));
}

static void
test_stranger (Court *self, gconstpointer data)
{
  REFUSED (VOUCHER (self->strange_masa), "P5");
}

/* A stranger's certificate that says it was issued by the manufacturer. */
static void
test_impostor (Court *self, gconstpointer data)
{
  g_autoptr (TestPki) fake = test_pki_authority_new ("Example Devices Root", TEST_PKI_P256);
  g_autoptr (TestPki) masa = test_pki_issue (fake, &(TestPkiOptions){ .name = "MASA", .purpose = "" });

  REFUSED (VOUCHER (masa), "P5");
}

static void
test_changed_content (Court *self, gconstpointer data)
{
  g_autoptr (GBytes) voucher = VOUCHER (self->masa);
  gsize length;
  guint8 *copy = g_bytes_unref_to_data (g_bytes_ref (voucher), &length);
  gsize at = 0;

  while (at + strlen (COURT_NONCE) < length && memcmp (copy + at, COURT_NONCE, strlen (COURT_NONCE)) != 0)
    at++;
  g_assert_cmpuint (at + strlen (COURT_NONCE), <, length);
  copy[at]++;
  REFUSED (g_bytes_new_take (copy, length), "P5");
}

static void
test_no_message (Court *self, gconstpointer data)
{
  MALFORMED (g_bytes_new_static ("<html>", 6), "P5");
}

static void
test_other_content_type (Court *self, gconstpointer data)
{
  g_autoptr (GBytes) content = court_print (self, STILE_VOUCHER_ARTIFACT);
  g_autoptr (GPtrArray) chain = test_pki_get_chain (self->masa);
  g_autoptr (GError) error = NULL;
  gnutls_privkey_t key;
  GBytes *data_typed, *other;

  gnutls_privkey_init (&key);
  gnutls_privkey_import_x509 (key, test_pki_get_key (self->masa), 0);
  data_typed =
      stile_signed_message_sign_cms (content, STILE_CONTENT_TYPE_DATA, key, chain, self->now, &error);
  g_assert_no_error (error);
  other = stile_signed_message_sign_cms (content, "1.2.840.113549.1.9.16.1.2", key, chain, self->now, &error);
  g_assert_no_error (error);
  gnutls_privkey_deinit (key);

  ACCEPTED (data_typed);
  court_expect_check (self, "P5", STILE_CHECK_NOTED);
  MALFORMED (other, "P5");
}

static void
test_no_anchors (Court *self, gconstpointer data)
{
  self->judge.anchors = NULL;
  court_expect_refused (self, stile_judge_as_pledge, VOUCHER (self->masa), "P5", STILE_ERROR_SETTINGS);
}

/* The key of any device that the manufacturer made must not be good for vouchers. */
static void
test_signed_by_device (Court *self, gconstpointer data)
{
  REFUSED (VOUCHER (self->other_device), "P6");
}

static void
test_two_roots (Court *self, gconstpointer data)
{
  g_autoptr (GBytes) content = court_print (self, STILE_VOUCHER_ARTIFACT);
  g_autofree char *text = g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content) - 1);
  g_autofree char *json = g_strconcat (text, ",\"more\":{}}", NULL);

  MALFORMED (court_sign_text (json, self->masa), "P7");
}

static void
test_roots (Court *self, gconstpointer data)
{
  static const char *const names[] = { "", "voucher", "ietf-voucher-request:voucher", "x:voucher" };
  g_autoptr (GBytes) content = court_print (self, STILE_VOUCHER_ARTIFACT);
  const char *text = g_bytes_get_data (content, NULL);
  g_autofree char *rest =
      g_strndup (strchr (text, ':') + strlen (":voucher\""),
                 g_bytes_get_size (content) - (gsize)(strchr (text, ':') - text) - strlen (":voucher\""));

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"%s\"%s", names[i], rest);

      MALFORMED (court_sign_text (json, self->masa), "P7");
      self->judge.policy = STILE_JUDGE_COMPAT;
      ACCEPTED (court_sign_text (json, self->masa));
      court_expect_check (self, "P7", STILE_CHECK_NOTED);
      self->judge.policy = STILE_JUDGE_DEFAULT;
    }
}

/* What parsers disagree about: none of it is a voucher. */
static void
test_hostile_json (Court *self, gconstpointer data)
{
  static const char *const documents[] = {
    "",
    "{}",
    "[]",
    "null",
    "{\"ietf-voucher:voucher\":[]}",
    "{\"ietf-voucher:voucher\":{}}",
    "{\"ietf-voucher:voucher\":{\"serial-number\":7}}",
    "{\"ietf-voucher:voucher\":{\"serial-number\":\"\"}}",
    "{\"ietf-voucher:voucher\":{\"serial-number\":\"a\",\"serial-number\":\"b\"}}",
    "{\"ietf-voucher:voucher\":{\"serial-number\":\"a\"},\"ietf-voucher:voucher\":{\"serial-number\":\"b\"}}",
    "\xef\xbb\xbf{\"ietf-voucher:voucher\":{\"serial-number\":\"a\"}}",
    "{\"ietf-voucher:voucher\":{\"serial-number\":\"a\"}} {}",
    "{\"ietf-voucher:voucher\":{\"serial-number\":\"a\",\"pinned-domain-cert\":\"%%\"}}",
    "{\"ietf-voucher:voucher\":{\"serial-number\":\"a\",\"created-on\":\"yesterday\"}}",
    "{\"ietf-voucher:voucher\":{\"serial-number\":\"a\",\"domain-cert-revocation-checks\":\"true\"}}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      g_test_message ("%s", documents[i]);
      MALFORMED (court_sign_text (documents[i], self->masa), "P7");
    }
}

static void
test_unknown_member (Court *self, gconstpointer data)
{
  g_autoptr (GBytes) content = court_print (self, STILE_VOUCHER_ARTIFACT);
  g_autofree char *text = g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content) - 2);
  g_autofree char *json = g_strconcat (text, ",\"vendor:colour\":\"blue\"}}", NULL);

  ACCEPTED (court_sign_text (json, self->masa));
  court_expect_check (self, "P7", STILE_CHECK_NOTED);
}

static void
test_other_serial (Court *self, gconstpointer data)
{
  static const char *const serials[] = { "PID:X1 SN:0008", "pid:x1 sn:0007", "0007", "PID:X1 SN:0007 " };

  for (gsize i = 0; i < G_N_ELEMENTS (serials); i++)
    {
      self->fields.serial_number = serials[i];
      REFUSED (VOUCHER (self->masa), "P8");
    }
}

static void
test_issuer (Court *self, gconstpointer data)
{
  g_autoptr (GBytes) ours =
      stile_certificate_path_get_idevid_issuer (test_pki_get_certificate (self->device));
  g_autoptr (GBytes) theirs =
      stile_certificate_path_get_idevid_issuer (test_pki_get_certificate (self->registrar));
  g_autoptr (GBytes) unwrapped = g_bytes_new_from_bytes (ours, 2, g_bytes_get_size (ours) - 2);
  g_autoptr (GBytes) bare = stile_certificate_path_read_idevid_issuer (ours);

  self->fields.idevid_issuer = ours;
  ACCEPTED (VOUCHER (self->masa));
  court_expect_check (self, "P9", STILE_CHECK_PASSED);
  self->fields.idevid_issuer = unwrapped;
  ACCEPTED (VOUCHER (self->masa));
  self->fields.idevid_issuer = bare;
  ACCEPTED (VOUCHER (self->masa));
  self->fields.idevid_issuer = theirs;
  REFUSED (VOUCHER (self->masa), "P9");
}

static void
test_other_nonce (Court *self, gconstpointer data)
{
  /* The last is the same 16 bytes, written otherwise: what was sent is what must come back. */
  static const char *const nonces[] = { "AAAAAAAAAAAAAAAAAAAAAA==", "zlHgpVRJCKS5mzm5tZ9kGQ" };

  for (gsize i = 0; i < G_N_ELEMENTS (nonces); i++)
    {
      self->fields.nonce = nonces[i];
      REFUSED (VOUCHER (self->masa), "P10");
    }
}

static void
test_no_nonce (Court *self, gconstpointer data)
{
  self->fields.nonce = NULL;
  self->fields.expires_on = self->now + 3600;
  ACCEPTED (VOUCHER (self->masa));
  court_expect_check (self, "P10", STILE_CHECK_NOTED);

  self->judge.policy = STILE_JUDGE_NONCE_REQUIRED;
  REFUSED (VOUCHER (self->masa), "P10");
}

static void
test_assertion (Court *self, gconstpointer data)
{
  g_autofree char *json = g_strdup_printf (
      "{\"ietf-voucher:voucher\":{\"serial-number\":\"%s\",\"assertion\":\"guessed\"}}", COURT_SERIAL);

  self->judge.nonce = NULL;
  REFUSED (court_sign_text (json, self->masa), "P11");

  self->judge.policy = STILE_JUDGE_VERIFIED_ONLY;
  REFUSED (VOUCHER (self->masa), "P11");
  self->fields.assertion = STILE_ASSERTION_VERIFIED;
  ACCEPTED (VOUCHER (self->masa));
}

static void
test_dates (Court *self, gconstpointer data)
{
  self->fields.nonce = NULL;
  self->fields.expires_on = self->now - 1;
  REFUSED (VOUCHER (self->masa), "P12");
  self->judge.policy = STILE_JUDGE_NO_CLOCK;
  ACCEPTED (VOUCHER (self->masa));
  court_expect_check (self, "P12", STILE_CHECK_SKIPPED);

  self->judge.policy = STILE_JUDGE_DEFAULT;
  self->fields.expires_on = self->now + 86400 * 365;
  self->fields.created_on = self->now + 3600;
  REFUSED (VOUCHER (self->masa), "P12");
  self->fields.created_on = self->now + 60;
  ACCEPTED (VOUCHER (self->masa));
}

static void
test_signed_in_the_future (Court *self, gconstpointer data)
{
  self->judge.at = self->now - 1800;
  self->fields.created_on = STILE_VOUCHER_NO_DATE;
  REFUSED (VOUCHER (self->masa), "P12");
}

static void
test_signer_ran_out (Court *self, gconstpointer data)
{
  g_autoptr (TestPki) old =
      test_pki_issue (self->manufacturer,
                      &(TestPkiOptions){ .name = "Old MASA", .begins = -7200, .ends = -3600, .purpose = "" });

  REFUSED (VOUCHER (old), "P12");
  self->judge.policy = STILE_JUDGE_NO_CLOCK;
  ACCEPTED (VOUCHER (old));
}

static void
test_no_pin (Court *self, gconstpointer data)
{
  g_autoptr (GBytes) nonsense = g_bytes_new_static ("pin", 3);

  self->fields.pinned_domain_cert = NULL;
  REFUSED (VOUCHER (self->masa), "P13");
  self->fields.pinned_domain_cert = nonsense;
  MALFORMED (VOUCHER (self->masa), "P13");
}

static void
test_other_domain (Court *self, gconstpointer data)
{
  self->fields.pinned_domain_cert = test_pki_get_der (self->stranger);
  REFUSED (VOUCHER (self->masa), "P14");
}

static void
test_end_entity_pin (Court *self, gconstpointer data)
{
  self->fields.pinned_domain_cert = test_pki_get_der (self->registrar);
  ACCEPTED (VOUCHER (self->masa));
  self->fields.pinned_domain_cert = test_pki_get_der (self->strange_registrar);
  REFUSED (VOUCHER (self->masa), "P14");
}

static void
test_pinned_key (Court *self, gconstpointer data)
{
  g_autoptr (GBytes) key = stile_certificate_path_get_public_key (test_pki_get_certificate (self->registrar));
  g_autoptr (GBytes) other = stile_certificate_path_get_public_key (test_pki_get_certificate (self->masa));
  g_autofree char *hex = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, key);
  guint8 digest[32];

  for (guint i = 0; i < sizeof digest; i++)
    digest[i] = (guint8)(g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));

  self->fields.pinned_domain_cert = NULL;
  self->fields.pinned_domain_pubk = key;
  ACCEPTED (VOUCHER (self->masa));
  self->fields.pinned_domain_pubk = other;
  REFUSED (VOUCHER (self->masa), "P14");

  self->fields.pinned_domain_pubk = NULL;
  self->fields.pinned_domain_pubk_sha256 = g_bytes_new (digest, sizeof digest);
  ACCEPTED (VOUCHER (self->masa));
  g_bytes_unref (self->fields.pinned_domain_pubk_sha256);
  digest[0]++;
  self->fields.pinned_domain_pubk_sha256 = g_bytes_new (digest, sizeof digest);
  REFUSED (VOUCHER (self->masa), "P14");
  g_clear_pointer (&self->fields.pinned_domain_pubk_sha256, g_bytes_unref);
}

/* Every device of the domain has a certificate under its CA; only a registrar may be one. */
static void
test_device_of_the_domain (Court *self, gconstpointer data)
{
  g_autoptr (TestPki) camera = test_pki_issue (self->domain, &(TestPkiOptions){ .name = "Camera" });
  g_autoptr (GPtrArray) chain = test_pki_get_chain (camera);

  self->judge.peer_chain = chain;
  REFUSED (VOUCHER (self->masa), "P14");
  self->judge.policy = STILE_JUDGE_COMPAT;
  ACCEPTED (VOUCHER (self->masa));
  court_expect_check (self, "P14", STILE_CHECK_NOTED);
}

static void
test_registrar_ran_out (Court *self, gconstpointer data)
{
  g_autoptr (TestPki) old = test_pki_issue (
      self->domain,
      &(TestPkiOptions){ .name = "Old", .begins = -7200, .ends = -3600, .purpose = STILE_PURPOSE_CMC_RA });
  g_autoptr (GPtrArray) chain = test_pki_get_chain (old);

  self->judge.peer_chain = chain;
  REFUSED (VOUCHER (self->masa), "P14");
}

static void
test_revocation (Court *self, gconstpointer data)
{
  self->fields.revocation = STILE_REVOCATION_REQUIRED;
  REFUSED (VOUCHER (self->masa), "P15");
  self->judge.policy = STILE_JUDGE_REVOCATION;
  ACCEPTED (VOUCHER (self->masa));
  self->judge.policy = STILE_JUDGE_DEFAULT;
  self->fields.revocation = STILE_REVOCATION_FORBIDDEN;
  ACCEPTED (VOUCHER (self->masa));
}

/* Somebody who looks at a file may know less than the pledge; what he does not know is said. */
static void
test_skips (Court *self, gconstpointer data)
{
  self->judge.serial = NULL;
  self->judge.nonce = NULL;
  self->judge.idevid = NULL;
  self->judge.peer_chain = NULL;
  ACCEPTED (VOUCHER (self->masa));
  court_expect_check (self, "P8", STILE_CHECK_SKIPPED);
  court_expect_check (self, "P9", STILE_CHECK_SKIPPED);
  court_expect_check (self, "P10", STILE_CHECK_SKIPPED);
  court_expect_check (self, "P14", STILE_CHECK_SKIPPED);
}

static void
test_base64 (Court *self, gconstpointer data)
{
  g_autoptr (GBytes) voucher = VOUCHER (self->masa);
  char *text = g_base64_encode (g_bytes_get_data (voucher, NULL), g_bytes_get_size (voucher));
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  MALFORMED (g_bytes_ref (bytes), "P5");
  self->judge.policy = STILE_JUDGE_COMPAT;
  ACCEPTED (g_bytes_ref (bytes));
  court_expect_check (self, "P5", STILE_CHECK_NOTED);
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
    { "P5-signed-by-a-stranger", test_stranger },
    { "P5-signed-by-an-impostor", test_impostor },
    { "P5-changed-content", test_changed_content },
    { "P5-no-message-at-all", test_no_message },
    { "P5-content-types", test_other_content_type },
    { "P5-without-anchors-nobody-vouches", test_no_anchors },
    { "P5-base64-only-by-switch", test_base64 },
    { "P6-signed-with-a-devices-key", test_signed_by_device },
    { "P7-two-roots", test_two_roots },
    { "P7-the-root-of-something-else", test_roots },
    { "P7-hostile-json", test_hostile_json },
    { "P7-unknown-members-are-noted", test_unknown_member },
    { "P8-for-another-device", test_other_serial },
    { "P9-for-another-product-line", test_issuer },
    { "P10-another-nonce", test_other_nonce },
    { "P10-no-nonce", test_no_nonce },
    { "P11-assertions", test_assertion },
    { "P12-dates", test_dates },
    { "P12-signed-in-the-future", test_signed_in_the_future },
    { "P12-the-signer-ran-out", test_signer_ran_out },
    { "P13-no-pin", test_no_pin },
    { "P14-registrar-of-another-domain", test_other_domain },
    { "P14-end-entity-pin", test_end_entity_pin },
    { "P14-pinned-key", test_pinned_key },
    { "P14-a-device-of-the-domain-is-no-registrar", test_device_of_the_domain },
    { "P14-the-registrar-ran-out", test_registrar_ran_out },
    { "P15-revocation", test_revocation },
    { "what-is-not-known-is-skipped", test_skips },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/judge/pledge/", tests[i].claim, NULL);

      g_test_add (path, Court, NULL, court_set_up_pledge, tests[i].test, court_tear_down);
    }

  return g_test_run ();
}

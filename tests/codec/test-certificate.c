/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "codec/stile-certificate.h"
#include "codec/stile-json.h"
#include "support/test-pki.h"

#define HOUR (60 * 60)

static void
test_says_what_is_in_it (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) leaf = test_pki_issue (
      root, &(TestPkiOptions){ .name = "Thermostat", .organization = "Example, Inc.", .hosts = "a.example" });
  StileCertificate *certificate = test_pki_get_certificate (leaf);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, test_pki_get_der (leaf));

  g_assert_cmpstr (stile_certificate_get_subject (certificate), ==, "CN=Thermostat,O=Example\\, Inc.");
  g_assert_cmpstr (stile_certificate_get_issuer (certificate), ==, "CN=Root");
  g_assert_cmpstr (stile_certificate_get_name (certificate), ==, "Thermostat");
  g_assert_cmpstr (stile_certificate_get_issuer_name (certificate), ==, "Root");
  g_assert_cmpstr (stile_certificate_get_organization (certificate), ==, "Example, Inc.");
  g_assert_cmpstr (stile_certificate_get_fingerprint (certificate), ==, sha256);
  g_assert_true (
      g_str_has_prefix (stile_certificate_get_serial (certificate), "10")); /* 0x10.. from test-pki */
  g_assert_false (stile_certificate_is_authority (certificate));
  g_assert_false (stile_certificate_is_self_issued (certificate));
  g_assert_true (stile_certificate_is_authority (test_pki_get_certificate (root)));
  g_assert_true (stile_certificate_is_self_issued (test_pki_get_certificate (root)));
  g_assert_null (stile_certificate_get_organization (test_pki_get_certificate (root)));
}

static void
test_is_called_by_what_there_is (void)
{
  static const struct
  {
    TestPkiOptions options;
    const char *name;
  } cases[] = {
    { { .name = "Name", .organization = "Organization" }, "Name" },
    { { .organization = "Organization" }, "Organization" },
    { { .hosts = "a.example" }, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestPki) pki = test_pki_issue (NULL, &cases[i].options);

      g_assert_cmpstr (stile_certificate_get_name (test_pki_get_certificate (pki)), ==, cases[i].name);
      g_assert_cmpstr (stile_certificate_get_issuer_name (test_pki_get_certificate (pki)), ==, cases[i].name);
    }
}

/* Names as people wrote them, and none that plays with the screen. */
static void
test_shows_names_safely (void)
{
  static const struct
  {
    const char *name;
    gsize length;
    const char *shown;
  } cases[] = {
    { "Grüße, 世界", 0, "Grüße, 世界" },
    { "a+b=c; <d> \"e\" #f\\g", 0, "a+b=c; <d> \"e\" #f\\g" },
    { " #spaced ", 0, " #spaced " },
    { "\\2Cliteral", 0, "\\2Cliteral" },
    { "bank\nTrusted: yes", 0, "bank\\0ATrusted: yes" },
    { "\x1b[31mred", 0, "\\1B[31mred" },
    { "good\xe2\x80\xaelive", 0, "good\\E2\\80\\AElive" },
    { "\xe2\x81\xa6x\xe2\x81\xa9", 0, "\\E2\\81\\A6x\\E2\\81\\A9" },
    { "zero\xe2\x80\x8bwidth", 0, "zero\\E2\\80\\8Bwidth" },
    { "line\xe2\x80\xa8separator", 0, "line\\E2\\80\\A8separator" },
    { "bank.example\0.evil.example", 26, "#0c1a62616e6b2e6578616d706c65002e6576696c2e6578616d706c65" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestPki) pki =
          test_pki_issue (NULL, &(TestPkiOptions){ .name = cases[i].name, .name_length = cases[i].length });
      StileCertificate *certificate = test_pki_get_certificate (pki);
      const char *subject = stile_certificate_get_subject (certificate);

      g_assert_cmpstr (stile_certificate_get_name (certificate), ==, cases[i].shown);
      g_assert_true (g_utf8_validate (subject, -1, NULL));
      for (const char *p = subject; *p != '\0'; p = g_utf8_next_char (p))
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)) || g_utf8_get_char (p) == 0x202e);
    }
}

/* Bytes that are no UTF-8 in a field that says it is. */
static void
test_repairs_broken_encodings (void)
{
  g_autoptr (TestPki) pki = test_pki_issue (NULL, &(TestPkiOptions){ .name = "Grüße", .hosts = "a.example" });
  gsize length;
  const guint8 *der = g_bytes_get_data (test_pki_get_der (pki), &length);
  g_autofree guint8 *copy = g_memdup2 (der, length);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (StileCertificate) certificate = NULL;

  for (gsize i = 0; i + 1 < length; i++)
    if (copy[i] == 0xc3 && (copy[i + 1] == 0xbc || copy[i + 1] == 0x9f))
      copy[i] = 0xff;
  bytes = g_bytes_new (copy, length);
  certificate = stile_certificate_new_from_der (bytes, NULL);

  g_assert_nonnull (certificate);
  g_assert_true (g_utf8_validate (stile_certificate_get_name (certificate), -1, NULL));
  g_assert_true (g_utf8_validate (stile_certificate_get_subject (certificate), -1, NULL));
  g_assert_cmpstr (stile_certificate_get_name (certificate), !=, "Grüße");
}

static void
test_describes_its_key (void)
{
  static const struct
  {
    TestPkiKey key;
    const char *description;
  } cases[] = {
    { TEST_PKI_P256, "ECDSA P-256" },
    { TEST_PKI_P384, "ECDSA P-384" },
    { TEST_PKI_ED25519, "Ed25519" },
    { TEST_PKI_RSA, "RSA 2048" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestPki) pki = test_pki_authority_new ("Root", cases[i].key);
      StileCertificate *certificate = test_pki_get_certificate (pki);

      g_assert_cmpstr (stile_certificate_get_key_description (certificate), ==, cases[i].description);
      g_assert_true (stile_certificate_is_issued_by (certificate, certificate));
    }
}

static void
test_knows_its_dates (void)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (TestPki) pki =
      test_pki_issue (NULL, &(TestPkiOptions){ .name = "a", .begins = -HOUR, .ends = HOUR });
  StileCertificate *certificate = test_pki_get_certificate (pki);
  gint64 begin = g_date_time_to_unix (stile_certificate_get_not_before (certificate));
  gint64 end = g_date_time_to_unix (stile_certificate_get_not_after (certificate));

  g_assert_cmpint (end - begin, ==, 2 * HOUR);
  g_assert_true (stile_certificate_is_valid_at (certificate, now));
  g_assert_true (stile_certificate_is_valid_at (certificate, begin));
  g_assert_true (stile_certificate_is_valid_at (certificate, end));
  g_assert_false (stile_certificate_is_valid_at (certificate, begin - 1));
  g_assert_false (stile_certificate_is_valid_at (certificate, end + 1));
}

static void
test_is_issued_by_name_and_signature (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) impostor = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) renamed =
      test_pki_issue (NULL, &(TestPkiOptions){ .name = "Other", .authority = TRUE, .same_key_as = root });
  g_autoptr (TestPki) leaf = test_pki_issue (root, &(TestPkiOptions){ .name = "Leaf" });
  g_autoptr (TestPki) expired =
      test_pki_issue (root, &(TestPkiOptions){ .name = "Old", .begins = -2 * HOUR, .ends = -HOUR });
  g_autoptr (StileCertificate) forged = test_pki_forge (leaf);
  g_autoptr (StileCertificate) forged_root = test_pki_forge (root);
  StileCertificate *issuer = test_pki_get_certificate (root);

  g_assert_true (stile_certificate_is_issued_by (test_pki_get_certificate (leaf), issuer));
  g_assert_true (stile_certificate_is_issued_by (test_pki_get_certificate (expired), issuer));
  g_assert_true (stile_certificate_is_issued_by (issuer, issuer));

  g_assert_false (stile_certificate_is_issued_by (issuer, test_pki_get_certificate (leaf)));
  g_assert_false (stile_certificate_is_issued_by (forged, issuer));
  g_assert_false (stile_certificate_is_issued_by (forged_root, forged_root));
  g_assert_false (
      stile_certificate_is_issued_by (test_pki_get_certificate (leaf), test_pki_get_certificate (impostor)));
  g_assert_false (
      stile_certificate_is_issued_by (test_pki_get_certificate (leaf), test_pki_get_certificate (renamed)));
}

static void
test_matches_hosts (void)
{
  static const struct
  {
    const char *host;
    gboolean matches;
  } cases[] = {
    { "a.example", TRUE },      { "A.EXAMPLE", TRUE }, { "x.w.example", TRUE }, { "w.example", FALSE },
    { "x.y.w.example", FALSE }, { "10.0.0.1", TRUE },  { "10.0.0.2", FALSE },   { "fe80::1", TRUE },
    { "b.example", FALSE },     { "Leaf", FALSE },     { "", FALSE },
  };
  g_autoptr (TestPki) pki = test_pki_issue (
      NULL, &(TestPkiOptions){ .name = "Leaf", .hosts = "a.example,*.w.example,10.0.0.1,fe80::1" });
  StileCertificate *certificate = test_pki_get_certificate (pki);
  g_auto (GStrv) names = stile_certificate_get_host_names (certificate);
  const char *const expected[] = { "a.example", "*.w.example", "10.0.0.1", "fe80::1", NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (stile_certificate_matches_host (certificate, cases[i].host), ==, cases[i].matches);
  g_assert_cmpstrv (names, expected);
}

static void
test_has_perhaps_no_host_names (void)
{
  g_autoptr (TestPki) pki = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_auto (GStrv) names = stile_certificate_get_host_names (test_pki_get_certificate (pki));

  g_assert_nonnull (names);
  g_assert_cmpuint (g_strv_length (names), ==, 0);
}

static void
test_goes_into_json (void)
{
  g_autoptr (TestPki) pki = test_pki_authority_new ("Root", TEST_PKI_P256);
  StileCertificate *certificate = test_pki_get_certificate (pki);
  g_autoptr (GVariant) variant = g_variant_ref_sink (stile_certificate_to_variant (certificate));
  gsize length;
  g_autofree guchar *der = g_base64_decode (stile_json_get_string (variant, "der"), &length);
  g_autoptr (GDateTime) end =
      g_date_time_new_from_iso8601 (stile_json_get_string (variant, "not_after"), NULL);

  g_assert_cmpstr (stile_json_get_string (variant, "subject"), ==, "CN=Root");
  g_assert_cmpstr (stile_json_get_string (variant, "issuer"), ==, "CN=Root");
  g_assert_cmpstr (stile_json_get_string (variant, "serial"), ==, stile_certificate_get_serial (certificate));
  g_assert_cmpstr (stile_json_get_string (variant, "sha256"), ==,
                   stile_certificate_get_fingerprint (certificate));
  g_assert_true (stile_json_get_boolean (variant, "authority", FALSE));
  g_assert_true (g_str_has_suffix (stile_json_get_string (variant, "not_before"), "Z"));
  g_assert_true (g_date_time_equal (end, stile_certificate_get_not_after (certificate)));
  g_assert_cmpmem (der, length, g_bytes_get_data (test_pki_get_der (pki), NULL),
                   g_bytes_get_size (test_pki_get_der (pki)));
}

static void
test_equals_its_copy (void)
{
  g_autoptr (TestPki) pki = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (StileCertificate) copy = stile_certificate_new_from_der (test_pki_get_der (pki), NULL);
  g_autoptr (StileCertificate) forged = test_pki_forge (pki);

  g_assert_true (stile_certificate_equal (test_pki_get_certificate (pki), copy));
  g_assert_false (stile_certificate_equal (copy, forged));
  g_assert_finalize_object (g_steal_pointer (&copy));
}

static void
test_refuses_damaged_der (void)
{
  g_autoptr (TestPki) pki = test_pki_authority_new ("Root", TEST_PKI_P256);
  gsize length;
  const guint8 *der = g_bytes_get_data (test_pki_get_der (pki), &length);

  for (gsize cut = 0; cut < length; cut++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (der, cut);
      g_autoptr (GError) error = NULL;

      g_assert_null (stile_certificate_new_from_der (bytes, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static void
test_refuses_trailing_bytes (void)
{
  g_autoptr (TestPki) pki = test_pki_authority_new ("Root", TEST_PKI_P256);
  gsize length;
  const guint8 *der = g_bytes_get_data (test_pki_get_der (pki), &length);

  for (gsize extra = 1; extra < 4; extra++)
    {
      guint8 *longer = g_malloc0 (length + extra);
      g_autoptr (GBytes) bytes = g_bytes_new_take (longer, length + extra);
      g_autoptr (GError) error = NULL;

      memcpy (longer, der, length);
      g_assert_null (stile_certificate_new_from_der (bytes, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static void
test_limits_the_size (void)
{
  g_autoptr (TestPki) large =
      test_pki_issue (NULL, &(TestPkiOptions){ .name = "Large", .padding = 60 * 1024 });
  g_autoptr (GBytes) larger =
      g_bytes_new_take (g_malloc0 (STILE_CERTIFICATE_MAX_SIZE + 1), STILE_CERTIFICATE_MAX_SIZE + 1);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_bytes_get_size (test_pki_get_der (large)), >, 60 * 1024);
  g_assert_null (stile_certificate_new_from_der (larger, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "65537"));
  g_assert_nonnull (strstr (error->message, "65536"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/certificate/says-what-is-in-it", test_says_what_is_in_it);
  g_test_add_func ("/codec/certificate/is-called-by-what-there-is", test_is_called_by_what_there_is);
  g_test_add_func ("/codec/certificate/shows-names-safely", test_shows_names_safely);
  g_test_add_func ("/codec/certificate/repairs-broken-encodings", test_repairs_broken_encodings);
  g_test_add_func ("/codec/certificate/describes-its-key", test_describes_its_key);
  g_test_add_func ("/codec/certificate/knows-its-dates", test_knows_its_dates);
  g_test_add_func ("/codec/certificate/is-issued-by-name-and-signature",
                   test_is_issued_by_name_and_signature);
  g_test_add_func ("/codec/certificate/matches-hosts", test_matches_hosts);
  g_test_add_func ("/codec/certificate/has-perhaps-no-host-names", test_has_perhaps_no_host_names);
  g_test_add_func ("/codec/certificate/goes-into-json", test_goes_into_json);
  g_test_add_func ("/codec/certificate/equals-its-copy", test_equals_its_copy);
  g_test_add_func ("/codec/certificate/refuses-damaged-der", test_refuses_damaged_der);
  g_test_add_func ("/codec/certificate/refuses-trailing-bytes", test_refuses_trailing_bytes);
  g_test_add_func ("/codec/certificate/limits-the-size", test_limits_the_size);

  return g_test_run ();
}

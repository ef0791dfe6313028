/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "codec/stile-certificate-bundle.h"
#include "support/test-pki.h"

static GPtrArray *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) pem = g_bytes_new (text, strlen (text));

  return stile_certificate_bundle_parse_pem (pem, error);
}

static void
assert_refused (const char *text, const char *says)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (text, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  if (strstr (error->message, says) == NULL)
    g_error ("“%s” does not say “%s”", error->message, says);
}

static void
assert_same (GPtrArray *bundle, GPtrArray *expected)
{
  g_assert_nonnull (bundle);
  g_assert_cmpuint (bundle->len, ==, expected->len);
  for (guint i = 0; i < bundle->len; i++)
    g_assert_true (stile_certificate_equal (g_ptr_array_index (bundle, i), g_ptr_array_index (expected, i)));
}

static void
assert_same_set (GPtrArray *bundle, GPtrArray *expected)
{
  g_assert_nonnull (bundle);
  g_assert_cmpuint (bundle->len, ==, expected->len);
  for (guint i = 0; i < bundle->len; i++)
    g_assert_true (g_ptr_array_find_with_equal_func (bundle, g_ptr_array_index (expected, i),
                                                     (GEqualFunc)stile_certificate_equal, NULL));
}

static void
test_brings_pem_back (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) leaf = test_pki_issue (root, &(TestPkiOptions){ .name = "Leaf", .padding = 5000 });
  g_autoptr (GPtrArray) expected = test_pki_list (leaf, root, NULL);
  g_autofree char *pem = stile_certificate_bundle_to_pem (expected);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) bundle = parse (pem, &error);

  g_assert_no_error (error);
  assert_same (bundle, expected);
}

/* A file as people have them: with notes, Windows' line ends, and the key beside the certificate. */
static void
test_steps_over_what_is_no_certificate (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (GPtrArray) expected = test_pki_list (root, root, NULL);
  g_autofree char *pem = stile_certificate_to_pem (test_pki_get_certificate (root));
  g_autofree char *key = test_pki_get_key_pem (root);
  g_auto (GStrv) lines = g_strsplit (pem, "\n", -1);
  g_autofree char *windows = g_strjoinv ("\r\n", lines);
  g_autofree char *text =
      g_strconcat ("subject=CN = Root\n-----BEGIN nothing\n", key, pem, "\n# and again\n", windows, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) bundle = parse (text, &error);

  g_assert_no_error (error);
  assert_same (bundle, expected);
}

static void
test_says_why_there_is_none (void)
{
  static const struct
  {
    const char *text;
    const char *says;
  } cases[] = {
    { "", "is empty" },
    { "hello\n", "no certificate in PEM form" },
    { "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "private key, not a certificate" },
    { "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n",
      "private key, not a certificate" },
    { "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA", "private key, not a certificate" },
    { "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n", "request" },
    { "-----BEGIN NEW CERTIFICATE REQUEST-----\nAAAA\n-----END NEW CERTIFICATE REQUEST-----\n", "request" },
    { "-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----\n", "no certificate" },
    { "\x30\x82\x01\x01", "DER" },
    { "-----BEGIN CERTIFICATE-----\nAAAA\n", "Certificate 1 is damaged: its end is missing" },
    { "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "Certificate 1 is damaged" },
    { "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "Certificate 1 is damaged" },
    { "-----BEGIN CERTIFICATE-----\nA*AA\n-----END CERTIFICATE-----\n",
      "Certificate 1 is damaged: Character 3" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (cases[i].text, cases[i].says);
}

static void
test_says_which_one_is_damaged (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autofree char *pem = stile_certificate_to_pem (test_pki_get_certificate (root));
  g_autofree char *shorter = g_strndup (pem, strlen (pem) - 40);
  g_autofree char *text = g_strconcat (pem, pem, shorter, "\n-----END CERTIFICATE-----\n", NULL);

  assert_refused (text, "Certificate 3 is damaged");
}

static void
test_limits_size_and_count (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autofree char *pem = stile_certificate_to_pem (test_pki_get_certificate (root));
  GString *text = g_string_new (NULL);
  g_autoptr (GBytes) many = NULL;
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (STILE_CERTIFICATE_BUNDLE_MAX_SIZE + 1),
                                               STILE_CERTIFICATE_BUNDLE_MAX_SIZE + 1);
  g_autoptr (GError) count_error = NULL;
  g_autoptr (GError) size_error = NULL;

  for (guint i = 0; i < STILE_CERTIFICATE_BUNDLE_MAX_COUNT + 1; i++)
    g_string_append (text, pem);
  many = g_string_free_to_bytes (text);

  g_assert_null (stile_certificate_bundle_parse_pem (many, &count_error));
  g_assert_error (count_error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_nonnull (strstr (count_error->message, "1025"));
  g_assert_nonnull (strstr (count_error->message, "1024"));
  g_assert_null (stile_certificate_bundle_parse_pem (large, &size_error));
  g_assert_error (size_error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_nonnull (strstr (size_error->message, "4194305"));
}

/* A text full of beginnings is read once, not once for each. */
static void
test_reads_beginnings_once (void)
{
  GString *text = g_string_new (NULL);
  g_autofree char *taken = NULL;

  while (text->len < STILE_CERTIFICATE_BUNDLE_MAX_SIZE - 100)
    g_string_append (text, "-----BEGIN X-----");
  taken = g_string_free (text, FALSE);

  assert_refused (taken, "no certificate");
}

static void
test_loads_a_file (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autofree char *path = test_pki_save_chain (root, directory, "root");
  g_autofree char *key = test_pki_save_key (root, directory, "root");
  g_autofree char *missing = g_build_filename (directory, "missing.pem", NULL);
  const char *const wrong[] = { key, missing, directory };
  g_autoptr (GPtrArray) expected = test_pki_list (root, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) bundle = stile_certificate_bundle_load_pem (path, &error);

  g_assert_no_error (error);
  assert_same (bundle, expected);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) wrong_error = NULL;

      g_assert_null (stile_certificate_bundle_load_pem (wrong[i], &wrong_error));
      g_assert_nonnull (strstr (wrong_error->message, wrong[i]));
    }
  test_pki_directory_remove (directory);
}

static void
test_stops_reading_at_the_limit (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_certificate_bundle_load_pem ("/dev/zero", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
}

static void
test_brings_pkcs7_back (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) middle =
      test_pki_issue (root, &(TestPkiOptions){ .name = "Middle", .authority = TRUE });
  g_autoptr (TestPki) leaf =
      test_pki_issue (middle, &(TestPkiOptions){ .name = "Leaf", .key = TEST_PKI_ED25519 });
  g_autoptr (GPtrArray) expected = test_pki_list (leaf, middle, root, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) der = stile_certificate_bundle_to_pkcs7 (expected, &error);
  g_autoptr (GBytes) body = stile_certificate_bundle_to_est (expected, &error);
  g_autoptr (GPtrArray) from_der = stile_certificate_bundle_parse_pkcs7 (der, &error);
  g_autoptr (GPtrArray) from_body = stile_certificate_bundle_parse_est (body, &error);

  g_assert_no_error (error);
  assert_same_set (from_der, expected);
  assert_same_set (from_body, expected);
}

/* RFC 8951 section 3.1: one line, short lines, and whatever is between. */
static void
test_takes_est_bodies_of_any_shape (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (GPtrArray) expected = test_pki_list (root, NULL);
  g_autoptr (GBytes) der = stile_certificate_bundle_to_pkcs7 (expected, NULL);
  g_autofree char *line = g_base64_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
  g_autofree char *spaced = g_strdup_printf ("\r\n%.10s\r\n %s\t\r\n\r\n", line, line + 10);
  const char *const cases[] = { line, spaced };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new (cases[i], strlen (cases[i]));
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) bundle = stile_certificate_bundle_parse_est (body, &error);

      g_assert_no_error (error);
      assert_same (bundle, expected);
    }
}

static void
test_est_bodies_have_short_lines (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (GPtrArray) certificates = test_pki_list (root, NULL);
  g_autoptr (GBytes) body = stile_certificate_bundle_to_est (certificates, NULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), >, 2);
  for (char **line = lines; *line != NULL; line++)
    g_assert_cmpuint (strlen (*line), <=, 76);
}

static void
test_refuses_damaged_pkcs7 (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (GPtrArray) certificates = test_pki_list (root, NULL);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GBytes) der = stile_certificate_bundle_to_pkcs7 (certificates, NULL);
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (STILE_CERTIFICATE_BUNDLE_MAX_SIZE + 1),
                                               STILE_CERTIFICATE_BUNDLE_MAX_SIZE + 1);
  g_autoptr (GError) size_error = NULL;

  for (gsize cut = 0; cut < g_bytes_get_size (der); cut++)
    {
      g_autoptr (GBytes) shorter = g_bytes_new_from_bytes (der, 0, cut);
      g_autoptr (GError) error = NULL;

      g_assert_null (stile_certificate_bundle_parse_pkcs7 (shorter, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
  g_assert_null (stile_certificate_bundle_parse_pkcs7 (large, &size_error));
  g_assert_error (size_error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
}

static void
test_refuses_bodies_without_certificates (void)
{
  static const char *const cases[] = { "", "\r\n", "MII=", "hello!", "<html>404</html>" };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new (cases[i], strlen (cases[i]));
      g_autoptr (GError) error = NULL;

      g_assert_null (stile_certificate_bundle_parse_est (body, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static void
test_brings_der_back (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) leaf = test_pki_issue (root, &(TestPkiOptions){ .name = "Leaf", .padding = 300 });
  g_autoptr (GPtrArray) both = test_pki_list (leaf, root, NULL);
  g_autoptr (GPtrArray) one = test_pki_list (root, NULL);
  GPtrArray *const lists[] = { both, one };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autoptr (GBytes) ders = stile_certificate_bundle_to_der (lists[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) back = stile_certificate_bundle_parse_der (ders, &error);

      g_assert_no_error (error);
      assert_same (back, lists[i]);
    }
}

/* A chain that lacks its end, or has something behind it, is none: half of it would be somebody else's. */
static void
test_refuses_damaged_der (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  GBytes *der = test_pki_get_der (root);
  gsize length = g_bytes_get_size (der);
  g_autoptr (GByteArray) twice = g_byte_array_new ();

  g_byte_array_append (twice, g_bytes_get_data (der, NULL), (guint)length);
  g_byte_array_append (twice, g_bytes_get_data (der, NULL), (guint)length);
  for (gsize cut = 0; cut < 2 * length; cut++)
    {
      g_autoptr (GBytes) part = g_bytes_new (twice->data, cut);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) bundle = stile_certificate_bundle_parse_der (part, &error);

      if (cut == length)
        {
          g_assert_cmpuint (bundle->len, ==, 1);
          continue;
        }
      g_assert_null (bundle);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec/certificate-bundle/brings-pem-back", test_brings_pem_back);
  g_test_add_func ("/codec/certificate-bundle/steps-over-what-is-no-certificate",
                   test_steps_over_what_is_no_certificate);
  g_test_add_func ("/codec/certificate-bundle/says-why-there-is-none", test_says_why_there_is_none);
  g_test_add_func ("/codec/certificate-bundle/says-which-one-is-damaged", test_says_which_one_is_damaged);
  g_test_add_func ("/codec/certificate-bundle/limits-size-and-count", test_limits_size_and_count);
  g_test_add_func ("/codec/certificate-bundle/reads-beginnings-once", test_reads_beginnings_once);
  g_test_add_func ("/codec/certificate-bundle/loads-a-file", test_loads_a_file);
  g_test_add_func ("/codec/certificate-bundle/stops-reading-at-the-limit", test_stops_reading_at_the_limit);
  g_test_add_func ("/codec/certificate-bundle/brings-der-back", test_brings_der_back);
  g_test_add_func ("/codec/certificate-bundle/refuses-damaged-der", test_refuses_damaged_der);
  g_test_add_func ("/codec/certificate-bundle/brings-pkcs7-back", test_brings_pkcs7_back);
  g_test_add_func ("/codec/certificate-bundle/takes-est-bodies-of-any-shape",
                   test_takes_est_bodies_of_any_shape);
  g_test_add_func ("/codec/certificate-bundle/est-bodies-have-short-lines", test_est_bodies_have_short_lines);
  g_test_add_func ("/codec/certificate-bundle/refuses-damaged-pkcs7", test_refuses_damaged_pkcs7);
  g_test_add_func ("/codec/certificate-bundle/refuses-bodies-without-certificates",
                   test_refuses_bodies_without_certificates);

  return g_test_run ();
}

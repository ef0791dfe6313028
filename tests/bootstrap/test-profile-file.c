/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-profile-file.h"

#include <string.h>

#include "atls/stile-error.h"
#include "support/test-pki.h"

static StileProfile *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return stile_profile_file_parse (bytes, error);
}

static void
assert_refused (const char *text, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileProfile) profile = parse (text, &error);

  if (profile != NULL || error == NULL || strstr (error->message, words) == NULL)
    g_error ("“%s” is not why this is refused:\n%s\n%s", words, text, error != NULL ? error->message : "");
}

static void
assert_equal (StileProfile *one, StileProfile *other)
{
  guint count;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (one), &count);

  for (guint i = 0; i < count; i++)
    {
      g_autofree char *first = stile_profile_dup_text (one, specs[i]->name);
      g_autofree char *second = stile_profile_dup_text (other, specs[i]->name);

      g_test_message ("%s", specs[i]->name);
      g_assert_cmpstr (first, ==, second);
    }
}

/* --- certificates in it --- */

/* Each property comes back as it was, also where there are signs in it that mean something in such a file. */
static void
test_round_trip (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (directory, "x.profile", NULL);
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autofree char *pem = test_pki_get_chain_pem (root);
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (StileProfile) again = NULL;
  g_autoptr (GPtrArray) anchors = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (profile, "service", "https://a.example/?x=1;#y", "name", "[Plant] \\n “Ü”;=\t#",
                "anchors-pem", pem, "cloud-anchors", "/a b.pem", "certificate", "c", "key", "k", "proxy",
                "none", "registrars", "https://b https://c", "new-key", "pkcs11:x", "policy",
                STILE_POLICY_NEVER, "mode", STILE_MODE_EXPORT, "tls-version", STILE_TLS_1_3, "trust",
                STILE_TRUST_CLOUD, "enrol", STILE_ENROL_NEVER, "compat", TRUE, "nonce-required", TRUE,
                "no-clock", TRUE, NULL);
  g_assert_true (stile_profile_file_save (profile, path, &error));
  again = stile_profile_file_load (path, &error);
  g_assert_no_error (error);
  assert_equal (profile, again);
  anchors = stile_profile_load_anchors (again, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (anchors->len, ==, 1);
  g_assert_true (stile_certificate_equal (anchors->pdata[0], test_pki_get_certificate (root)));
  test_pki_directory_remove (directory);
}

/* One of the two says where certificates are; the last word counts, and an empty one takes nothing away. */
static void
test_counterparts (void)
{
  static const char *const pairs[][2] = { { "anchors", "anchors-pem" },
                                          { "cloud-anchors", "cloud-anchors-pem" } };

  g_assert_null (stile_profile_get_counterpart ("service"));
  g_assert_null (stile_profile_get_counterpart ("nothing of the kind"));
  for (gsize i = 0; i < 4; i++)
    {
      const char *one = pairs[i / 2][i % 2], *other = pairs[i / 2][1 - i % 2];
      g_autoptr (StileProfile) profile = stile_profile_new ();
      g_autofree char *kept = NULL, *gone = NULL, *still = NULL;

      g_assert_cmpstr (stile_profile_get_counterpart (one), ==, other);
      g_object_set (profile, one, "a", other, "b", NULL);
      gone = stile_profile_dup_text (profile, one);
      kept = stile_profile_dup_text (profile, other);
      g_assert_cmpstr (gone, ==, NULL);
      g_assert_cmpstr (kept, ==, "b");
      g_object_set (profile, one, "", NULL);
      still = stile_profile_dup_text (profile, other);
      g_assert_cmpstr (still, ==, "b");
    }
}

static void
test_refuses_certificates (void)
{
  assert_refused ("[Stile Profile]\nanchors=/x\nanchors-pem=y\n", "both “anchors” and “anchors-pem”");
  assert_refused ("[Stile Profile]\ncloud-anchors-pem=y\ncloud-anchors=/x\n", "cloud-anchors");
  assert_refused ("[Stile Profile]\nanchors-pem=nonsense\n", "no certificate in PEM form");
  assert_refused (
      "[Stile Profile]\nanchors-pem=-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\n",
      "Certificate 1 is damaged");
  assert_refused (
      "[Stile Profile]\nanchors-pem=-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----\n",
      "private key");
  assert_refused ("[Stile Profile]\ncloud-anchors-pem=-----BEGIN CERTIFICATE-----\\nAAAA\n",
                  "anchors of cloud registrars");
}

/* --- the file --- */

static void
test_refuses_values (void)
{
  static const char *const keys[] = { "policy", "mode",   "tls-version", "trust",
                                      "enrol",  "compat", "no-clock",    "nonce-required" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *text = g_strdup_printf ("[Stile Profile]\n%s=perhaps\n", keys[i]);
      g_autofree char *empty = g_strdup_printf ("[Stile Profile]\n%s=\n", keys[i]);

      assert_refused (text, "perhaps");
      assert_refused (empty, keys[i]);
    }
  assert_refused ("[Stile Profile]\nservice[de]=https://x\n", "service[de]");
  assert_refused ("[Stile Profile]\nservice[xx]=https://x\n", "service[xx]");
  assert_refused ("[Stile Profile]\nservice=https://x\\q\n", "backslash");
  assert_refused ("[Stile Profile]\nService=https://x\n", "Service");
}

static void
test_size (void)
{
  static const char begin[] = "[Stile Profile]\nname=";
  g_autofree char *text = g_strnfill (STILE_PROFILE_FILE_MAX_SIZE, 'x');
  g_autofree char *more = g_strnfill (STILE_PROFILE_FILE_MAX_SIZE + 1, 'x');
  g_autoptr (GError) error = NULL;
  g_autoptr (StileProfile) profile = NULL;

  memcpy (text, begin, strlen (begin));
  memcpy (more, begin, strlen (begin));
  profile = parse (text, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (stile_profile_get_name (profile)), ==,
                    STILE_PROFILE_FILE_MAX_SIZE - strlen (begin));
  assert_refused (more, "256 KiB");
}

/* The file's name is said when it comes from one. */
static void
test_names_the_file (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (directory, "big.profile", NULL);
  g_autofree char *more = g_strnfill (STILE_PROFILE_FILE_MAX_SIZE + 1, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, more, -1, NULL));
  g_assert_null (stile_profile_file_load (path, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, "256 KiB"));
  test_pki_directory_remove (directory);
}

/* --- for others --- */

static void
test_handout (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) cloud = test_pki_authority_new ("Cloud", TEST_PKI_P256);
  g_autofree char *root_path = test_pki_save_chain (root, directory, "root");
  g_autofree char *cloud_path = test_pki_save_chain (cloud, directory, "cloud");
  g_autofree char *path = g_build_filename (directory, "x.profile", NULL);
  g_autofree char *text = NULL;
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (StileProfile) handout = NULL;
  g_autoptr (StileProfile) read = NULL;
  g_autoptr (GPtrArray) anchors = NULL;
  g_autoptr (GPtrArray) cloud_anchors = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (profile, "service", "https://x", "anchors", root_path, "cloud-anchors", cloud_path,
                "certificate", "/secret/cert", "key", "/secret/key", "new-key", "/secret/new", "trust",
                STILE_TRUST_CLOUD, "compat", TRUE, NULL);
  handout = stile_profile_file_make_handout (profile, &error);
  g_assert_no_error (error);
  g_assert_true (stile_profile_file_save (handout, path, &error));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_null (strstr (text, "secret"));
  g_assert_null (strstr (text, directory));
  read = stile_profile_file_load (path, &error);
  g_assert_no_error (error);
  anchors = stile_profile_load_anchors (read, &error);
  cloud_anchors = stile_profile_load_cloud_anchors (read, &error);
  g_assert_true (stile_certificate_equal (anchors->pdata[0], test_pki_get_certificate (root)));
  g_assert_true (stile_certificate_equal (cloud_anchors->pdata[0], test_pki_get_certificate (cloud)));
  g_assert_cmpint (stile_profile_get_trust (read), ==, STILE_TRUST_CLOUD);
  g_assert_true (stile_profile_get_judge_policy (read) & STILE_JUDGE_COMPAT);
  test_pki_directory_remove (directory);
}

static void
test_handout_without_its_anchors (void)
{
  static const char *const properties[] = { "anchors", "cloud-anchors" };

  for (gsize i = 0; i < G_N_ELEMENTS (properties); i++)
    {
      g_autoptr (StileProfile) profile = stile_profile_new ();
      g_autoptr (GError) error = NULL;

      g_object_set (profile, properties[i], "/nonexistent.pem", NULL);
      g_assert_null (stile_profile_file_make_handout (profile, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, "/nonexistent.pem"));
    }
}

/* Another's profile says where to go, not who this computer is, unless it does. */
static void
test_take_over (void)
{
  g_autoptr (StileProfile) own = stile_profile_new ();
  g_autoptr (StileProfile) other = stile_profile_new ();
  g_autofree char *proxy = NULL;
  g_autofree char *anchors = NULL;

  g_object_set (own, "service", "https://old", "certificate", "c", "key", "k", "new-key", "n", "proxy", "p",
                "anchors", "/a", "compat", TRUE, "policy", STILE_POLICY_NEVER, NULL);
  g_object_set (other, "service", "https://new", "anchors-pem", "pem", "key", "k2", NULL);
  stile_profile_take_over (own, other);
  proxy = stile_profile_dup_text (own, "proxy");
  anchors = stile_profile_dup_text (own, "anchors-pem");
  g_assert_cmpstr (stile_profile_get_service (own), ==, "https://new");
  g_assert_cmpstr (stile_profile_get_certificate (own), ==, "c");
  g_assert_cmpstr (stile_profile_get_key (own), ==, "k2");
  g_assert_cmpstr (stile_profile_get_new_key (own), ==, "n");
  g_assert_cmpstr (stile_profile_get_anchors (own), ==, NULL);
  g_assert_cmpstr (anchors, ==, "pem");
  g_assert_cmpstr (proxy, ==, NULL);
  g_assert_cmpint (stile_profile_get_policy (own), ==, STILE_POLICY_ALWAYS);
  g_assert_cmpint (stile_profile_get_judge_policy (own), ==, STILE_JUDGE_DEFAULT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bootstrap/profile-file/round-trip", test_round_trip);
  g_test_add_func ("/bootstrap/profile-file/counterparts", test_counterparts);
  g_test_add_func ("/bootstrap/profile-file/refuses-certificates", test_refuses_certificates);
  g_test_add_func ("/bootstrap/profile-file/refuses-values", test_refuses_values);
  g_test_add_func ("/bootstrap/profile-file/size", test_size);
  g_test_add_func ("/bootstrap/profile-file/names-the-file", test_names_the_file);
  g_test_add_func ("/bootstrap/profile-file/handout", test_handout);
  g_test_add_func ("/bootstrap/profile-file/handout-without-its-anchors", test_handout_without_its_anchors);
  g_test_add_func ("/bootstrap/profile-file/take-over", test_take_over);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-profile-file.h"
#include "support/test-pki.h"

static char *
save (const char *directory, const char *text)
{
  char *path = g_build_filename (directory, "profile", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

static void
test_round_trip (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (directory, "profile", NULL);
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (StileProfile) loaded = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (profile, "service", " https://service.example/atls \n", "anchors", "/a b/ü.pem",
                "certificate", "pkcs11:object=x;type=cert", "key", "k", "proxy", "none", "policy",
                STILE_POLICY_WHEN_INTERCEPTED, "mode", STILE_MODE_RECORD, "tls-version", STILE_TLS_1_2, NULL);
  g_assert_true (stile_profile_file_save (profile, path, &error));
  loaded = stile_profile_file_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (stile_profile_get_service (loaded), ==, "https://service.example/atls");
  g_assert_cmpstr (stile_profile_get_anchors (loaded), ==, "/a b/ü.pem");
  g_assert_cmpstr (stile_profile_get_certificate (loaded), ==, "pkcs11:object=x;type=cert");
  g_assert_cmpstr (stile_profile_get_key (loaded), ==, "k");
  g_assert_cmpstr (stile_profile_get_proxy (loaded), ==, "none");
  g_assert_cmpint (stile_profile_get_policy (loaded), ==, STILE_POLICY_WHEN_INTERCEPTED);
  g_assert_cmpint (stile_profile_get_mode (loaded), ==, STILE_MODE_RECORD);
  g_assert_cmpint (stile_profile_get_tls_version (loaded), ==, STILE_TLS_1_2);
  test_pki_directory_remove (directory);
}

static void
test_empty (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (directory, "profile", NULL);
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (StileProfile) loaded = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (profile, "service", "x", NULL);
  g_object_set (profile, "service", "  ", "proxy", "", NULL);
  g_assert_null (stile_profile_get_service (profile));
  g_assert_true (stile_profile_file_save (profile, path, &error));
  loaded = stile_profile_file_load (path, &error);
  g_assert_no_error (error);
  g_assert_null (stile_profile_get_service (loaded));
  g_assert_null (stile_profile_get_proxy (loaded));
  g_assert_cmpint (stile_profile_get_policy (loaded), ==, STILE_POLICY_ALWAYS);
  g_assert_null (stile_profile_load_identity (loaded, &error));
  g_assert_null (stile_profile_load_anchors (loaded, &error));
  g_assert_no_error (error);
  test_pki_directory_remove (directory);
}

static void
test_refuses (void)
{
  static const struct
  {
    const char *text;
    const char *words;
  } table[] = {
    { "[Stile Profile]\nservcie=https://x\n", "servcie" },
    { "[Stile Profile]\npolicy=sometimes\n", "sometimes" },
    { "[Stile Profile]\nmode=\n", "mode" },
    { "[Stile Profile]\ntls-version=1.1\n", "1.1" },
    { "[Other]\nservice=https://x\n", "profile" },
    { "", "profile" },
    { "no key file at all", "profile" },
    { "[Stile Profile]\nservice=\xff\n", "profile" },
  };
  g_autofree char *directory = test_pki_directory_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *path = save (directory, table[i].text);
      g_autoptr (GError) error = NULL;
      g_autoptr (StileProfile) profile = stile_profile_file_load (path, &error);

      g_assert_null (profile);
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, table[i].words));
      g_assert_nonnull (strstr (error->message, path));
    }
  test_pki_directory_remove (directory);
}

static void
test_missing (void)
{
  g_autoptr (StileProfile) fresh = stile_profile_new ();
  g_autoptr (GError) load_error = NULL;
  g_autoptr (GError) save_error = NULL;
  g_autoptr (StileProfile) profile = stile_profile_file_load ("/nonexistent/profile", &load_error);

  g_assert_null (profile);
  g_assert_error (load_error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_false (stile_profile_file_save (fresh, "/nonexistent/profile", &save_error));
  g_assert_error (save_error, STILE_ERROR, STILE_ERROR_SETTINGS);
}

static void
test_identity (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autoptr (TestPki) one = test_pki_issue (NULL, &(TestPkiOptions){ .name = "One" });
  g_autoptr (TestPki) two = test_pki_issue (NULL, &(TestPkiOptions){ .name = "Two" });
  g_autofree char *certificate = test_pki_save_chain (one, directory, "one");
  g_autofree char *key = test_pki_save_key (one, directory, "one");
  g_autofree char *other_key = test_pki_save_key (two, directory, "two");
  const struct
  {
    const char *certificate;
    const char *key;
    gboolean good;
  } table[] = {
    { certificate, key, TRUE },
    { certificate, other_key, FALSE },
    { certificate, NULL, FALSE },
    { NULL, key, FALSE },
    { key, certificate, FALSE },
    { "/nonexistent", key, FALSE },
    { certificate, "/nonexistent", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (StileProfile) profile = stile_profile_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (StileIdentity) identity = NULL;

      g_object_set (profile, "certificate", table[i].certificate, "key", table[i].key, "anchors",
                    table[i].certificate, NULL);
      identity = stile_profile_load_identity (profile, &error);
      g_assert_cmpint (identity != NULL, ==, table[i].good);
      if (!table[i].good)
        g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
    }
  test_pki_directory_remove (directory);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bootstrap/profile/round-trip", test_round_trip);
  g_test_add_func ("/bootstrap/profile/empty", test_empty);
  g_test_add_func ("/bootstrap/profile/refuses", test_refuses);
  g_test_add_func ("/bootstrap/profile/missing", test_missing);
  g_test_add_func ("/bootstrap/profile/identity", test_identity);

  return g_test_run ();
}

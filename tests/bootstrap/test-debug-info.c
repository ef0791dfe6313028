/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-debug-info.h"

#include <string.h>

#include "bootstrap/stile-profile-store.h"
#include "support/test-pki.h"

/* Names that are nowhere else, for all that could tell who somebody is. */
#define USER "zaphod"
#define HOST "heartofgold"
#define SERVICE "https://registrar.magrathea.example"

static void
assert_has (const char *text, const char *words)
{
  if (strstr (text, words) == NULL)
    g_error ("“%s” is not in:\n%s", words, text);
}

static void
assert_lacks (const char *text, const char *words)
{
  g_autofree char *small = g_ascii_strdown (text, -1);
  g_autofree char *sought = g_ascii_strdown (words, -1);

  if (*words != '\0' && strstr (small, sought) != NULL)
    g_error ("“%s” is in:\n%s", words, text);
}

/* GLib looks at the environment once: what is in it is set before anything else. */
static void
set_environment (const char *home)
{
  g_setenv ("HOME", home, TRUE);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_setenv ("XDG_CONFIG_HOME", home, TRUE);
  g_setenv ("USER", USER, TRUE);
  g_setenv ("LOGNAME", USER, TRUE);
  g_setenv ("HOSTNAME", HOST, TRUE);
  g_setenv ("https_proxy", "http://" USER ":secret@proxy." HOST ".example:8080", TRUE);
}

static void
keep_profile (const char *home)
{
  g_autofree char *folder = g_build_filename (home, "stile", "profiles", NULL);
  g_autoptr (StileProfileStore) store = stile_profile_store_new (folder, NULL);
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (GError) error = NULL;

  g_object_set (profile, "service", SERVICE, "name", "Plant of " USER, NULL);
  g_assert_nonnull (stile_profile_store_add (store, profile, &error));
  g_assert_no_error (error);
}

/* It is posted in public. */
static void
test_tells_of_nobody (void)
{
  const char *const more[] = { "libsoup: 3.2.2", NULL };
  g_autofree char *home = g_strdup (g_get_home_dir ());
  g_autofree char *text = NULL;

  keep_profile (home);
  text = stile_debug_info_write ("stilectl", more);
  assert_lacks (text, USER);
  assert_lacks (text, HOST);
  assert_lacks (text, "magrathea");
  assert_lacks (text, "secret");
  assert_lacks (text, "http://");
  assert_lacks (text, "https://");
  assert_lacks (text, home);
  assert_lacks (text, "/home");
  assert_lacks (text, "/tmp");
  assert_lacks (text, g_get_host_name ());
  test_pki_directory_remove (home);
}

static void
test_tells_versions (void)
{
  const char *const more[] = { "libsoup: 3.2.2", "Line: two", NULL };
  g_autofree char *text = stile_debug_info_write ("stilectl", more);
  g_autofree char *glib =
      g_strdup_printf ("\nGLib: %u.%u.%u\n", glib_major_version, glib_minor_version, glib_micro_version);
  g_autofree char *alone = stile_debug_info_write ("Stile", NULL);

  g_assert_true (g_str_has_prefix (text, "stilectl: " PACKAGE_VERSION "\n"));
  assert_has (text, glib);
  assert_has (text, "\nGnuTLS: 3.");
  assert_has (text, "\nNSS: 3.");
  assert_has (text, "\nSystem: ");
  assert_has (text, "\nPolicy file: ");
  g_assert_true (g_str_has_suffix (text, "\nlibsoup: 3.2.2\nLine: two\n"));
  g_assert_true (g_str_has_prefix (alone, "Stile: "));
  assert_lacks (text, ": ?");
}

int
main (int argc, char *argv[])
{
  g_autofree char *home = test_pki_directory_new ();

  set_environment (home);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bootstrap/debug-info/tells-of-nobody", test_tells_of_nobody);
  g_test_add_func ("/bootstrap/debug-info/tells-versions", test_tells_versions);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-lockdown.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "support/test-pki.h"

#define PATH "/etc/example/policy.conf"
#define GROUP "[Stile Policy]\n"

static StileLockdown *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  StileLockdown *self = stile_lockdown_parse (bytes, PATH, &error);

  g_assert_no_error (error);
  return self;
}

static void
assert_message (const GError *error, const char *words)
{
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” is not in “%s”", words, error->message);
}

static void
assert_text (StileProfile *profile, const char *property, const char *expected)
{
  g_autofree char *text = stile_profile_dup_text (profile, property);

  g_assert_cmpstr (text, ==, expected);
}

/* --- the file --- */

static void
test_nothing (void)
{
  g_autoptr (StileLockdown) self = stile_lockdown_new ();
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autofree char *text = g_strdup ("x");

  g_object_set (profile, "service", "https://x", NULL);
  g_assert_null (stile_lockdown_get_path (self));
  g_assert_null (stile_lockdown_get_value (self, "service"));
  g_assert_false (stile_lockdown_is_locked (self, "service"));
  g_assert_true (stile_lockdown_allows (self, STILE_LOCKDOWN_INVITATIONS, NULL));
  g_assert_true (stile_lockdown_allows (self, STILE_LOCKDOWN_PROFILES, NULL));
  g_assert_true (stile_lockdown_settle (self, profile, NULL));
  g_assert_true (stile_lockdown_settle_text (self, "registrar-url", &text, NULL));
  g_assert_cmpstr (text, ==, "x");
  assert_text (profile, "service", "https://x");
}

static void
test_missing_file (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (directory, "policy.conf", NULL);
  g_autofree char *deep = g_build_filename (directory, "no", "such", "policy.conf", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLockdown) self = stile_lockdown_load (path, &error);
  g_autoptr (StileLockdown) other = stile_lockdown_load (deep, &error);

  g_assert_no_error (error);
  g_assert_null (stile_lockdown_get_path (self));
  g_assert_null (stile_lockdown_get_path (other));
  test_pki_directory_remove (directory);
}

/* There is one, as far as anybody can tell; so nobody goes on as if there were none. */
static void
test_unreadable_file (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (directory, "policy.conf", NULL);
  g_autofree char *file = g_build_filename (directory, "file", NULL);
  g_autofree char *below = g_build_filename (file, "policy.conf", NULL);
  g_autoptr (GError) dangling = NULL, folder = NULL, beside = NULL;

  g_assert_cmpint (symlink ("/nonexistent", path), ==, 0);
  g_assert_null (stile_lockdown_load (path, &dangling));
  assert_message (dangling, path);
  g_unlink (path);
  g_mkdir (path, 0700);
  g_assert_null (stile_lockdown_load (path, &folder));
  assert_message (folder, path);
  g_rmdir (path);
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_null (stile_lockdown_load (below, &beside));
  assert_message (beside, below);
  test_pki_directory_remove (directory);
}

static void
test_loads (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (directory, "policy.conf", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLockdown) self = NULL;

  g_assert_true (
      g_file_set_contents (path, "# for everybody\n" GROUP "policy=never \n\nservice=\n", -1, NULL));
  self = stile_lockdown_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (stile_lockdown_get_path (self), ==, path);
  g_assert_cmpstr (stile_lockdown_get_value (self, "policy"), ==, "never");
  g_assert_cmpstr (stile_lockdown_get_value (self, "service"), ==, "");
  g_assert_null (stile_lockdown_get_value (self, "mode"));
  g_assert_true (stile_lockdown_is_locked (self, "service"));
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
    { "", "group" },
    { "nothing", "" },
    { "[Stile Polciy]\npolicy=never\n", "group" },
    { GROUP "policy=never\n[Stile Profile]\nservice=https://x\n", "other groups" },
    { "[Other]\n" GROUP "policy=never\n", "other groups" },
    { GROUP "polciy=never\n", "polciy" },
    { GROUP "policy=perhaps\n", "perhaps" },
    { GROUP "policy=\n", "policy" },
    { GROUP "compat=1\n", "compat" },
    { GROUP "compat=False\n", "False" },
    { GROUP "invitations=no\n", "“invitations” is true or false" },
    { GROUP "profiles=\n", "“profiles” is true or false" },
    { GROUP "devices-at-once=0\n", "from 1 to 256" },
    { GROUP "devices-at-once=257\n", "257" },
    { GROUP "devices-at-once=-1\n", "-1" },
    { GROUP "devices-at-once=8x\n", "8x" },
    { GROUP "devices-at-once=99999999999999999999\n", "from 1 to 256" },
    { GROUP "name=Plant\n", "“name” cannot be settled" },
    { GROUP "service=\xff\n", "" },
    { GROUP "policy[xx]=never\n", "policy[xx]" },
    { GROUP "service=https://x\\q\n", "" },
    { GROUP "anchors=/a\nanchors-pem=b\n", "both “anchors” and “anchors-pem”" },
    { GROUP "anchors-pem=nonsense\n", "no certificate in PEM form" },
  };
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (directory, "policy.conf", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", table[i].text);
      g_assert_true (g_file_set_contents (path, table[i].text, -1, NULL));
      g_assert_null (stile_lockdown_load (path, &error));
      assert_message (error, table[i].words);
      assert_message (error, path);
    }
  test_pki_directory_remove (directory);
}

static void
test_size (void)
{
  g_autofree char *text = g_strnfill (STILE_LOCKDOWN_MAX_SIZE, '#');
  g_autofree char *more = g_strnfill (STILE_LOCKDOWN_MAX_SIZE + 1, '#');
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLockdown) self = NULL;

  memcpy (text, GROUP "compat=true\n", strlen (GROUP "compat=true\n"));
  memcpy (more, text, strlen (GROUP "compat=true\n"));
  self = parse (text);
  g_assert_true (stile_lockdown_is_locked (self, "compat"));
  bytes = g_bytes_new (more, strlen (more));
  g_assert_null (stile_lockdown_parse (bytes, PATH, &error));
  assert_message (error, "64 KiB");
}

/* Whatever a profile has can be settled, but for what it is called; and 1 and 256 devices. */
static void
test_all_keys (void)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (STILE_TYPE_PROFILE);
  guint count;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_CLASS (klass), &count);
  static const char *const others[] = {
    "registrar-url=https://x", "registrar-anchors-file=/x", "agent-certificate-file=/x",
    "agent-key-file=/x",       "registrar-proxy=none",      "devices-at-once=1",
    "devices-at-once=256",     "invitations=true",          "profiles=false"
  };

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (StileProfile) defaults = stile_profile_new ();
      g_autofree char *value = stile_profile_dup_text (defaults, specs[i]->name);
      g_autofree char *text = g_strdup_printf (GROUP "%s=%s\n", specs[i]->name, value != NULL ? value : "");

      if (!g_str_equal (specs[i]->name, "name"))
        g_object_unref (parse (text));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *text = g_strconcat (GROUP, others[i], "\n", NULL);

      g_object_unref (parse (text));
    }
}

/* --- what it says --- */

static void
test_apply (void)
{
  g_autoptr (StileLockdown) self =
      parse (GROUP "service=https://settled\npolicy=never\ncompat=false\nproxy=\nanchors=/settled\n"
                   "registrar-url=https://other\ninvitations=false\n");
  g_autoptr (StileProfile) profile = stile_profile_new ();

  g_object_set (profile, "service", "https://mine", "compat", TRUE, "proxy", "p", "anchors-pem", "mine",
                "mode", STILE_MODE_RECORD, NULL);
  stile_lockdown_apply (self, profile);
  assert_text (profile, "service", "https://settled");
  assert_text (profile, "policy", "never");
  assert_text (profile, "compat", "false");
  assert_text (profile, "proxy", NULL);
  assert_text (profile, "anchors", "/settled");
  assert_text (profile, "anchors-pem", NULL);
  assert_text (profile, "mode", "record");
}

/* Nobody's words are passed over in silence; saying the same is no contradiction, nor is saying nothing. */
static void
test_settle (void)
{
  static const struct
  {
    const char *policy;
    const char *property;
    const char *said;
    gboolean good;
  } table[] = {
    { "service=https://x", "service", "https://x", TRUE },
    { "service=https://x", "service", NULL, TRUE },
    { "service=https://x", "service", "https://y", FALSE },
    { "service=https://x  ", "service", "https://x", TRUE },
    { "service=", "service", "https://y", FALSE },
    { "policy=never", "policy", "always", TRUE }, /* the default, which a profile always has */
    { "policy=never", "policy", "when-intercepted", FALSE },
    { "compat=false", "compat", "true", FALSE },
    { "compat=true", "compat", "false", TRUE },
    { "anchors=/x", "anchors", "/y", FALSE },
    { "anchors=/x", "anchors-pem", "mine", FALSE },
    { "anchors=", "anchors-pem", "mine", FALSE },
    { "cloud-anchors=/x", "cloud-anchors-pem", "mine", FALSE },
    { "invitations=false", "service", "https://y", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strconcat (GROUP, table[i].policy, "\n", NULL);
      g_autoptr (StileLockdown) self = parse (text);
      g_autoptr (StileProfile) profile = stile_profile_new ();
      g_autoptr (StileProfile) applied = stile_profile_new ();
      g_autoptr (GError) error = NULL;
      gboolean good;

      g_test_message ("%s, %s", table[i].policy, table[i].said);
      if (table[i].said != NULL)
        g_assert_true (stile_profile_set_text (profile, table[i].property, table[i].said, NULL));
      good = stile_lockdown_settle (self, profile, &error);
      g_assert_cmpint (good, ==, table[i].good);
      if (good)
        continue;

      assert_message (error, PATH);
      /* Nothing has changed. */
      assert_text (profile, table[i].property, table[i].said);
    }
}

static void
test_counterparts (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autofree char *pem = test_pki_get_chain_pem (root);
  g_autofree char *escaped = g_strescape (pem, NULL);
  g_autofree char *text = g_strdup_printf (GROUP "anchors-pem=%s\n", escaped);
  g_autoptr (StileLockdown) self = parse (text);
  g_autoptr (StileLockdown) other = parse (GROUP "cloud-anchors=/x\n");
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (GPtrArray) anchors = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_lockdown_is_locked (self, "anchors"));
  g_assert_true (stile_lockdown_is_locked (self, "anchors-pem"));
  g_assert_false (stile_lockdown_is_locked (self, "cloud-anchors"));
  g_assert_true (stile_lockdown_is_locked (other, "cloud-anchors-pem"));
  g_object_set (profile, "anchors", "/mine", NULL);
  g_assert_false (stile_lockdown_settle (self, profile, &error));
  assert_message (error, PATH);
  stile_lockdown_apply (self, profile);
  assert_text (profile, "anchors", NULL);
  anchors = stile_profile_load_anchors (profile, NULL);
  g_assert_cmpuint (anchors->len, ==, 1);
}

static void
test_settle_text (void)
{
  g_autoptr (StileLockdown) self = parse (GROUP "registrar-url=https://x\nregistrar-proxy=\n");
  g_autofree char *nothing = NULL;
  g_autofree char *same = g_strdup ("https://x");
  g_autofree char *different = g_strdup ("https://y");
  g_autofree char *other = g_strdup ("mine");
  g_autofree char *proxy = g_strdup ("");
  g_autofree char *wrong_proxy = g_strdup ("none");
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_lockdown_settle_text (self, "registrar-url", &nothing, NULL));
  g_assert_cmpstr (nothing, ==, "https://x");
  g_assert_true (stile_lockdown_settle_text (self, "registrar-url", &same, NULL));
  g_assert_cmpstr (same, ==, "https://x");
  g_assert_false (stile_lockdown_settle_text (self, "registrar-url", &different, &error));
  assert_message (error, PATH);
  assert_message (error, "“registrar-url” as “https://x”");
  g_assert_cmpstr (different, ==, "https://y");
  g_assert_true (stile_lockdown_settle_text (self, "agent-key-file", &other, NULL));
  g_assert_cmpstr (other, ==, "mine");
  g_assert_true (stile_lockdown_settle_text (self, "registrar-proxy", &proxy, NULL));
  g_assert_null (proxy);
  g_assert_false (stile_lockdown_settle_text (self, "registrar-proxy", &wrong_proxy, NULL));

  g_assert_true (stile_lockdown_check_text (self, "registrar-url", NULL, NULL));
  g_assert_true (stile_lockdown_check_text (self, "registrar-url", "https://x", NULL));
  g_assert_false (stile_lockdown_check_text (self, "registrar-url", "", NULL));
}

static void
test_allows (void)
{
  g_autoptr (StileLockdown) no_links = parse (GROUP "invitations=false\n");
  g_autoptr (StileLockdown) no_profiles = parse (GROUP "profiles=false\ninvitations=true\n");
  g_autoptr (GError) links = NULL;
  g_autoptr (GError) profiles = NULL;

  g_assert_false (stile_lockdown_allows (no_links, STILE_LOCKDOWN_INVITATIONS, &links));
  assert_message (links, "links that invite");
  g_assert_true (stile_lockdown_allows (no_links, STILE_LOCKDOWN_PROFILES, NULL));
  g_assert_false (stile_lockdown_allows (no_profiles, STILE_LOCKDOWN_PROFILES, &profiles));
  assert_message (profiles, "profiles of one’s own");
  g_assert_true (stile_lockdown_allows (no_profiles, STILE_LOCKDOWN_INVITATIONS, NULL));
}

static void
test_default_path (void)
{
  g_assert_cmpstr (stile_lockdown_get_default_path (), ==, SYSCONFDIR "/stile/policy.conf");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bootstrap/lockdown/nothing", test_nothing);
  g_test_add_func ("/bootstrap/lockdown/missing-file", test_missing_file);
  g_test_add_func ("/bootstrap/lockdown/unreadable-file", test_unreadable_file);
  g_test_add_func ("/bootstrap/lockdown/loads", test_loads);
  g_test_add_func ("/bootstrap/lockdown/refuses", test_refuses);
  g_test_add_func ("/bootstrap/lockdown/size", test_size);
  g_test_add_func ("/bootstrap/lockdown/all-keys", test_all_keys);
  g_test_add_func ("/bootstrap/lockdown/apply", test_apply);
  g_test_add_func ("/bootstrap/lockdown/settle", test_settle);
  g_test_add_func ("/bootstrap/lockdown/counterparts", test_counterparts);
  g_test_add_func ("/bootstrap/lockdown/settle-text", test_settle_text);
  g_test_add_func ("/bootstrap/lockdown/allows", test_allows);
  g_test_add_func ("/bootstrap/lockdown/default-path", test_default_path);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>

#include "bootstrap/stile-nss-profiles.h"
#include "bootstrap/stile-nss-store.h"
#include "support/test-pki.h"

typedef struct
{
  char *directory;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->directory = test_pki_directory_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
}

typedef struct
{
  const char *folder;
  const char *ini;
  const char *profile; /* which is made, below the home folder */
  const char *name;    /* of the store that is found, or NULL for none */
} Profiles;

static const Profiles profile_cases[] = {
  { ".mozilla/firefox", "[Profile0]\nName=default-release\nIsRelative=1\nPath=ab12.default-release\n",
    ".mozilla/firefox/ab12.default-release", "Firefox, profile “default-release”" },
  { ".mozilla/firefox", "[General]\nVersion=2\n[Install4F]\nDefault=x\n[Profile7]\nName=Büro\nPath=x y\n",
    ".mozilla/firefox/x y", "Firefox, profile “Büro”" },
  { ".mozilla/firefox", "[Profile0]\nName=away\nIsRelative=0\nPath=@HOME@/elsewhere/p\n", "elsewhere/p",
    "Firefox, profile “away”" },
  { "snap/firefox/common/.mozilla/firefox", "[Profile0]\nName=d\nPath=p\n",
    "snap/firefox/common/.mozilla/firefox/p", "Firefox from Snap, profile “d”" },
  { ".var/app/org.mozilla.firefox/.mozilla/firefox", "[Profile0]\nName=d\nPath=p\n",
    ".var/app/org.mozilla.firefox/.mozilla/firefox/p", "Firefox from Flatpak, profile “d”" },
  { ".thunderbird", "[Profile0]\nName=mail\nPath=Profiles/p\n", ".thunderbird/Profiles/p",
    "Thunderbird, profile “mail”" },
  { ".mozilla/firefox", "[Profile0]\nPath=p\n", ".mozilla/firefox/p", "Firefox, profile “Profile0”" },
  { ".mozilla/firefox", "[Profile0]\nName=\xff\xfe\nPath=p\n", ".mozilla/firefox/p",
    "Firefox, profile “��”" },
  { ".mozilla/firefox", "[Profile0]\nName=gone\nPath=other\n", ".mozilla/firefox/p", NULL },
  { ".mozilla/firefox", "[Profile0]\nName=nowhere\n", ".mozilla/firefox/p", NULL },
  { ".mozilla/firefox", "no key file", ".mozilla/firefox/p", NULL },
  { ".mozilla/firefox", "", ".mozilla/firefox/p", NULL },
};

static char *
write_profiles (const char *home, const Profiles *item)
{
  g_autofree char *folder = g_build_filename (home, item->folder, NULL);
  g_autofree char *ini = g_build_filename (folder, "profiles.ini", NULL);
  char *profile = g_build_filename (home, item->profile, NULL);
  g_autoptr (GString) text = g_string_new (item->ini);

  g_string_replace (text, "@HOME@", home, 0);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (profile, 0700), ==, 0);
  g_assert_true (g_file_set_contents (ini, text->str, -1, NULL));
  return profile;
}

static void
test_finds (Fixture *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (profile_cases); i++)
    {
      const Profiles *item = &profile_cases[i];
      g_autofree char *home = g_strdup_printf ("%s/home-%lu", self->directory, (gulong)i);
      g_autofree char *profile = write_profiles (home, item);
      g_autoptr (GPtrArray) stores = stile_nss_store_find_all (home);

      g_test_message ("case %lu", (gulong)i);
      g_assert_cmpuint (stores->len, ==, item->name != NULL ? 2 : 1);
      for (guint j = 0; j < stores->len; j++)
        g_assert_false (stile_trust_store_get_selected (g_ptr_array_index (stores, j)));
      if (item->name != NULL)
        {
          g_assert_cmpstr (stile_trust_store_get_name (g_ptr_array_index (stores, 1)), ==, item->name);
          g_assert_cmpstr (stile_trust_store_get_location (g_ptr_array_index (stores, 1)), ==, profile);
        }
    }
}

static void
test_no_end (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GString) large = g_string_new ("[Profile0]\nName=d\nPath=p\n");
  Profiles item = { ".mozilla/firefox", NULL, ".mozilla/firefox/p", NULL };
  g_autofree char *profile = NULL;
  g_autoptr (GPtrArray) some = NULL;
  g_autoptr (GPtrArray) none = NULL;

  for (guint i = 0; i < 2 * STILE_NSS_PROFILES_MAX_COUNT; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/.mozilla/firefox/p%u", self->directory, i);

      g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
      g_string_append_printf (many, "[Profile%u]\nName=n\nPath=p%u\n", i, i);
    }
  item.ini = many->str;
  profile = write_profiles (self->directory, &item);
  some = stile_nss_profiles_find (self->directory);
  g_assert_cmpuint (some->len, ==, STILE_NSS_PROFILES_MAX_COUNT);

  while (large->len <= STILE_NSS_PROFILES_MAX_SIZE)
    g_string_append (large, "# filled up\n");
  item.ini = large->str;
  g_free (profile);
  profile = write_profiles (self->directory, &item);
  none = stile_nss_profiles_find (self->directory);
  g_assert_cmpuint (none->len, ==, 1); /* Chromium */
}

static void
test_chromium (Fixture *self, gconstpointer data)
{
  g_autofree char *old = g_build_filename (self->directory, ".pki", "nssdb", NULL);
  g_autofree char *new = g_build_filename (self->directory, ".local", "share", "pki", "nssdb", NULL);
  g_autoptr (GPtrArray) before = stile_nss_store_find_all (self->directory);
  g_autoptr (GPtrArray) after = NULL;

  g_assert_cmpstr (stile_trust_store_get_location (g_ptr_array_index (before, 0)), ==, new);
  g_assert_cmpint (g_mkdir_with_parents (old, 0700), ==, 0);
  after = stile_nss_store_find_all (self->directory);
  g_assert_cmpstr (stile_trust_store_get_location (g_ptr_array_index (after, 0)), ==, old);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "finds", test_finds },
    { "no-end", test_no_end },
    { "chromium", test_chromium },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *name = g_strconcat ("/bootstrap/nss-profiles/", tests[i].name, NULL);

      g_test_add (name, Fixture, NULL, set_up, tests[i].run, tear_down);
    }

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-nss-profiles.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/* Where programs keep their profiles.ini, below the home folder. */
static const struct
{
  const char *folder;
  const char *program;
  const char *name; /* with the profile's name */
} programs[] = {
  { ".mozilla/firefox", "Firefox", N_ ("Firefox, profile “%s”") },
  { "snap/firefox/common/.mozilla/firefox", "Firefox", N_ ("Firefox from Snap, profile “%s”") },
  { ".var/app/org.mozilla.firefox/.mozilla/firefox", "Firefox", N_ ("Firefox from Flatpak, profile “%s”") },
  { ".thunderbird", "Thunderbird", N_ ("Thunderbird, profile “%s”") },
};

static void
profile_free (gpointer data)
{
  StileNssProfile *profile = data;

  g_free (profile->name);
  g_free (profile->directory);
  g_free (profile);
}

/* Takes over @name and @directory. */
static void
add (GPtrArray *profiles, const char *program, char *name, char *directory)
{
  StileNssProfile *profile = g_new0 (StileNssProfile, 1);

  profile->program = program;
  profile->name = name;
  profile->directory = directory;
  g_ptr_array_add (profiles, profile);
}

/* Since its version 146 Chromium keeps it with other data, but goes on with an old one. */
static void
add_chromium (GPtrArray *profiles, const char *home)
{
  g_autofree char *old = g_build_filename (home, ".pki", "nssdb", NULL);
  char *directory = g_file_test (old, G_FILE_TEST_IS_DIR)
                        ? g_steal_pointer (&old)
                        : g_build_filename (home, ".local", "share", "pki", "nssdb", NULL);

  add (profiles, "Chromium", g_strdup (_ ("Chromium, Chrome and others made of it")), directory);
}

static GKeyFile *
load (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autofree char *text = g_malloc (STILE_NSS_PROFILES_MAX_SIZE + 1);
  gsize length;

  if (stream == NULL || !g_input_stream_read_all (G_INPUT_STREAM (stream), text,
                                                  STILE_NSS_PROFILES_MAX_SIZE + 1, &length, NULL, NULL))
    return NULL;
  if (length <= STILE_NSS_PROFILES_MAX_SIZE &&
      g_key_file_load_from_data (keys, text, length, G_KEY_FILE_NONE, NULL))
    return g_steal_pointer (&keys);

  g_debug ("%s is no list of profiles", path);
  return NULL;
}

/* Returns: (transfer full) (nullable): the profile's folder, if it is there. */
static char *
find_directory (GKeyFile *keys, const char *group, const char *folder)
{
  g_autofree char *path = g_key_file_get_value (keys, group, "Path", NULL);
  g_autofree char *directory = path != NULL ? g_canonicalize_filename (path, folder) : NULL;

  return directory != NULL && g_file_test (directory, G_FILE_TEST_IS_DIR) ? g_steal_pointer (&directory)
                                                                          : NULL;
}

static gboolean
is_listed (GPtrArray *profiles, const char *directory)
{
  for (guint i = 0; i < profiles->len; i++)
    if (g_str_equal (((StileNssProfile *)g_ptr_array_index (profiles, i))->directory, directory))
      return TRUE;

  return FALSE;
}

static void
add_profiles (GPtrArray *profiles, const char *folder, const char *program, const char *format)
{
  g_autofree char *path = g_build_filename (folder, "profiles.ini", NULL);
  g_autoptr (GKeyFile) keys = load (path);
  g_auto (GStrv) groups = keys != NULL ? g_key_file_get_groups (keys, NULL) : NULL;

  for (gsize i = 0; groups != NULL && groups[i] != NULL && profiles->len < STILE_NSS_PROFILES_MAX_COUNT; i++)
    {
      g_autofree char *directory =
          g_str_has_prefix (groups[i], "Profile") ? find_directory (keys, groups[i], folder) : NULL;
      g_autofree char *raw = directory != NULL ? g_key_file_get_value (keys, groups[i], "Name", NULL) : NULL;
      g_autofree char *name = raw != NULL ? g_utf8_make_valid (raw, -1) : g_strdup (groups[i]);

      if (directory == NULL || is_listed (profiles, directory))
        continue;

      add (profiles, program, g_strdup_printf (format, name), g_steal_pointer (&directory));
    }
}

/**
 * stile_nss_profiles_find:
 * @home: the user's home folder
 *
 * Returns: (transfer full) (element-type StileNssProfile): the databases of this user's programs, Chromium's first
 */
GPtrArray *
stile_nss_profiles_find (const char *home)
{
  GPtrArray *profiles = g_ptr_array_new_with_free_func (profile_free);

  add_chromium (profiles, home);
  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autofree char *folder = g_build_filename (home, programs[i].folder, NULL);

      add_profiles (profiles, folder, programs[i].program, _ (programs[i].name));
    }

  return profiles;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-sandbox.h"

#include <string.h>

/* Flatpak's folders of the user, as far as a trust store can be below them. */
static const struct
{
  const char *name;
  const char *below_home;
} folders[] = {
  { "home", "" },
  { "~", "" },
  { "xdg-data", ".local/share" },
  { "xdg-config", ".config" },
};

/**
 * stile_sandbox_is_inside:
 * @info: %STILE_SANDBOX_INFO
 *
 * Returns: whether this process is in a Flatpak sandbox
 */
gboolean
stile_sandbox_is_inside (const char *info)
{
  return g_file_test (info, G_FILE_TEST_EXISTS);
}

/* "~/.pki/nssdb" becomes a path, "xdg-data/pki" too; NULL for what is none of these. */
static char *
resolve (const char *name, const char *home)
{
  const char *rest = strchr (name, '/');
  g_autofree char *first = rest != NULL ? g_strndup (name, rest - name) : g_strdup (name);

  if (*name == '/')
    return g_canonicalize_filename (name, "/");
  if (g_str_equal (name, "host"))
    return g_strdup ("/");
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    if (g_str_equal (first, folders[i].name))
      {
        g_autofree char *path = g_build_filename (home, folders[i].below_home, rest, NULL);

        return g_canonicalize_filename (path, "/");
      }

  return NULL;
}

static gboolean
is_below (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  return g_str_equal (folder, "/") ||
         (strncmp (path, folder, length) == 0 && (path[length] == '\0' || path[length] == '/'));
}

/* "~/.mozilla/firefox:create" lets write, ":ro" does not, and "!…" takes away. */
static gboolean
grants (const char *filesystem, const char *home, const char *path)
{
  const char *colon = strrchr (filesystem, ':');
  g_autofree char *name = colon != NULL ? g_strndup (filesystem, colon - filesystem) : g_strdup (filesystem);
  g_autofree char *folder = resolve (name, home);

  return folder != NULL && (colon == NULL || !g_str_equal (colon, ":ro")) && is_below (path, folder);
}

/**
 * stile_sandbox_may_write:
 * @info: %STILE_SANDBOX_INFO
 * @home: the user's home folder
 * @path: an absolute path
 *
 * In a sandbox, the home folder is another one that is gone at the end, but for what was granted: writing succeeds, and
 * nobody else ever sees it.  So that has to be asked before.
 *
 * Returns: whether what is written to @path is there outside of the sandbox too
 */
gboolean
stile_sandbox_may_write (const char *info, const char *home, const char *path)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) filesystems = NULL;

  if (!stile_sandbox_is_inside (info))
    return TRUE;
  if (g_key_file_load_from_file (file, info, G_KEY_FILE_NONE, NULL))
    filesystems = g_key_file_get_string_list (file, "Context", "filesystems", NULL, NULL);
  for (gsize i = 0; filesystems != NULL && filesystems[i] != NULL; i++)
    if (grants (filesystems[i], home, path))
      return TRUE;

  return FALSE;
}

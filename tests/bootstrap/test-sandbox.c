/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-sandbox.h"
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

static void
test_grants (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *filesystems;
    const char *path;
    gboolean granted;
  } cases[] = {
    { "", "/home/me/.pki/nssdb", FALSE },
    { "~/.pki/nssdb;", "/home/me/.pki/nssdb", TRUE },
    { "~/.pki/nssdb:create;", "/home/me/.pki/nssdb", TRUE },
    { "~/.pki/nssdb:ro;", "/home/me/.pki/nssdb", FALSE },
    { "~/.pki;", "/home/me/.pki/nssdb", TRUE },
    { "~/.pk;", "/home/me/.pki/nssdb", FALSE },
    { "xdg-data/pki:create;", "/home/me/.local/share/pki/nssdb", TRUE },
    { "xdg-data/pki:create;", "/home/me/.pki/nssdb", FALSE },
    { "home;", "/home/me/.pki/nssdb", TRUE },
    { "host:ro;", "/home/me/.pki/nssdb", FALSE },
    { "host;", "/home/me/.pki/nssdb", TRUE },
    { "!home;xdg-download;", "/home/me/.pki/nssdb", FALSE },
    { "/home/me/.mozilla;", "/home/me/.mozilla/firefox/a", TRUE },
    { "xdg-run/x;", "/home/me/.pki/nssdb", FALSE },
  };
  g_autofree char *info = g_build_filename (self->directory, "flatpak-info", NULL);

  g_assert_true (stile_sandbox_may_write (info, "/home/me", "/home/me/.pki/nssdb"));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("[Context]\nfilesystems=%s\n", cases[i].filesystems);

      g_test_message ("%s", text);
      g_assert_true (g_file_set_contents (info, text, -1, NULL));
      g_assert_true (stile_sandbox_is_inside (info));
      g_assert_cmpint (stile_sandbox_may_write (info, "/home/me", cases[i].path), ==, cases[i].granted);
    }
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "grants", test_grants },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *name = g_strconcat ("/bootstrap/sandbox/", tests[i].name, NULL);

      g_test_add (name, Fixture, NULL, set_up, tests[i].run, tear_down);
    }

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>

#include "bootstrap/stile-system-kind.h"
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
  const char *os_release;
  const char *folder;
  const char *program;
  const char *anchors; /* or NULL for a kind that is not known */
} Kind;

static const Kind kind_cases[] = {
  { "ID=debian\n", "usr/share/ca-certificates", "usr/sbin/update-ca-certificates",
    "/usr/local/share/ca-certificates" },
  { "NAME=\"Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "usr/share/ca-certificates",
    "usr/sbin/update-ca-certificates", "/usr/local/share/ca-certificates" },
  { "ID='fedora'\n", "etc/pki/ca-trust/source/anchors", "usr/bin/update-ca-trust",
    "/etc/pki/ca-trust/source/anchors" },
  { "ID=arch\n", "etc/ca-certificates/trust-source/anchors", "usr/bin/update-ca-trust",
    "/etc/ca-certificates/trust-source/anchors" },
  { "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n", "etc/pki/trust/anchors",
    "usr/sbin/update-ca-certificates", "/etc/pki/trust/anchors" },
  { "ID=plan9\n", "usr/share/ca-certificates", "usr/bin/rc", NULL },
  { "", "etc", "usr/sbin/update-ca-certificates", NULL },
};

static void
test_finds (Fixture *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kind_cases); i++)
    {
      const Kind *item = &kind_cases[i];
      g_autofree char *root = g_strdup_printf ("%s/root-%lu", self->directory, (gulong)i);
      g_autofree char *folder = g_build_filename (root, item->folder, NULL);
      g_autofree char *program = g_build_filename (root, item->program, NULL);
      g_autofree char *programs = g_path_get_dirname (program);
      g_autofree char *release = g_build_filename (root, "os-release", NULL);
      const StileSystemKind *kind;

      g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
      g_assert_null (stile_system_kind_detect (root));
      g_assert_cmpint (g_mkdir_with_parents (programs, 0755), ==, 0);
      g_assert_true (g_file_set_contents (program, "#!/bin/sh\n", -1, NULL));
      g_assert_cmpint (g_chmod (program, 0755), ==, 0);
      g_assert_true (g_file_set_contents (release, item->os_release, -1, NULL));
      kind = stile_system_kind_detect (root);
      g_assert_cmpstr (kind != NULL ? kind->anchors : NULL, ==, item->anchors);
      kind = stile_system_kind_find (release);
      g_assert_cmpstr (kind != NULL ? kind->anchors : NULL, ==, item->anchors);
    }
  g_assert_null (stile_system_kind_find ("/nonexistent"));
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
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *name = g_strconcat ("/bootstrap/system-kind/", tests[i].name, NULL);

      g_test_add (name, Fixture, NULL, set_up, tests[i].run, tear_down);
    }

  return g_test_run ();
}

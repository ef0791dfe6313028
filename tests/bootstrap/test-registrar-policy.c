/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-masa-devices.h"
#include "bootstrap/stile-registrar-policy.h"
#include "support/test-pki.h"

#define MAKER "[manufacturer M]\nanchors=maker.pem\n"
#define ISSUER "[issuer I]\nanchors=maker.pem\n"

typedef struct
{
  TestPki *maker;
  char *directory;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *anchors = NULL;

  self->maker = test_pki_authority_new ("Maker", TEST_PKI_P256);
  self->directory = test_pki_directory_new ();
  anchors = test_pki_save_chain (self->maker, self->directory, "maker");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_pki_unref (self->maker);
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
}

typedef struct
{
  const char *name;
  const char *text;
  const char *said; /* part of the error; NULL: it is good */
} File;

static const File policies[] = {
  { "good", MAKER "serials=A*;B?\ntypes=X\nadmit=ask\nidevid-may-end=true\nany-assertion=true\ncompat=true\n",
    NULL },
  { "all",
    "[policy]\nunknown=ask\n[audit]\nunknown-domains=refuse\nknown-domains=a;b\nnonceless=accept\n"
    "truncated=ask\n" MAKER "masa-url=https://masa.example/\nmasa-anchors=maker.pem\n"
    "masa-any-address=true\n[manufacturer N]\nanchors=maker.pem\n",
    NULL },
  { "nothing", "", "[manufacturer NAME]" },
  { "no-key-file", "hello", "policy.conf" },
  { "unknown-group", MAKER "[polici]\n", "[polici]" },
  { "unknown-key", MAKER "serial=A*\n", "“serial”" },
  { "unknown-key-of-policy", MAKER "[policy]\nadmit=ask\n", "“admit”" },
  { "unknown-key-of-audit", MAKER "[audit]\nunknown=ask\n", "“unknown”" },
  { "unknown-allowed", MAKER "[policy]\nunknown=allow\n", "one of ask, refuse" },
  { "admit-word", MAKER "admit=accept\n", "one of allow, ask, refuse" },
  { "audit-word", MAKER "[audit]\nnonceless=allow\n", "one of accept, ask, refuse" },
  { "flag", MAKER "compat=yes\n", "one of false, true" },
  { "no-anchors", "[manufacturer M]\nserials=A\n", "anchors is missing" },
  { "anchors-elsewhere", "[manufacturer M]\nanchors=nowhere.pem\n", "nowhere.pem" },
  { "masa-anchors-elsewhere", MAKER "masa-anchors=nowhere.pem\n", "nowhere.pem" },
  { "masa-url-http", MAKER "masa-url=http://masa.example/\n", "masa-url in [manufacturer M]" },
};

static const File devices[] = {
  { "good",
    ISSUER "serials=A*\n[policy]\nfirst-come=false\ntransfer=true\nnonceless-days=7\nshort-lived=true\n",
    NULL },
  { "nothing", "[policy]\nfirst-come=true\n", "[issuer NAME]" },
  { "unknown-group", ISSUER "[owners]\n", "[owners]" },
  { "unknown-key", ISSUER "serial=A*\n", "“serial”" },
  { "days", ISSUER "[policy]\nnonceless-days=0\n", "from 1 to 36500" },
  { "owners-elsewhere", ISSUER "[policy]\nowners=nowhere\n", "nowhere" },
  { "owners-wrong", ISSUER "[policy]\nowners=maker.pem\n", "a domain id, a space and a serial number" },
};

static char *
save (Fixture *self, const char *text)
{
  char *path = g_build_filename (self->directory, "policy.conf", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static void
expect (const File *file, gboolean loaded, const GError *error)
{
  if (error != NULL)
    g_test_message ("%s", error->message);
  g_assert_true (loaded == (file->said == NULL));
  if (file->said == NULL)
    return;

  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, file->said));
}

static void
test_policy (Fixture *self, gconstpointer data)
{
  const File *file = data;
  g_autofree char *path = save (self, file->text);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileRegistrarPolicy) policy = stile_registrar_policy_load (path, &error);

  expect (file, policy != NULL, error);
}

static void
test_devices (Fixture *self, gconstpointer data)
{
  const File *file = data;
  g_autofree char *path = save (self, file->text);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileMasaDevices) loaded = stile_masa_devices_load (path, &error);

  expect (file, loaded != NULL, error);
}

/* Every setting of an example is one that there is, and its value is good; the files that it names are ours. */
static char *
open_example (Fixture *self, const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "data", name, NULL);
  g_autoptr (GRegex) commented = g_regex_new ("^#([a-z-]+=)", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GRegex) pem = g_regex_new ("/etc/stile/[a-z0-9-]+\\.pem", 0, 0, NULL);
  g_autofree char *text = NULL;
  g_autofree char *open = NULL;
  g_autofree char *whole = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  open = g_regex_replace (commented, text, -1, 0, "\\1", 0, NULL);
  whole = g_regex_replace_literal (pem, open, -1, 0, "maker.pem", 0, NULL);
  return save (self, whole);
}

static void
test_example_policy (Fixture *self, gconstpointer data)
{
  g_autofree char *path = open_example (self, "registrar-policy.conf");
  g_autoptr (GError) error = NULL;
  g_autoptr (StileRegistrarPolicy) policy = stile_registrar_policy_load (path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (stile_registrar_policy_get_unknown (policy), ==, STILE_VERDICT_REFUSE);
}

/* There are no owners on this computer, and that is all that is wrong with it. */
static void
test_example_devices (Fixture *self, gconstpointer data)
{
  g_autofree char *path = open_example (self, "masa-devices.conf");
  g_autoptr (GError) error = NULL;
  g_autoptr (StileMasaDevices) loaded = stile_masa_devices_load (path, &error);

  g_assert_null (loaded);
  g_assert_nonnull (strstr (error->message, "/etc/stile/owners"));
}

/* A device of the domain id that was sold, and one that was not. */
static void
test_owners (Fixture *self, gconstpointer data)
{
  g_autofree char *owners = g_build_filename (self->directory, "owners", NULL);
  g_autofree char *path = save (self, ISSUER "[policy]\nowners=owners\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (StileMasaDevices) loaded = NULL;

  g_assert_true (g_file_set_contents (owners, "# who bought what\n\nAAA=  PID:X SN:7 \r\nBBB= 8", -1, NULL));
  loaded = stile_masa_devices_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (stile_masa_devices_find_owner (loaded, "PID:X SN:7"), ==, "AAA=");
  g_assert_cmpstr (stile_masa_devices_find_owner (loaded, "8"), ==, "BBB=");
  g_assert_null (stile_masa_devices_find_owner (loaded, "7"));
}

/* Named as somebody types it who stands beside it. */
static void
test_from_here (Fixture *self, gconstpointer data)
{
  g_autofree char *saved = save (self, MAKER);
  g_autofree char *before = g_get_current_dir ();
  g_autoptr (GError) error = NULL;
  g_autoptr (StileRegistrarPolicy) policy = NULL;

  g_assert_cmpint (g_chdir (self->directory), ==, 0);
  policy = stile_registrar_policy_load ("policy.conf", &error);
  g_assert_cmpint (g_chdir (before), ==, 0);
  g_assert_no_error (error);
  g_assert_nonnull (policy);
}

int
main (int argc, char *argv[])
{
#define ADD(path, data, test) g_test_add (path, Fixture, data, set_up, test, tear_down)
#define ADD_TABLE(prefix, table, test)                                                                       \
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)                                                           \
    {                                                                                                        \
      g_autofree char *path = g_strconcat (prefix, table[i].name, NULL);                                     \
                                                                                                             \
      ADD (path, &table[i], test);                                                                           \
    }
  g_test_init (&argc, &argv, NULL);

  ADD_TABLE ("/registrar-policy/", policies, test_policy);
  ADD_TABLE ("/masa-devices/", devices, test_devices);
  ADD ("/registrar-policy/example", NULL, test_example_policy);
  ADD ("/registrar-policy/from-here", NULL, test_from_here);
  ADD ("/masa-devices/example", NULL, test_example_devices);
  ADD ("/masa-devices/owners", NULL, test_owners);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-system-store.h"
#include "support/test-pki.h"

/* A whole system's certificates in a folder: the real update-ca-certificates works on them. */
typedef struct
{
  char *directory;
  char *anchors;
  char *command;
  char *bundle;
  char *hashes;
  char *before; /* what the bundle was */
  TestPki *distribution;
  TestPki *office;
  TestPki *one;
  TestPki *two;
  GPtrArray *roots; /* one and two */
  StileTrustStore *store;
} Fixture;

static char *
make_folder (Fixture *self, const char *name)
{
  char *path = g_build_filename (self->directory, name, NULL);

  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
  return path;
}

static void
write_text (const char *directory, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static char *
read_text (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static gboolean
succeeds (const char *command)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  int status = -1;

  g_spawn_command_line_sync (command, &output, &errors, &status, &error);
  g_assert_no_error (error);
  g_test_message ("%s\n%s%s", command, output, errors);
  return g_spawn_check_wait_status (status, NULL);
}

static StileTrustStore *
open_store (Fixture *self)
{
  return g_object_new (STILE_TYPE_SYSTEM_STORE, "anchors", self->anchors, "command", self->command, "bundle",
                       self->bundle, "hashes", self->hashes, NULL);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *shipped = NULL;
  g_autofree char *hooks = NULL;
  g_autofree char *base = NULL;
  g_autofree char *office = NULL;

  self->directory = test_pki_directory_new ();
  self->anchors = make_folder (self, "local");
  self->hashes = make_folder (self, "etc");
  shipped = make_folder (self, "shipped");
  hooks = make_folder (self, "hooks");
  self->bundle = g_build_filename (self->hashes, "ca-certificates.crt", NULL);
  self->command =
      g_strdup_printf ("update-ca-certificates --certsconf %s/conf --certsdir %s --localcertsdir %s "
                       "--etccertsdir %s --hooksdir %s",
                       self->directory, shipped, self->anchors, self->hashes, hooks);
  self->distribution = test_pki_authority_new ("Distribution", TEST_PKI_P256);
  self->office = test_pki_authority_new ("Office", TEST_PKI_P256);
  self->one = test_pki_authority_new ("Plant Nörd: One", TEST_PKI_P256);
  self->two = test_pki_authority_new ("../Two", TEST_PKI_P256);
  self->roots = test_pki_list (self->one, self->two, NULL);
  base = test_pki_get_chain_pem (self->distribution);
  office = test_pki_get_chain_pem (self->office);
  write_text (shipped, "base.crt", base);
  write_text (self->anchors, "office.crt", office);
  write_text (self->directory, "conf", "base.crt\n");
  g_assert_true (succeeds (self->command));
  self->before = read_text (self->bundle);
  self->store = open_store (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->store);
  test_pki_directory_remove (self->directory);
  g_ptr_array_unref (self->roots);
  test_pki_unref (self->distribution);
  test_pki_unref (self->office);
  test_pki_unref (self->one);
  test_pki_unref (self->two);
  g_free (self->directory);
  g_free (self->anchors);
  g_free (self->command);
  g_free (self->bundle);
  g_free (self->hashes);
  g_free (self->before);
}

static void
install (StileTrustStore *store, GPtrArray *roots)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_trust_store_can_install (store, &error));
  g_assert_true (stile_trust_store_install (store, roots, &error));
  g_assert_no_error (error);
  g_assert_true (stile_trust_store_contains (store, roots, &error));
  g_assert_no_error (error);
}

static void
take_back (StileTrustStore *store, GPtrArray *roots)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_trust_store_remove (store, roots, &error));
  g_assert_no_error (error);
}

static void
assert_as_before (Fixture *self)
{
  g_autofree char *now = read_text (self->bundle);
  g_autoptr (GDir) directory = g_dir_open (self->anchors, 0, NULL);

  g_assert_cmpstr (now, ==, self->before);
  g_assert_cmpstr (g_dir_read_name (directory), ==, "office.crt");
  g_assert_null (g_dir_read_name (directory));
}

static gboolean
openssl_accepts (Fixture *self, TestPki *issuer, const char *how)
{
  g_autoptr (TestPki) leaf =
      test_pki_issue (issuer, &(TestPkiOptions){ .name = "Server", .hosts = "server.example" });
  g_autofree char *path = test_pki_save_chain (leaf, self->directory, "leaf");
  g_autofree char *command =
      g_strdup_printf ("openssl verify -no-CAfile -no-CApath -no-CAstore %s %s", how, path);

  return succeeds (command);
}

static void
test_installs_and_takes_back (Fixture *self, gconstpointer data)
{
  g_autofree char *file = g_strconcat ("-CAfile ", self->bundle, NULL);
  g_autofree char *folder = g_strconcat ("-CApath ", self->hashes, NULL);

  g_assert_false (openssl_accepts (self, self->one, file));
  install (self->store, self->roots);
  g_assert_true (openssl_accepts (self, self->one, file));
  g_assert_true (openssl_accepts (self, self->two, folder));
  g_assert_true (openssl_accepts (self, self->office, folder));
  install (self->store, self->roots);
  take_back (self->store, self->roots);
  g_assert_false (openssl_accepts (self, self->one, file));
  g_assert_false (openssl_accepts (self, self->two, folder));
  g_assert_true (openssl_accepts (self, self->distribution, file));
  assert_as_before (self);
  take_back (self->store, self->roots);
}

static StileTrustState
state_of (StileTrustStore *store, GPtrArray *roots, const char *program, const char *word)
{
  g_autoptr (GPtrArray) results = stile_trust_store_verify (store, roots);

  for (guint i = 0; i < results->len; i++)
    {
      StileTrustResult *result = g_ptr_array_index (results, i);

      g_test_message ("%s: %s", stile_trust_result_get_program (result),
                      stile_trust_result_get_sentence (result));
      if (strstr (stile_trust_result_get_program (result), program) != NULL)
        {
          if (word != NULL)
            g_assert_nonnull (strstr (stile_trust_result_get_sentence (result), word));
          return stile_trust_result_get_state (result);
        }
    }

  g_assert_not_reached ();
}

static void
test_verifies_by_using (Fixture *self, gconstpointer data)
{
  static const char *const readers[] = { "curl", "Python" };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (readers); i++)
    g_assert_cmpint (state_of (self->store, self->roots, readers[i], "One"), ==, STILE_TRUST_FAILS);
  install (self->store, self->roots);
  for (gsize i = 0; i < G_N_ELEMENTS (readers); i++)
    g_assert_cmpint (state_of (self->store, self->roots, readers[i], NULL), ==, STILE_TRUST_HOLDS);
  g_assert_cmpint (state_of (self->store, self->roots, "Firefox", NULL), ==, STILE_TRUST_ELSEWHERE);
  g_assert_cmpint (state_of (self->store, self->roots, "Java", NULL), ==, STILE_TRUST_ELSEWHERE);
}

/* It is there and nobody trusts it: reading it again would not have told. */
static void
test_expired_root (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) old = test_pki_issue (
      NULL, &(TestPkiOptions){ .name = "Old", .authority = TRUE, .begins = -7200, .ends = -3600 });
  g_autoptr (GPtrArray) roots = test_pki_list (old, NULL);

  install (self->store, roots);
  g_assert_cmpint (state_of (self->store, roots, "curl", "expired"), ==, STILE_TRUST_FAILS);
  g_assert_cmpint (state_of (self->store, roots, "Python", "expired"), ==, STILE_TRUST_FAILS);
}

/* What was trusted before is not ours, also when we were asked to install it. */
static void
test_leaves_what_was_there (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) there = test_pki_list (self->office, self->distribution, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) undo = stile_trust_store_prepare (self->store, there, &error);

  g_assert_no_error (error);
  g_assert_null (g_ptr_array_index (undo, 0));
  g_assert_null (g_ptr_array_index (undo, 1));
  install (self->store, there);
  take_back (self->store, there);
  assert_as_before (self);
  g_assert_true (stile_trust_store_contains (self->store, there, &error));
}

static void
test_another_process_takes_back (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) undo = stile_trust_store_prepare (self->store, self->roots, &error);
  g_autoptr (StileTrustStore) later = open_store (self);

  g_assert_no_error (error);
  install (self->store, self->roots);
  take_back (later, self->roots);
  g_assert_true (stile_trust_store_contains (later, self->roots, &error));
  for (guint i = 0; i < self->roots->len; i++)
    stile_trust_store_restore (later, g_ptr_array_index (self->roots, i), g_ptr_array_index (undo, i));
  take_back (later, self->roots);
  assert_as_before (self);
}

/* Somebody has put something else into a file of our name: theirs. */
static void
test_changed_file_stays (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) roots = test_pki_list (self->one, NULL);
  g_autofree char *office = test_pki_get_chain_pem (self->office);
  g_autofree char *change = stile_trust_store_get_change (self->store, roots);
  g_auto (GStrv) lines = g_strsplit (change, "\n", -1);
  g_autofree char *now = NULL;

  install (self->store, roots);
  write_text ("/", lines[1], office);
  take_back (self->store, roots);
  now = read_text (lines[1]);
  g_assert_cmpstr (now, ==, office);
}

static void
test_says_what_changes (Fixture *self, gconstpointer data)
{
  g_autofree char *change = stile_trust_store_get_change (self->store, self->roots);
  g_auto (GStrv) lines = g_strsplit (change, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  for (gsize i = 1; i < 3; i++)
    {
      g_autofree char *folder = g_path_get_dirname (lines[i]);

      g_assert_cmpstr (folder, ==, self->anchors);
      g_assert_true (g_str_is_ascii (lines[i]));
      g_assert_null (strstr (lines[i], ".."));
      g_assert_false (g_file_test (lines[i], G_FILE_TEST_EXISTS));
    }
  g_assert_cmpstr (lines[3], ==, self->command);
  assert_as_before (self);
  install (self->store, self->roots);
  g_assert_true (g_file_test (lines[1], G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (lines[2], G_FILE_TEST_EXISTS));
}

static void
test_command_by_hand (Fixture *self, gconstpointer data)
{
  g_autofree char *command = stile_trust_store_get_command (self->store, self->roots);
  g_autofree char *script = g_strconcat ("set -e\nsudo () { \"$@\"; }\n", command, NULL);
  g_autofree char *path = g_build_filename (self->directory, "script", NULL);
  g_autofree char *line = g_strconcat ("sh ", path, NULL);
  g_autoptr (GError) error = NULL;

  write_text (self->directory, "script", script);
  g_assert_true (succeeds (line));
  g_assert_true (stile_trust_store_contains (self->store, self->roots, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < self->roots->len; i++)
    stile_trust_store_restore (self->store, g_ptr_array_index (self->roots, i), "");
  take_back (self->store, self->roots);
  assert_as_before (self);
}

static void
test_failing_command (Fixture *self, gconstpointer data)
{
  g_autoptr (StileTrustStore) store =
      g_object_new (STILE_TYPE_SYSTEM_STORE, "anchors", self->anchors, "command",
                    "sh -c 'echo first >&2; echo no space left >&2; exit 3'", "bundle", self->bundle, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (stile_trust_store_install (store, self->roots, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "no space left"));
  assert_as_before (self);
}

typedef struct
{
  int status;
  const char *says;
  StileErrorCode code; /* when it is not 0 */
  const char *word;
} Elevation;

static const Elevation elevations[] = {
  { 0, "", 0, NULL },
  { 126, "Error executing command as another user: Request dismissed", STILE_ERROR_CANCELLED, "not given" },
  { 127, "Error executing command as another user: Not authorized", STILE_ERROR_REFUSED, "Not authorized" },
  { 1, "stilectl: The disk is full", STILE_ERROR_FAILED, "disk is full" },
};

/* A folder below a missing one cannot be written to by anybody, so that an administrator is asked, root too. */
static void
test_asks_an_administrator (Fixture *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (elevations); i++)
    {
      const Elevation *item = &elevations[i];
      g_autofree char *script =
          g_strdup_printf ("echo \"$@\" >%s/arguments; cat >%s/input; echo Plan; echo '%s' >&2; exit %d\n",
                           self->directory, self->directory, item->says, item->status);
      g_autofree char *elevate = g_strdup_printf ("sh %s/elevate", self->directory);
      g_autofree char *input = g_build_filename (self->directory, "input", NULL);
      g_autofree char *arguments = g_build_filename (self->directory, "arguments", NULL);
      g_autoptr (StileTrustStore) store =
          g_object_new (STILE_TYPE_SYSTEM_STORE, "anchors", "/nonexistent/above/anchors", "command",
                        self->command, "bundle", self->bundle, "elevate", elevate, NULL);
      g_autofree char *pem = test_pki_get_chain_pem (self->one);
      g_autofree char *given = NULL;
      g_autofree char *act = NULL;
      g_autoptr (GError) error = NULL;

      write_text (self->directory, "elevate", script);
      g_assert_cmpint (stile_trust_store_install (store, self->roots, &error), ==, item->status == 0);
      act = read_text (arguments);
      given = read_text (input);
      g_assert_cmpstr (act, ==, "trust install --store system -\n");
      g_assert_true (g_str_has_prefix (given, pem));
      if (item->status != 0)
        {
          g_assert_error (error, STILE_ERROR, (gint)item->code);
          g_assert_nonnull (strstr (error->message, item->word));
        }
    }
}

static void
test_says_why_not (Fixture *self, gconstpointer data)
{
  g_autofree char *info = g_build_filename (self->directory, "flatpak-info", NULL);
  const struct
  {
    const char *anchors;
    const char *command;
    const char *elevate;
    const char *sandbox;
    const char *word;
  } cases[] = {
    { self->anchors, "update-nonexistent", NULL, "/nonexistent", "ca-certificates" },
    { "/nonexistent/above/anchors", self->command, "/nonexistent/pkexec", "/nonexistent", "administrator" },
    { self->anchors, self->command, NULL, info, "sandbox" },
  };

  write_text (self->directory, "flatpak-info", "[Application]\nname=org.stile.Stile\n");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StileTrustStore) store = g_object_new (
          STILE_TYPE_SYSTEM_STORE, "anchors", cases[i].anchors, "command", cases[i].command, "bundle",
          self->bundle, "elevate", cases[i].elevate, "sandbox", cases[i].sandbox, NULL);
      g_autofree char *command = stile_trust_store_get_command (store, self->roots);
      g_autoptr (GError) error = NULL;

      g_assert_false (stile_trust_store_can_install (store, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, cases[i].word));
      g_assert_nonnull (command);
      g_clear_error (&error);
      g_assert_false (stile_trust_store_install (store, self->roots, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
    }
  assert_as_before (self);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "installs-and-takes-back", test_installs_and_takes_back },
    { "verifies-by-using", test_verifies_by_using },
    { "expired-root", test_expired_root },
    { "leaves-what-was-there", test_leaves_what_was_there },
    { "another-process-takes-back", test_another_process_takes_back },
    { "changed-file-stays", test_changed_file_stays },
    { "says-what-changes", test_says_what_changes },
    { "command-by-hand", test_command_by_hand },
    { "failing-command", test_failing_command },
    { "asks-an-administrator", test_asks_an_administrator },
    { "says-why-not", test_says_why_not },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *name = g_strconcat ("/bootstrap/system-store/", tests[i].name, NULL);

      g_test_add (name, Fixture, NULL, set_up, tests[i].run, tear_down);
    }

  return g_test_run ();
}

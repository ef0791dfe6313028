/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-nss-store.h"
#include "support/test-pki.h"

typedef struct
{
  char *directory; /* everything of the test */
  char *database;  /* made by certutil, with the old root in it */
  char *before;    /* what certutil says of it */
  TestPki *old;
  TestPki *one;
  TestPki *two;
  GPtrArray *roots; /* one and two */
  StileTrustStore *store;
} Fixture;

/* Returns: what it printed, or NULL when it failed. */
static char *
run (const char *command)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  int status = -1;

  g_spawn_command_line_sync (command, &output, &errors, &status, &error);
  g_assert_no_error (error);
  g_test_message ("%s\n%s%s", command, output, errors);
  return g_spawn_check_wait_status (status, NULL) ? g_steal_pointer (&output) : NULL;
}

static char *certutil (const char *database, const char *format, ...) G_GNUC_PRINTF (2, 3);

static char *
certutil (const char *database, const char *format, ...)
{
  g_autofree char *arguments = NULL;
  g_autofree char *command = NULL;
  va_list list;

  va_start (list, format);
  arguments = g_strdup_vprintf (format, list);
  va_end (list);
  command = g_strdup_printf ("certutil -d sql:%s %s", database, arguments);
  return run (command);
}

static void
add_with_certutil (Fixture *self, TestPki *pki, const char *name, const char *trust)
{
  g_autofree char *path = test_pki_save_chain (pki, self->directory, name);
  g_autofree char *done = certutil (self->database, "-A -a -n %s -t %s -i %s", name, trust, path);

  g_assert_nonnull (done);
}

static char *
make_database (Fixture *self, const char *name, const char *options)
{
  char *database = g_build_filename (self->directory, name, NULL);
  g_autofree char *made = NULL;

  g_assert_cmpint (g_mkdir (database, 0700), ==, 0);
  made = certutil (database, "-N %s", options);
  g_assert_nonnull (made);
  return database;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->directory = test_pki_directory_new ();
  self->old = test_pki_authority_new ("Old", TEST_PKI_P256);
  self->one = test_pki_authority_new ("Plant Nörd", TEST_PKI_P256);
  self->two = test_pki_authority_new ("Two", TEST_PKI_RSA);
  self->roots = test_pki_list (self->one, self->two, NULL);
  self->database = make_database (self, "database", "--empty-password");
  add_with_certutil (self, self->old, "old", "C,,");
  self->before = certutil (self->database, "-L");
  self->store = stile_nss_store_new (self->database);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->store);
  test_pki_directory_remove (self->directory);
  g_ptr_array_unref (self->roots);
  test_pki_unref (self->old);
  test_pki_unref (self->one);
  test_pki_unref (self->two);
  g_free (self->directory);
  g_free (self->database);
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
  g_autofree char *now = certutil (self->database, "-L");

  g_assert_cmpstr (now, ==, self->before);
}

static char *
nickname_of (TestPki *pki)
{
  StileCertificate *certificate = test_pki_get_certificate (pki);

  return g_strdup_printf ("'%s (%.8s)'", stile_certificate_get_name (certificate),
                          stile_certificate_get_fingerprint (certificate));
}

/* Whether NSS itself accepts a server of this authority. */
static gboolean
accepts (Fixture *self, TestPki *authority)
{
  g_autoptr (TestPki) leaf =
      test_pki_issue (authority, &(TestPkiOptions){ .name = "Server", .hosts = "server.example" });
  g_autofree char *verdict = NULL;
  g_autofree char *gone = NULL;

  add_with_certutil (self, leaf, "leaf", ",,");
  verdict = certutil (self->database, "-V -n leaf -u V");
  gone = certutil (self->database, "-D -n leaf");
  g_assert_nonnull (gone);
  return verdict != NULL;
}

static void
test_installs_and_takes_back (Fixture *self, gconstpointer data)
{
  g_autofree char *nickname = nickname_of (self->one);
  g_autofree char *list = NULL;
  g_autofree char *verdict = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (stile_trust_store_contains (self->store, self->roots, &error));
  g_assert_no_error (error);
  g_assert_false (accepts (self, self->one));
  install (self->store, self->roots);
  list = certutil (self->database, "-L");
  g_assert_nonnull (strstr (list, "Plant Nörd ("));
  verdict = certutil (self->database, "-V -u L -n %s", nickname);
  g_assert_nonnull (verdict);
  g_assert_true (accepts (self, self->one));
  g_assert_true (accepts (self, self->two));
  g_assert_true (accepts (self, self->old));
  install (self->store, self->roots);
  take_back (self->store, self->roots);
  assert_as_before (self);
  g_assert_false (accepts (self, self->one));
  g_assert_true (accepts (self, self->old));
  take_back (self->store, self->roots);
}

/* What the database thought of a certificate before: it thinks so again. */
static void
test_restores_trust (Fixture *self, gconstpointer data)
{
  static const char *const trusts[] = { ",,", "p,,", ",C,", "c,,", "u,u,u", "C,C,C" };

  for (gsize i = 0; i < G_N_ELEMENTS (trusts); i++)
    {
      g_autoptr (TestPki) known = test_pki_authority_new ("Known", TEST_PKI_P256);
      g_autoptr (GPtrArray) roots = test_pki_list (known, self->one, NULL);
      g_autofree char *name = g_strdup_printf ("known-%lu", (gulong)i);
      g_autofree char *before = NULL;
      g_autofree char *after = NULL;

      g_test_message ("%s", trusts[i]);
      add_with_certutil (self, known, name, trusts[i]);
      before = certutil (self->database, "-L");
      install (self->store, roots);
      g_assert_true (accepts (self, known));
      take_back (self->store, roots);
      after = certutil (self->database, "-L");
      g_assert_cmpstr (after, ==, before);
    }
}

static void
test_another_process_takes_back (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) all = test_pki_list (self->old, self->one, self->two, NULL);
  g_autoptr (StileTrustStore) later = stile_nss_store_new (self->database);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) undo = stile_trust_store_prepare (self->store, all, &error);

  g_assert_no_error (error);
  g_assert_null (g_ptr_array_index (undo, 0)); /* was trusted before */
  install (self->store, all);
  take_back (later, all);
  g_assert_true (stile_trust_store_contains (later, all, &error));
  for (guint i = 1; i < all->len; i++)
    stile_trust_store_restore (later, g_ptr_array_index (all, i), g_ptr_array_index (undo, i));
  take_back (later, all);
  assert_as_before (self);
}

static StileTrustState
state_of (StileTrustStore *store, GPtrArray *roots, const char *word)
{
  g_autoptr (GPtrArray) results = stile_trust_store_verify (store, roots);
  StileTrustResult *result = g_ptr_array_index (results, 0);

  g_assert_cmpuint (results->len, ==, 1);
  g_test_message ("%s", stile_trust_result_get_sentence (result));
  g_assert_nonnull (strstr (stile_trust_result_get_sentence (result), word));
  return stile_trust_result_get_state (result);
}

static void
test_verifies_by_using (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) expired = test_pki_issue (
      NULL, &(TestPkiOptions){ .name = "Late", .authority = TRUE, .begins = -7200, .ends = -3600 });
  g_autoptr (GPtrArray) late = test_pki_list (expired, NULL);

  g_assert_cmpint (state_of (self->store, self->roots, "Plant Nörd"), ==, STILE_TRUST_FAILS);
  install (self->store, self->roots);
  g_assert_cmpint (state_of (self->store, self->roots, "trusts"), ==, STILE_TRUST_HOLDS);
  install (self->store, late);
  g_assert_cmpint (state_of (self->store, late, "expired"), ==, STILE_TRUST_FAILS);
}

static void
test_makes_a_database (Fixture *self, gconstpointer data)
{
  g_autofree char *directory = g_build_filename (self->directory, "pki", "nssdb", NULL);
  g_autoptr (StileTrustStore) store = stile_nss_store_new (directory);
  g_autofree char *change = stile_trust_store_get_change (store, self->roots);
  g_autofree char *list = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (strstr (change, directory));
  g_assert_cmpint (state_of (store, self->roots, "no database"), ==, STILE_TRUST_FAILS);
  g_assert_false (stile_trust_store_contains (store, self->roots, &error));
  g_assert_no_error (error);
  take_back (store, self->roots);
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
  install (store, self->roots);
  list = certutil (directory, "-L");
  g_assert_nonnull (strstr (list, "C,,"));
  take_back (store, self->roots);
  g_free (list);
  list = certutil (directory, "-L");
  g_assert_null (strstr (list, "C,,"));
}

static void
expect_refusal (StileTrustStore *store, GPtrArray *roots, const char *word)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (stile_trust_store_can_install (store, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, word));
  g_clear_error (&error);
  g_assert_false (stile_trust_store_install (store, roots, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
}

/* Root may write anywhere, so for a moment we are somebody else.  The files alone are not enough, nor is the folder. */
static void
read_only (Fixture *self, int folder_mode, int file_mode)
{
  gboolean root = geteuid () == 0;
  g_autofree char *file = g_build_filename (self->database, "cert9.db", NULL);
  g_autofree char *keys = g_build_filename (self->database, "key4.db", NULL);

  g_assert_cmpint (g_chmod (self->directory, 0755), ==, 0);
  g_assert_cmpint (g_chmod (file, file_mode), ==, 0);
  g_assert_cmpint (g_chmod (keys, file_mode), ==, 0);
  g_assert_cmpint (g_chmod (self->database, folder_mode), ==, 0);
  if (root)
    g_assert_cmpint (seteuid (65534), ==, 0);
  expect_refusal (self->store, self->roots, "may not write");
  if (root)
    g_assert_cmpint (seteuid (0), ==, 0);
  g_assert_cmpint (g_chmod (self->database, 0755), ==, 0);
  assert_as_before (self);
}

static void
test_read_only (Fixture *self, gconstpointer data)
{
  read_only (self, 0555, 0666);
  read_only (self, 0777, 0444);
}

static void
test_password (Fixture *self, gconstpointer data)
{
  g_autofree char *file = g_build_filename (self->directory, "password", NULL);
  g_autofree char *options = g_strconcat ("-f ", file, NULL);
  g_autofree char *database = NULL;
  g_autoptr (StileTrustStore) store = NULL;

  g_assert_true (g_file_set_contents (file, "correct horse\n", -1, NULL));
  database = make_database (self, "protected", options);
  store = stile_nss_store_new (database);
  expect_refusal (store, self->roots, "password");
}

static void
test_sandbox (Fixture *self, gconstpointer data)
{
  g_autofree char *info = g_build_filename (self->directory, "flatpak-info", NULL);
  g_autofree char *command = stile_trust_store_get_command (self->store, self->roots);
  g_autofree char *grant = g_strconcat ("[Context]\nfilesystems=", self->database, ":create;\n", NULL);
  g_autoptr (StileTrustStore) store =
      g_object_new (STILE_TYPE_NSS_STORE, "directory", self->database, "sandbox", info, NULL);

  g_assert_true (g_file_set_contents (info, "[Context]\nshared=network;\n", -1, NULL));
  expect_refusal (store, self->roots, "flatpak override");
  assert_as_before (self);
  g_assert_true (g_file_set_contents (info, grant, -1, NULL));
  install (store, self->roots);
}

static void
test_damaged (Fixture *self, gconstpointer data)
{
  g_autofree char *file = g_build_filename (self->directory, "cert9.db", NULL);
  g_autoptr (StileTrustStore) store = stile_nss_store_new (self->directory);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, "A letter to my aunt, which is no database at all.\n", -1, NULL));
  g_assert_false (stile_trust_store_contains (store, self->roots, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, self->directory));
  g_clear_error (&error);
  g_assert_false (stile_trust_store_install (store, self->roots, &error));
  g_assert_nonnull (error);
}

static void
test_command_by_hand (Fixture *self, gconstpointer data)
{
  g_autofree char *command = stile_trust_store_get_command (self->store, self->roots);
  g_autofree char *path = g_build_filename (self->directory, "script", NULL);
  g_autofree char *line = g_strconcat ("sh -e ", path, NULL);
  g_autofree char *done = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, command, -1, NULL));
  done = run (line);
  g_assert_nonnull (done);
  g_assert_true (stile_trust_store_contains (self->store, self->roots, &error));
  g_assert_no_error (error);
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
    { "restores-trust", test_restores_trust },
    { "another-process-takes-back", test_another_process_takes_back },
    { "verifies-by-using", test_verifies_by_using },
    { "makes-a-database", test_makes_a_database },
    { "read-only", test_read_only },
    { "password", test_password },
    { "sandbox", test_sandbox },
    { "damaged", test_damaged },
    { "command-by-hand", test_command_by_hand },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *name = g_strconcat ("/bootstrap/nss-store/", tests[i].name, NULL);

      g_test_add (name, Fixture, NULL, set_up, tests[i].run, tear_down);
    }

  return g_test_run ();
}

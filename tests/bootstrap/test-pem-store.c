/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-pem-store.h"
#include "codec/stile-certificate-bundle.h"
#include "support/test-pki.h"

typedef struct
{
  char *directory;
  char *path;
  TestPki *old;
  TestPki *one;
  TestPki *two;
  GPtrArray *roots; /* one and two */
  StileTrustStore *store;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->directory = test_pki_directory_new ();
  self->path = g_build_filename (self->directory, "roots.pem", NULL);
  self->old = test_pki_authority_new ("Old", TEST_PKI_P256);
  self->one = test_pki_authority_new ("One", TEST_PKI_P256);
  self->two = test_pki_authority_new ("Two", TEST_PKI_P256);
  self->roots = test_pki_list (self->one, self->two, NULL);
  self->store = stile_pem_store_new_file (self->path);
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
  g_free (self->path);
}

static void
write_text (Fixture *self, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (self->path, text, -1, &error);
  g_assert_no_error (error);
}

static char *
read_text (Fixture *self)
{
  char *text = NULL;

  g_file_get_contents (self->path, &text, NULL, NULL);
  return text;
}

static void
install (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_trust_store_install (self->store, self->roots, &error));
  g_assert_no_error (error);
  g_assert_true (stile_trust_store_contains (self->store, self->roots, &error));
  g_assert_no_error (error);
}

static void
take_back (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_trust_store_remove (self->store, self->roots, &error));
  g_assert_no_error (error);
}

static guint
count (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) bundle = stile_certificate_bundle_load_pem (self->path, &error);

  g_assert_no_error (error);
  return bundle->len;
}

static void
test_new_file (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (stile_trust_store_contains (self->store, self->roots, &error));
  g_assert_no_error (error);
  take_back (self); /* nothing was installed: nothing happens */
  install (self);
  g_assert_cmpuint (count (self), ==, 2);
  install (self);
  g_assert_cmpuint (count (self), ==, 2);
  take_back (self);
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
  take_back (self);
}

static void
test_merges (Fixture *self, gconstpointer data)
{
  g_autofree char *old = test_pki_get_chain_pem (self->old);
  g_autofree char *two = test_pki_get_chain_pem (self->two);
  g_autofree char *before = g_strconcat (old, two, NULL);
  g_autofree char *after = NULL;

  write_text (self, before);
  install (self);
  g_assert_cmpuint (count (self), ==, 3); /* two was there */
  take_back (self);
  after = read_text (self);
  g_assert_cmpstr (after, ==, before);
}

/* People write into their files what the certificates are: that stays. */
static void
test_undo_restores_exactly (Fixture *self, gconstpointer data)
{
  g_autofree char *pem = test_pki_get_chain_pem (self->old);
  g_autofree char *crlf = g_strconcat ("# Our office\r\n", pem, "\r\n\r\n# end, without a new line", NULL);
  g_autofree char *installed = NULL;
  g_autofree char *after = NULL;

  write_text (self, crlf);
  install (self);
  g_assert_cmpuint (count (self), ==, 3);
  installed = read_text (self);
  g_assert_true (g_str_has_prefix (installed, "# Our office\r\n"));
  take_back (self);
  after = read_text (self);
  g_assert_cmpstr (after, ==, crlf);
}

/* Somebody else has written to the file since: theirs stays too. */
static void
test_undo_after_others (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) third = test_pki_authority_new ("Third", TEST_PKI_P256);
  g_autofree char *pem = test_pki_get_chain_pem (third);
  g_autofree char *installed = NULL;
  g_autofree char *more = NULL;
  g_autofree char *after = NULL;

  install (self);
  installed = read_text (self);
  more = g_strconcat (pem, installed, pem, NULL);
  write_text (self, more);
  take_back (self);
  after = read_text (self);
  g_assert_true (g_str_has_prefix (after, pem));
  g_assert_true (g_str_has_suffix (after, pem));
  g_assert_cmpuint (count (self), ==, 2);
}

static void
test_undo_of_removed (Fixture *self, gconstpointer data)
{
  install (self);
  g_assert_cmpint (g_unlink (self->path), ==, 0);
  take_back (self);
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
}

/* A private key in the same file would be lost, or become readable. */
static void
test_not_overwritten (Fixture *self, gconstpointer data)
{
  g_autofree char *pem = test_pki_get_chain_pem (self->old);
  g_autofree char *key = test_pki_get_key_pem (self->old);
  g_autofree char *with_key = g_strconcat (pem, key, NULL);
  const char *const texts[] = { "A letter to my aunt\n",
                                "",
                                with_key,
                                key,
                                "-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n",
                                "-----BEGIN CERTIFICATE-----\nMII" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *after = NULL;

      g_test_message ("%.40s", texts[i]);
      write_text (self, texts[i]);
      g_assert_false (stile_trust_store_install (self->store, self->roots, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, self->path));
      after = read_text (self);
      g_assert_cmpstr (after, ==, texts[i]);
    }
}

static void
test_keeps_mode (Fixture *self, gconstpointer data)
{
  g_autofree char *pem = test_pki_get_chain_pem (self->old);
  GStatBuf status;

  write_text (self, pem);
  g_assert_cmpint (g_chmod (self->path, 0600), ==, 0);
  install (self);
  g_assert_cmpint (g_stat (self->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

/* A file where a folder should be: root may write anywhere else. */
static void
test_unwritable (Fixture *self, gconstpointer data)
{
  g_autofree char *below = g_build_filename (self->path, "deeper.pem", NULL);
  g_autofree char *missing = g_build_filename (self->directory, "missing", "roots.pem", NULL);
  const char *const paths[] = { below, missing, self->directory, NULL };
  g_autofree char *after = NULL;

  write_text (self, "a file\n");
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;

      stile_pem_store_set_path (STILE_PEM_STORE (self->store), paths[i]);
      g_assert_false (stile_trust_store_install (self->store, self->roots, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      if (paths[i] != NULL)
        g_assert_nonnull (strstr (error->message, paths[i]));
    }
  after = read_text (self);
  g_assert_cmpstr (after, ==, "a file\n");
}

/* Another process, which has only what was written down. */
static void
test_another_process_takes_back (Fixture *self, gconstpointer data)
{
  g_autofree char *old = test_pki_get_chain_pem (self->old);
  g_autofree char *open = g_strconcat (old, "# no new line", NULL);
  g_autoptr (StileTrustStore) later = stile_pem_store_new_file (self->path);
  g_autoptr (GPtrArray) undo = NULL;
  g_autofree char *still = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  write_text (self, open);
  undo = stile_trust_store_prepare (self->store, self->roots, &error);
  g_assert_no_error (error);
  install (self);
  g_assert_true (stile_trust_store_remove (later, self->roots, &error));
  still = read_text (self);
  g_assert_cmpstr (still, !=, open);
  for (guint i = 0; i < self->roots->len; i++)
    stile_trust_store_restore (later, g_ptr_array_index (self->roots, i), g_ptr_array_index (undo, i));
  g_assert_true (stile_trust_store_remove (later, self->roots, &error));
  g_assert_no_error (error);
  after = read_text (self);
  g_assert_cmpstr (after, ==, open);
}

static void
test_verifies_by_using (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) late = test_pki_issue (
      NULL, &(TestPkiOptions){ .name = "Late", .authority = TRUE, .begins = -7200, .ends = -3600 });
  g_autoptr (GPtrArray) before = stile_trust_store_verify (self->store, self->roots);
  g_autoptr (GPtrArray) holds = NULL;
  g_autoptr (GPtrArray) expired = NULL;

  g_assert_false (stile_trust_result_all_hold (before));
  install (self);
  holds = stile_trust_store_verify (self->store, self->roots);
  g_assert_cmpint (stile_trust_result_get_state (g_ptr_array_index (holds, 0)), ==, STILE_TRUST_HOLDS);
  g_assert_cmpint (stile_trust_result_get_state (g_ptr_array_index (holds, 1)), ==, STILE_TRUST_ELSEWHERE);
  g_ptr_array_add (self->roots, g_object_ref (test_pki_get_certificate (late)));
  install (self);
  expired = stile_trust_store_verify (self->store, self->roots);
  g_assert_false (stile_trust_result_all_hold (expired));
}

static void
test_own (Fixture *self, gconstpointer data)
{
  g_autoptr (StileTrustStore) own = stile_pem_store_new_own (self->directory);
  g_autofree char *path = g_build_filename (self->directory, "stile", "trust", "domain-roots.pem", NULL);
  g_autofree char *trust = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_trust_store_get_selected (own));
  g_assert_false (stile_trust_store_get_selected (self->store));
  g_assert_cmpstr (stile_trust_store_get_location (own), ==, path);
  g_assert_cmpstr (stile_trust_store_get_name (own), !=, stile_trust_store_get_name (self->store));
  g_assert_cmpstr (stile_trust_store_get_meaning (own), !=, stile_trust_store_get_meaning (self->store));
  g_assert_true (stile_trust_store_install (own, self->roots, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (stile_trust_store_remove (own, self->roots, &error));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_rmdir (trust), ==, 0);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "new-file", test_new_file },
    { "merges", test_merges },
    { "undo-restores-exactly", test_undo_restores_exactly },
    { "undo-after-others", test_undo_after_others },
    { "undo-of-removed", test_undo_of_removed },
    { "not-overwritten", test_not_overwritten },
    { "keeps-mode", test_keeps_mode },
    { "unwritable", test_unwritable },
    { "another-process-takes-back", test_another_process_takes_back },
    { "verifies-by-using", test_verifies_by_using },
    { "own", test_own },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *name = g_strconcat ("/bootstrap/pem-store/", tests[i].name, NULL);

      g_test_add (name, Fixture, NULL, set_up, tests[i].run, tear_down);
    }

  return g_test_run ();
}

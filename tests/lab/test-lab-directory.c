/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-directory.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atls/stile-error.h"

typedef struct
{
  char *parent;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  fixture->parent = g_dir_make_tmp ("stile-test-XXXXXX", NULL);
  g_assert_nonnull (fixture->parent);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  g_assert_cmpint (g_rmdir (fixture->parent), ==, 0);
  g_free (fixture->parent);
}

static char *
put_file (const char *directory, const char *name)
{
  char *path = g_build_filename (directory, name, NULL);

  g_assert_true (g_file_set_contents (path, "x", 1, NULL));

  return path;
}

/* What a lab that crashed leaves: a directory of ours that nobody has locked. */
static char *
leave_behind (Fixture *fixture, const char *name)
{
  char *path = g_build_filename (fixture->parent, name, NULL);
  g_autofree char *inner = g_build_filename (path, "certs", NULL);
  g_autofree char *file = NULL;
  g_autofree char *deep = NULL;

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (inner, 0700), ==, 0);
  file = put_file (path, "client.key");
  deep = put_file (inner, "one.pem");

  return path;
}

static void
test_is_private (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLabDirectory) directory = stile_lab_directory_new (fixture->parent, &error);
  struct stat status;

  g_assert_no_error (error);
  g_assert_cmpint (lstat (stile_lab_directory_get_path (directory), &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0700);
}

static void
test_is_removed_with_all_in_it (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileLabDirectory) directory = stile_lab_directory_new (fixture->parent, NULL);
  g_autofree char *file = put_file (stile_lab_directory_get_path (directory), "client.key");

  stile_lab_directory_remove (directory);
  g_assert_false (g_file_test (stile_lab_directory_get_path (directory), G_FILE_TEST_EXISTS));
  stile_lab_directory_remove (directory);
}

static void
test_stale_is_removed (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *stale = leave_behind (fixture, "stile-lab-1-abcdef");

  g_assert_cmpuint (stile_lab_directory_remove_stale (fixture->parent), ==, 1);
  g_assert_false (g_file_test (stale, G_FILE_TEST_EXISTS));
}

static void
test_live_is_kept (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (StileLabDirectory) directory = stile_lab_directory_new (fixture->parent, NULL);

  g_assert_cmpuint (stile_lab_directory_remove_stale (fixture->parent), ==, 0);
  g_assert_true (g_file_test (stile_lab_directory_get_path (directory), G_FILE_TEST_IS_DIR));
}

static void
test_others_are_kept (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *other = g_build_filename (fixture->parent, "some-lab-1-abcdef", NULL);
  g_autofree char *file = put_file (fixture->parent, "stile-lab-file");

  g_assert_cmpint (g_mkdir (other, 0700), ==, 0);
  g_assert_cmpuint (stile_lab_directory_remove_stale (fixture->parent), ==, 0);
  g_assert_cmpint (g_rmdir (other), ==, 0);
  g_assert_cmpint (g_unlink (file), ==, 0);
}

/* A link of our name, and a link inside: neither leads out. */
static void
test_links_are_not_followed (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *outside = g_build_filename (fixture->parent, "outside", NULL);
  g_autofree char *precious = NULL;
  g_autofree char *named = g_build_filename (fixture->parent, "stile-lab-1-link", NULL);
  g_autofree char *stale = leave_behind (fixture, "stile-lab-1-abcdef");
  g_autofree char *inside = g_build_filename (stale, "link", NULL);

  g_assert_cmpint (g_mkdir (outside, 0700), ==, 0);
  precious = put_file (outside, "precious");
  g_assert_cmpint (symlink (outside, named), ==, 0);
  g_assert_cmpint (symlink (outside, inside), ==, 0);

  g_assert_cmpuint (stile_lab_directory_remove_stale (fixture->parent), ==, 1);
  g_assert_true (g_file_test (precious, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (named, G_FILE_TEST_IS_SYMLINK));

  g_assert_cmpint (g_unlink (named), ==, 0);
  g_assert_cmpint (g_unlink (precious), ==, 0);
  g_assert_cmpint (g_rmdir (outside), ==, 0);
}

static void
test_says_where_it_cannot_be_made (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *nowhere = g_build_filename (fixture->parent, "nowhere", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_lab_directory_new (nowhere, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, nowhere));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/lab/directory/is-private", test_is_private);
  ADD ("/lab/directory/is-removed-with-all-in-it", test_is_removed_with_all_in_it);
  ADD ("/lab/directory/stale-is-removed", test_stale_is_removed);
  ADD ("/lab/directory/live-is-kept", test_live_is_kept);
  ADD ("/lab/directory/others-are-kept", test_others_are_kept);
  ADD ("/lab/directory/links-are-not-followed", test_links_are_not_followed);
  ADD ("/lab/directory/says-where-it-cannot-be-made", test_says_where_it_cannot_be_made);

  return g_test_run ();
}

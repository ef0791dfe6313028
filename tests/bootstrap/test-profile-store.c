/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-profile-store.h"

#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-profile-file.h"
#include "support/test-pki.h"

typedef struct
{
  char *root;
  char *folder; /* in it, and not there yet */
  char *system_folder;
  StileProfileStore *store;
  guint position, removed, added; /* of the last change */
  guint changes;
} Fixture;

static void
changed (GListModel *model, guint position, guint removed, guint added, Fixture *self)
{
  self->position = position;
  self->removed = removed;
  self->added = added;
  self->changes++;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->root = test_pki_directory_new ();
  self->folder = g_build_filename (self->root, "own", "profiles", NULL);
  self->system_folder = g_build_filename (self->root, "system", NULL);
  g_mkdir (self->system_folder, 0755);
  self->store = stile_profile_store_new (self->folder, self->system_folder);
  g_signal_connect (self->store, "items-changed", G_CALLBACK (changed), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->store);
  test_pki_directory_remove (self->root);
  g_free (self->root);
  g_free (self->folder);
  g_free (self->system_folder);
}

static void
write_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static gboolean
has_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static char *
list (StileProfileStore *store)
{
  GString *ids = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    {
      g_autoptr (StileProfile) profile = g_list_model_get_item (G_LIST_MODEL (store), i);

      g_string_append_printf (ids, "%s ", stile_profile_store_get_id (store, profile));
    }
  return g_string_free (ids, FALSE);
}

static void
assert_list (StileProfileStore *store, const char *expected)
{
  g_autofree char *ids = list (store);

  g_assert_cmpstr (ids, ==, expected);
}

static void
load (StileProfileStore *store)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_profile_store_load (store, &error));
  g_assert_no_error (error);
}

static StileProfile *
add (StileProfileStore *store, const char *name, const char *service)
{
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (GError) error = NULL;
  StileProfile *kept;

  g_object_set (profile, "name", name, "service", service, NULL);
  kept = stile_profile_store_add (store, profile, &error);
  g_assert_no_error (error);
  g_assert_true (kept != profile);
  return kept;
}

/* --- reading --- */

static void
test_empty (Fixture *self, gconstpointer data)
{
  g_autoptr (StileProfileStore) nowhere = stile_profile_store_new ("/nonexistent/a", NULL);

  load (self->store);
  load (nowhere);
  assert_list (self->store, "");
  assert_list (nowhere, "");
  g_assert_null (stile_profile_store_find (self->store, ""));
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (self->store), 0));
  g_assert_false (g_file_test (self->folder, G_FILE_TEST_EXISTS));
}

/* The administrator's come first, each folder by name; what is not a profile's file is passed over. */
static void
test_two_folders (Fixture *self, gconstpointer data)
{
  StileProfile *fixed;

  write_file (self->system_folder, "b.profile", "[Stile Profile]\nservice=https://sb\n");
  write_file (self->system_folder, "a.profile", "[Stile Profile]\nservice=https://sa\nname=A\n");
  write_file (self->folder, "a.profile", "[Stile Profile]\nservice=https://oa\n");
  write_file (self->folder, "notes.txt", "nothing");
  write_file (self->folder, ".hidden.profile", "nothing");
  write_file (self->folder, ".profile", "nothing");
  load (self->store);
  assert_list (self->store, "system-a system-b a ");
  g_assert_cmpuint (self->added, ==, 3);
  fixed = stile_profile_store_find (self->store, "system-a");
  g_assert_cmpstr (stile_profile_get_service (fixed), ==, "https://sa");
  g_assert_true (stile_profile_store_is_fixed (self->store, fixed));
  g_assert_false (stile_profile_store_is_fixed (self->store, stile_profile_store_find (self->store, "a")));
  g_assert_null (stile_profile_store_find (self->store, "b"));

  load (self->store);
  assert_list (self->store, "system-a system-b a ");
  g_assert_cmpuint (self->removed, ==, 3);
}

static void
test_damaged (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  write_file (self->folder, "a.profile", "[Stile Profile]\nservice=https://a\n");
  write_file (self->folder, "b.profile", "[Stile Profile]\nservcie=https://b\n");
  write_file (self->folder, "c.profile", "nothing");
  write_file (self->folder, "d.profile", "[Stile Profile]\nservice=https://d\n");
  g_assert_false (stile_profile_store_load (self->store, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "b.profile"));
  assert_list (self->store, "a d ");

  /* What cannot be read is still somebody's, and is not written over. */
  add (self->store, "b", "https://new");
  assert_list (self->store, "a d b-2 ");
}

static void
test_folder_that_is_none (Fixture *self, gconstpointer data)
{
  g_autofree char *file = g_build_filename (self->root, "file", NULL);
  g_autoptr (StileProfileStore) store = stile_profile_store_new (file, self->system_folder);
  g_autoptr (GError) error = NULL;

  write_file (self->root, "file", "x");
  write_file (self->system_folder, "a.profile", "[Stile Profile]\nservice=https://sa\n");
  g_assert_false (stile_profile_store_load (store, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  assert_list (store, "system-a ");
  g_unlink (file);
}

/* As many as there may be are read, and that there are more is said. */
static void
test_limit (Fixture *self, gconstpointer data)
{
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) full = NULL;

  for (guint i = 0; i < STILE_PROFILE_STORE_MAX_COUNT; i++)
    {
      g_autofree char *name = g_strdup_printf ("p%03u.profile", i);

      write_file (self->folder, name, "[Stile Profile]\nservice=https://x\n");
    }
  load (self->store);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->store)), ==, STILE_PROFILE_STORE_MAX_COUNT);

  g_object_set (profile, "service", "https://y", NULL);
  g_assert_null (stile_profile_store_add (self->store, profile, &full));
  g_assert_error (full, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (full->message, "256"));

  write_file (self->folder, "p999.profile", "[Stile Profile]\nservice=https://z\n");
  g_assert_false (stile_profile_store_load (self->store, &error));
  g_assert_nonnull (strstr (error->message, "more than 256"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->store)), ==, STILE_PROFILE_STORE_MAX_COUNT);
  g_assert_null (stile_profile_store_find (self->store, "p999"));

  g_assert_true (
      stile_profile_store_remove (self->store, stile_profile_store_find (self->store, "p000"), NULL));
  g_assert_nonnull (stile_profile_store_add (self->store, profile, NULL));
}

/* --- ids --- */

static void
test_ids (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *service;
    const char *id;
  } table[] = {
    { "Plant Nord", "https://x", "plant-nord" },
    { "Plant  Nord!", "https://x", "plant-nord-2" },
    { NULL, "https://reg.example:8443/a", "reg-example-8443-a" },
    { "../../etc/passwd", "https://x", "etc-passwd" },
    { "..", "https://x", "profile" },
    { "/", "https://x", "profile-2" },
    { "a/../../b", "https://x", "a-b" },
    { "Ünïcödé 工場", "https://x", "n-c-d" },
    { "a\nb\x1b[2J", "https://x", "a-b-2j" },
    { "-rf *", "https://x", "rf" },
    { "System-A", "https://x", "own-system-a" },
    { "system", "https://x", "system" },
    { "a very long name that goes on and on and on and has no end", "https://x",
      "a-very-long-name-that-goes-on-and-on-and" },
    { NULL, NULL, "profile-3" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      StileProfile *kept = add (self->store, table[i].name, table[i].service);
      g_autofree char *file = g_strconcat (table[i].id, ".profile", NULL);

      g_assert_cmpstr (stile_profile_store_get_id (self->store, kept), ==, table[i].id);
      g_assert_true (has_file (self->folder, file));
      g_assert_true (stile_profile_store_find (self->store, table[i].id) == kept);
    }
  g_assert_false (has_file (self->root, "etc-passwd.profile"));
}

/* They have one file of anchors each. */
static void
test_reserved_id (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  write_file (self->system_folder, "a.profile", "[Stile Profile]\nservice=https://sa\n");
  write_file (self->folder, "system-a.profile", "[Stile Profile]\nservice=https://oa\n");
  write_file (self->folder, "\xff.profile", "[Stile Profile]\nservice=https://ob\n");
  g_assert_false (stile_profile_store_load (self->store, &error));
  g_assert_nonnull (strstr (error->message, "system-"));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  assert_list (self->store, "system-a ");
}

/* --- adding --- */

static void
test_keeps (Fixture *self, gconstpointer data)
{
  g_autoptr (StileProfileStore) again = stile_profile_store_new (self->folder, NULL);
  StileProfile *kept = add (self->store, "Plant", "https://x");
  GStatBuf status;

  g_assert_cmpuint (self->changes, ==, 1);
  g_assert_cmpuint (self->added, ==, 1);
  g_assert_cmpuint (self->removed, ==, 0);
  g_assert_cmpint (g_stat (self->folder, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0700);
  load (again);
  assert_list (again, "plant ");
  g_assert_cmpstr (stile_profile_get_service (stile_profile_store_find (again, "plant")), ==,
                   stile_profile_get_service (kept));
}

static void
assert_anchor (StileProfile *profile, TestPki *root)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) anchors = stile_profile_load_anchors (profile, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (anchors->len, ==, 1);
  g_assert_true (stile_certificate_equal (anchors->pdata[0], test_pki_get_certificate (root)));
}

/* What somebody hands out becomes files, so that they can be named. */
static void
test_unpacks (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autofree char *pem = test_pki_get_chain_pem (root);
  g_autofree char *path = g_build_filename (self->root, "handout", NULL);
  g_autoptr (StileProfile) handout = stile_profile_new ();
  g_autoptr (StileProfileStore) again = stile_profile_store_new (self->folder, NULL);
  g_autofree char *held = NULL;
  g_autoptr (GError) error = NULL;
  StileProfile *kept;

  g_object_set (handout, "name", "P", "anchors-pem", pem, "cloud-anchors-pem", pem, NULL);
  g_assert_true (stile_profile_file_save (handout, path, NULL));
  kept = stile_profile_store_import (self->store, path, &error);
  g_assert_no_error (error);
  g_assert_true (has_file (self->folder, "p.anchors.pem"));
  g_assert_true (has_file (self->folder, "p.cloud-anchors.pem"));
  g_assert_true (g_str_has_prefix (stile_profile_get_anchors (kept), self->folder));
  held = stile_profile_dup_text (kept, "anchors-pem");
  g_assert_null (held);
  assert_anchor (kept, root);

  g_unlink (path);
  load (again);
  assert_anchor (stile_profile_store_find (again, "p"), root);
  g_assert_true (stile_profile_store_remove (self->store, kept, &error));
  g_assert_false (has_file (self->folder, "p.profile"));
  g_assert_false (has_file (self->folder, "p.anchors.pem"));
  g_assert_false (has_file (self->folder, "p.cloud-anchors.pem"));
}

/* Also the administrator's; where nothing can be written, they are of use as they are. */
static void
test_unpacks_fixed (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autofree char *pem = test_pki_get_chain_pem (root);
  g_autofree char *path = g_build_filename (self->system_folder, "s.profile", NULL);
  g_autofree char *inside = g_build_filename (path, "folder", NULL);
  g_autoptr (StileProfile) handout = stile_profile_new ();
  g_autoptr (StileProfileStore) locked = stile_profile_store_new (inside, self->system_folder);

  g_object_set (handout, "anchors-pem", pem, NULL);
  g_assert_true (stile_profile_file_save (handout, path, NULL));
  load (self->store);
  g_assert_true (has_file (self->folder, "system-s.anchors.pem"));
  assert_anchor (stile_profile_store_find (self->store, "system-s"), root);

  g_assert_false (stile_profile_store_load (locked, NULL));
  assert_anchor (stile_profile_store_find (locked, "system-s"), root);
}

static void
test_cannot_write (Fixture *self, gconstpointer data)
{
  g_autofree char *file = g_build_filename (self->root, "file", NULL);
  g_autofree char *inside = g_build_filename (file, "folder", NULL);
  g_autoptr (StileProfileStore) store = stile_profile_store_new (inside, NULL);
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (GError) error = NULL;

  write_file (self->root, "file", "x");
  g_object_set (profile, "service", "https://x", NULL);
  g_assert_null (stile_profile_store_add (store, profile, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "Keeping the profile"));
  g_assert_nonnull (strstr (error->message, inside));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, 0);
  g_unlink (file);
}

static void
test_import_refuses (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_profile_store_import (self->store, "/nonexistent", &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_cmpuint (self->changes, ==, 0);
}

/* --- removing --- */

static void
test_removes (Fixture *self, gconstpointer data)
{
  g_autoptr (StileProfile) kept = NULL;
  g_autoptr (GError) error = NULL;

  add (self->store, "A", "https://a");
  kept = g_object_ref (add (self->store, "B", "https://b"));
  add (self->store, "C", "https://c");
  g_assert_true (stile_profile_store_remove (self->store, kept, &error));
  g_assert_no_error (error);
  assert_list (self->store, "a c ");
  g_assert_cmpuint (self->position, ==, 1);
  g_assert_cmpuint (self->removed, ==, 1);
  g_assert_cmpuint (self->added, ==, 0);
  g_assert_false (has_file (self->folder, "b.profile"));
  g_assert_true (has_file (self->folder, "a.profile"));
  g_assert_false (stile_profile_store_is_fixed (self->store, kept));
}

static void
test_removes_no_fixed_one (Fixture *self, gconstpointer data)
{
  StileProfile *fixed;
  g_autoptr (GError) error = NULL;

  write_file (self->system_folder, "a.profile", "[Stile Profile]\nservice=https://sa\n");
  load (self->store);
  fixed = stile_profile_store_find (self->store, "system-a");
  g_assert_false (stile_profile_store_remove (self->store, fixed, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  assert_list (self->store, "system-a ");
  g_assert_true (has_file (self->system_folder, "a.profile"));
}

/* A file that stays is a profile that stays. */
static void
test_cannot_remove (Fixture *self, gconstpointer data)
{
  StileProfile *kept = add (self->store, "A", "https://a");
  g_autofree char *path = g_build_filename (self->folder, "a.profile", NULL);
  g_autoptr (GError) error = NULL;

  g_unlink (path);
  g_mkdir (path, 0700);
  g_assert_false (stile_profile_store_remove (self->store, kept, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, path));
  assert_list (self->store, "a ");
  g_rmdir (path);

  g_assert_true (stile_profile_store_remove (self->store, kept, NULL));
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/bootstrap/profile-store/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("empty", test_empty);
  ADD ("two-folders", test_two_folders);
  ADD ("damaged", test_damaged);
  ADD ("folder-that-is-none", test_folder_that_is_none);
  ADD ("limit", test_limit);
  ADD ("ids", test_ids);
  ADD ("reserved-id", test_reserved_id);
  ADD ("keeps", test_keeps);
  ADD ("unpacks", test_unpacks);
  ADD ("unpacks-fixed", test_unpacks_fixed);
  ADD ("cannot-write", test_cannot_write);
  ADD ("import-refuses", test_import_refuses);
  ADD ("removes", test_removes);
  ADD ("removes-no-fixed-one", test_removes_no_fixed_one);
  ADD ("cannot-remove", test_cannot_remove);

  return g_test_run ();
}

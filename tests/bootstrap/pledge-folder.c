/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/pledge-folder.h"

#include <glib/gstdio.h>

StilePledgeState *
pledge_folder_open_folder (PledgeFolder *self)
{
  g_autoptr (GError) error = NULL;
  StilePledgeState *state = stile_pledge_state_open (self->folder, &error);

  g_assert_no_error (error);
  return state;
}

void
pledge_folder_reopen (PledgeFolder *self)
{
  g_assert_finalize_object (self->state);
  self->state = pledge_folder_open_folder (self);
}

void
pledge_folder_set_up (PledgeFolder *self, gconstpointer data)
{
  self->directory = test_pki_directory_new ();
  self->folder = g_build_filename (self->directory, "var", "device", NULL);
  self->domain = test_pki_authority_new ("Domain", TEST_PKI_P256);
  self->registrar = test_pki_issue (self->domain, &(TestPkiOptions){ .name = "Registrar" });
  self->state = pledge_folder_open_folder (self);
}

void
pledge_folder_tear_down (PledgeFolder *self, gconstpointer data)
{
  g_clear_object (&self->state);
  test_pki_unref (self->registrar);
  test_pki_unref (self->domain);
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
  g_free (self->folder);
}

char *
pledge_folder_get_path (PledgeFolder *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

void
pledge_folder_write_file (PledgeFolder *self, const char *name, const char *text)
{
  g_autofree char *path = pledge_folder_get_path (self, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

/* --- going through it --- */

void
pledge_folder_save (PledgeFolder *self)
{
  g_autoptr (GError) error = NULL;
  gboolean saved = stile_pledge_state_save (self->state, &error);

  g_assert_no_error (error);
  g_assert_true (saved);
}

void
pledge_folder_take_voucher (PledgeFolder *self)
{
  g_autoptr (GBytes) voucher = g_bytes_new_static ("{\"a\":\"\0\"}", 9);
  g_autoptr (GError) error = NULL;
  gboolean taken =
      stile_pledge_state_take_voucher (self->state, voucher, test_pki_get_certificate (self->domain), &error);

  g_assert_no_error (error);
  g_assert_true (taken);
}

void
pledge_folder_take_roots (PledgeFolder *self)
{
  g_autoptr (GPtrArray) roots = test_pki_list (self->domain, self->registrar, NULL);
  g_autoptr (GError) error = NULL;
  gboolean taken = stile_pledge_state_take_roots (self->state, roots, &error);

  g_assert_no_error (error);
  g_assert_true (taken);
}

TestPki *
pledge_folder_take_certificate (PledgeFolder *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileEnrolmentKey) key = stile_pledge_state_open_key (self->state, &error);
  TestPki *own = test_pki_issue (self->domain, &(TestPkiOptions){ .name = "Device" });
  g_autofree char *pem = test_pki_get_key_pem (own);
  gboolean taken;

  g_assert_no_error (error);
  g_assert_nonnull (key);
  /* The CA of tests makes keys itself: it is put in the place of the one that was made. */
  pledge_folder_write_file (self, "key.pem", pem);
  taken = stile_pledge_state_take_certificate (self->state, test_pki_get_certificate (own), &error);
  g_assert_no_error (error);
  g_assert_true (taken);
  return own;
}

void
pledge_folder_go_through (PledgeFolder *self)
{
  g_autoptr (TestPki) own = NULL;

  pledge_folder_take_voucher (self);
  pledge_folder_take_roots (self);
  own = pledge_folder_take_certificate (self);
}

/* A folder that is not empty stands where the file belongs: nobody can write there, whoever they are. */
void
pledge_folder_block (PledgeFolder *self, const char *name)
{
  g_autofree char *path = pledge_folder_get_path (self, name);
  g_autofree char *inside = g_build_filename (path, "x", NULL);

  g_unlink (path);
  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
}

void
pledge_folder_unblock (PledgeFolder *self, const char *name)
{
  g_autofree char *path = pledge_folder_get_path (self, name);
  g_autofree char *inside = g_build_filename (path, "x", NULL);

  g_assert_cmpint (g_rmdir (inside), ==, 0);
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

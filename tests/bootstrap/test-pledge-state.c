/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "atls/stile-error.h"
#include "bootstrap/pledge-folder.h"

/* What a device remembers while it is off (BOOTSTRAP P22), and what it says of a folder that somebody has broken. */

#define NOW G_GINT64_CONSTANT (1750000000)

/* --- what is kept --- */

static void
test_fresh (PledgeFolder *self, gconstpointer data)
{
  GStatBuf seen;

  g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_FACTORY_DEFAULT);
  g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (self->state), NOW), ==, 0);
  g_assert_cmpint (stile_pledge_state_get_asked_on (self->state), ==, 0);
  g_assert_null (stile_pledge_state_get_voucher (self->state));
  g_assert_null (stile_pledge_state_get_pin (self->state));
  g_assert_null (stile_pledge_state_get_roots (self->state));
  g_assert_null (stile_pledge_state_get_certificate (self->state));
  g_assert_cmpint (g_stat (self->folder, &seen), ==, 0);
  g_assert_cmpuint (seen.st_mode & 0777, ==, 0700);
  pledge_folder_reopen (self);
  g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_FACTORY_DEFAULT);
}

static void
test_requests (PledgeFolder *self, gconstpointer data)
{
  StileCertificate *registrar = test_pki_get_certificate (self->registrar);
  StilePrmPending *pending = stile_pledge_state_get_pending (self->state);

  stile_prm_pending_add (pending, "one", registrar, NOW);
  stile_prm_pending_add (pending, "t\"w\\o\n", test_pki_get_certificate (self->domain), NOW + 10);
  stile_pledge_state_set_asked_on (self->state, NOW - 5);
  pledge_folder_save (self);
  pledge_folder_reopen (self);
  pending = stile_pledge_state_get_pending (self->state);
  g_assert_cmpuint (stile_prm_pending_get_n (pending, NOW + 10), ==, 2);
  g_assert_true (stile_certificate_equal (stile_prm_pending_find (pending, "one", NOW + 10), registrar));
  g_assert_true (stile_certificate_equal (stile_prm_pending_find (pending, "t\"w\\o\n", NOW + 10),
                                          test_pki_get_certificate (self->domain)));
  g_assert_cmpint (stile_pledge_state_get_asked_on (self->state), ==, NOW - 5);
  /* Each runs out when it would have. */
  g_assert_cmpuint (stile_prm_pending_get_n (pending, NOW + STILE_PRM_PENDING_SECONDS), ==, 1);
  g_assert_cmpuint (stile_prm_pending_get_n (pending, NOW + STILE_PRM_PENDING_SECONDS + 10), ==, 0);
}

static void
test_survives (PledgeFolder *self, gconstpointer data)
{
  g_autoptr (TestPki) own = NULL;
  g_autoptr (StileIdentity) member = NULL;
  g_autoptr (GError) error = NULL;

  stile_prm_pending_add (stile_pledge_state_get_pending (self->state), "one",
                         test_pki_get_certificate (self->registrar), NOW);
  pledge_folder_save (self);
  pledge_folder_take_voucher (self);
  pledge_folder_reopen (self);
  g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_VOUCHER_SUCCESS);
  g_assert_cmpuint (g_bytes_get_size (stile_pledge_state_get_voucher (self->state)), ==, 9);
  g_assert_true (stile_certificate_equal (stile_pledge_state_get_pin (self->state),
                                          test_pki_get_certificate (self->domain)));
  g_assert_null (stile_pledge_state_get_roots (self->state));

  pledge_folder_take_roots (self);
  pledge_folder_reopen (self);
  g_assert_cmpuint (stile_pledge_state_get_roots (self->state)->len, ==, 2);
  g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (self->state), NOW), ==, 1);

  own = pledge_folder_take_certificate (self);
  pledge_folder_reopen (self);
  g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_ENROL_SUCCESS);
  g_assert_true (stile_certificate_equal (stile_pledge_state_get_certificate (self->state),
                                          test_pki_get_certificate (own)));
  g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (self->state), NOW), ==, 0);
  member = stile_pledge_state_open_identity (self->state, &error);
  g_assert_no_error (error);
  g_assert_true (
      stile_certificate_equal (stile_identity_get_certificate (member), test_pki_get_certificate (own)));
}

/* One key for as long as there is no certificate, and nobody else reads it. */
static void
test_key (PledgeFolder *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileEnrolmentKey) first = stile_pledge_state_open_key (self->state, &error);
  g_autoptr (StileEnrolmentKey) again = NULL;
  g_autofree char *path = pledge_folder_get_path (self, "key.pem");
  GStatBuf seen;

  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &seen), ==, 0);
  g_assert_cmpuint (seen.st_mode & 0777, ==, 0600);
  pledge_folder_reopen (self);
  again = stile_pledge_state_open_key (self->state, &error);
  g_assert_no_error (error);
  g_assert_true (
      g_bytes_equal (stile_enrolment_key_get_public (first), stile_enrolment_key_get_public (again)));
  g_clear_object (&again);
  pledge_folder_write_file (self, "key.pem", "no key");
  again = stile_pledge_state_open_key (self->state, &error);
  g_assert_null (again);
  g_assert_nonnull (error);
}

static void
test_failures (PledgeFolder *self, gconstpointer data)
{
  static const struct
  {
    gboolean voucher; /* comes before */
    StilePledgeStage failure;
    StilePledgeStage then;
  } cases[] = {
    /* Nothing of an enrolment counts before there is a voucher. */
    { FALSE, STILE_PLEDGE_ENROL_ERROR, STILE_PLEDGE_FACTORY_DEFAULT },
    { FALSE, STILE_PLEDGE_VOUCHER_ERROR, STILE_PLEDGE_VOUCHER_ERROR },
    { FALSE, STILE_PLEDGE_ENROL_ERROR, STILE_PLEDGE_VOUCHER_ERROR },
    { TRUE, STILE_PLEDGE_VOUCHER_ERROR, STILE_PLEDGE_VOUCHER_SUCCESS },
    { FALSE, STILE_PLEDGE_ENROL_ERROR, STILE_PLEDGE_ENROL_ERROR },
    { FALSE, STILE_PLEDGE_VOUCHER_ERROR, STILE_PLEDGE_ENROL_ERROR },
    { FALSE, STILE_PLEDGE_ENROL_ERROR, STILE_PLEDGE_ENROL_ERROR },
  };
  g_autoptr (TestPki) own = NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (cases[i].voucher)
        pledge_folder_take_voucher (self);
      g_assert_true (stile_pledge_state_fail (self->state, cases[i].failure, &error));
      g_assert_no_error (error);
      g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, cases[i].then);
      pledge_folder_reopen (self);
      g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, cases[i].then);
    }
  pledge_folder_take_roots (self);
  own = pledge_folder_take_certificate (self);
  g_assert_true (stile_pledge_state_fail (self->state, STILE_PLEDGE_ENROL_ERROR, &error));
  g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_ENROL_SUCCESS);
}

static void
test_names (void)
{
  g_assert_cmpstr (stile_pledge_state_name_stage (STILE_PLEDGE_FACTORY_DEFAULT), ==, "factory-default");
  g_assert_cmpstr (stile_pledge_state_name_stage (STILE_PLEDGE_VOUCHER_ERROR), ==, "voucher-error");
  g_assert_cmpstr (stile_pledge_state_name_stage (STILE_PLEDGE_VOUCHER_SUCCESS), ==, "voucher-success");
  g_assert_cmpstr (stile_pledge_state_name_stage (STILE_PLEDGE_ENROL_ERROR), ==, "enroll-error");
  g_assert_cmpstr (stile_pledge_state_name_stage (STILE_PLEDGE_ENROL_SUCCESS), ==, "enroll-success");
}

/* Files that were written before the state that names them was: power went in between. */
static void
test_half_written (PledgeFolder *self, gconstpointer data)
{
  pledge_folder_write_file (self, "voucher.json", "half of");
  pledge_folder_write_file (self, "pin.pem", "-----BEGIN");
  pledge_folder_write_file (self, "certificate.pem", "");
  pledge_folder_reopen (self);
  g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_FACTORY_DEFAULT);
  g_assert_null (stile_pledge_state_get_pin (self->state));
  pledge_folder_take_voucher (self);
  pledge_folder_reopen (self);
  g_assert_null (stile_pledge_state_get_certificate (self->state));
  g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_VOUCHER_SUCCESS);
}

/* A device that was made new belongs to its new domain alone. */
static void
test_made_new (PledgeFolder *self, gconstpointer data)
{
  g_autofree char *path = pledge_folder_get_path (self, "state.json");

  pledge_folder_go_through (self);
  g_assert_cmpint (g_unlink (path), ==, 0);
  pledge_folder_reopen (self);
  g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_FACTORY_DEFAULT);
  pledge_folder_take_voucher (self);
  pledge_folder_reopen (self);
  g_assert_null (stile_pledge_state_get_roots (self->state));
}

/* --- what cannot be written --- */

static void
test_no_folder (PledgeFolder *self, gconstpointer data)
{
  g_autofree char *file = g_build_filename (self->directory, "file", NULL);
  g_autofree char *below = g_build_filename (file, "device", NULL);
  const char *const places[] = { file, below };

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StilePledgeState) state = stile_pledge_state_open (places[i], &error);

      g_assert_null (state);
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, places[i]));
      g_assert_nonnull (strstr (error->message, "cannot be made"));
    }
}

static void
expect_unwritten (gboolean written, GError **error)
{
  g_assert_false (written);
  g_assert_error (*error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_true (g_str_has_prefix ((*error)->message, "Remembering what the device was given: "));
  g_clear_error (error);
}

static void
test_not_written (PledgeFolder *self, gconstpointer data)
{
  g_autoptr (GBytes) voucher = g_bytes_new_static ("{}", 2);
  StileCertificate *pin = test_pki_get_certificate (self->domain);
  static const char *const each[] = { "voucher.json", "pin.pem", "state.json" };
  g_autoptr (GError) error = NULL;

  pledge_folder_block (self, "state.json");
  expect_unwritten (stile_pledge_state_save (self->state, &error), &error);
  expect_unwritten (stile_pledge_state_fail (self->state, STILE_PLEDGE_VOUCHER_ERROR, &error), &error);
  pledge_folder_unblock (self, "state.json");
  for (gsize i = 0; i < G_N_ELEMENTS (each); i++)
    {
      pledge_folder_block (self, each[i]);
      expect_unwritten (stile_pledge_state_take_voucher (self->state, voucher, pin, &error), &error);
      pledge_folder_unblock (self, each[i]);
      g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_FACTORY_DEFAULT);
      g_assert_null (stile_pledge_state_get_voucher (self->state));
      g_assert_null (stile_pledge_state_get_pin (self->state));
      pledge_folder_reopen (self);
    }
  pledge_folder_take_voucher (self);
}

static void
test_last_step_not_written (PledgeFolder *self, gconstpointer data)
{
  static const char *const each[] = { "certificate.pem", "state.json" };
  g_autoptr (GPtrArray) roots = test_pki_list (self->domain, NULL);
  g_autoptr (GError) error = NULL;

  stile_prm_pending_add (stile_pledge_state_get_pending (self->state), "one",
                         test_pki_get_certificate (self->registrar), NOW);
  pledge_folder_take_voucher (self);
  pledge_folder_block (self, "roots.pem");
  expect_unwritten (stile_pledge_state_take_roots (self->state, roots, &error), &error);
  g_assert_null (stile_pledge_state_get_roots (self->state));
  pledge_folder_unblock (self, "roots.pem");
  pledge_folder_take_roots (self);
  for (gsize i = 0; i < G_N_ELEMENTS (each); i++)
    {
      pledge_folder_block (self, each[i]);
      expect_unwritten (stile_pledge_state_take_certificate (
                            self->state, test_pki_get_certificate (self->registrar), &error),
                        &error);
      pledge_folder_unblock (self, each[i]);
      g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_VOUCHER_SUCCESS);
      g_assert_null (stile_pledge_state_get_certificate (self->state));
      g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (self->state), NOW), ==, 1);
      pledge_folder_save (self);
      pledge_folder_reopen (self);
    }
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/bootstrap/pledge-state/" name, PledgeFolder, NULL, pledge_folder_set_up, function,           \
              pledge_folder_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("fresh", test_fresh);
  ADD ("P22-requests-that-are-out-survive", test_requests);
  ADD ("what-was-given-survives", test_survives);
  ADD ("one-key", test_key);
  ADD ("failures-take-nothing-away", test_failures);
  g_test_add_func ("/bootstrap/pledge-state/names", test_names);
  ADD ("half-written", test_half_written);
  ADD ("made-new", test_made_new);
  ADD ("no-folder", test_no_folder);
  ADD ("not-written-is-not-taken", test_not_written);
  ADD ("last-step-not-written", test_last_step_not_written);

  return g_test_run ();
}

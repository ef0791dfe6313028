/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-pledge-state.h"
#include "bootstrap/stile-voucher.h"
#include "codec/stile-certificate-path.h"
#include "support/test-pki.h"

/* What a device remembers while it is off (BOOTSTRAP P22), and what it says of a folder that somebody has broken. */

#define NOW G_GINT64_CONSTANT (1750000000)

typedef struct
{
  char *directory;
  char *folder;
  TestPki *domain;
  TestPki *registrar;
  StilePledgeState *state;
} Fixture;

static StilePledgeState *
open_folder (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  StilePledgeState *state = stile_pledge_state_open (self->folder, &error);

  g_assert_no_error (error);
  return state;
}

static void
reopen (Fixture *self)
{
  g_assert_finalize_object (self->state);
  self->state = open_folder (self);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->directory = test_pki_directory_new ();
  self->folder = g_build_filename (self->directory, "var", "device", NULL);
  self->domain = test_pki_authority_new ("Domain", TEST_PKI_P256);
  self->registrar = test_pki_issue (self->domain, &(TestPkiOptions){ .name = "Registrar" });
  self->state = open_folder (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->state);
  test_pki_unref (self->registrar);
  test_pki_unref (self->domain);
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
  g_free (self->folder);
}

static char *
get_path (Fixture *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static void
write_file (Fixture *self, const char *name, const char *text)
{
  g_autofree char *path = get_path (self, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

/* --- going through it --- */

static void
save (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  gboolean saved = stile_pledge_state_save (self->state, &error);

  g_assert_no_error (error);
  g_assert_true (saved);
}

static void
take_voucher (Fixture *self)
{
  g_autoptr (GBytes) voucher = g_bytes_new_static ("{\"a\":\"\0\"}", 9);
  g_autoptr (GError) error = NULL;
  gboolean taken =
      stile_pledge_state_take_voucher (self->state, voucher, test_pki_get_certificate (self->domain), &error);

  g_assert_no_error (error);
  g_assert_true (taken);
}

static void
take_roots (Fixture *self)
{
  g_autoptr (GPtrArray) roots = test_pki_list (self->domain, self->registrar, NULL);
  g_autoptr (GError) error = NULL;
  gboolean taken = stile_pledge_state_take_roots (self->state, roots, &error);

  g_assert_no_error (error);
  g_assert_true (taken);
}

static TestPki *
take_certificate (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileEnrolmentKey) key = stile_pledge_state_open_key (self->state, &error);
  TestPki *own = test_pki_issue (self->domain, &(TestPkiOptions){ .name = "Device" });
  g_autofree char *pem = test_pki_get_key_pem (own);
  gboolean taken;

  g_assert_no_error (error);
  g_assert_nonnull (key);
  /* The CA of tests makes keys itself: it is put in the place of the one that was made. */
  write_file (self, "key.pem", pem);
  taken = stile_pledge_state_take_certificate (self->state, test_pki_get_certificate (own), &error);
  g_assert_no_error (error);
  g_assert_true (taken);
  return own;
}

static void
go_through (Fixture *self)
{
  g_autoptr (TestPki) own = NULL;

  take_voucher (self);
  take_roots (self);
  own = take_certificate (self);
}

/* --- what is kept --- */

static void
test_fresh (Fixture *self, gconstpointer data)
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
  reopen (self);
  g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_FACTORY_DEFAULT);
}

static void
test_requests (Fixture *self, gconstpointer data)
{
  StileCertificate *registrar = test_pki_get_certificate (self->registrar);
  StilePrmPending *pending = stile_pledge_state_get_pending (self->state);

  stile_prm_pending_add (pending, "one", registrar, NOW);
  stile_prm_pending_add (pending, "t\"w\\o\n", test_pki_get_certificate (self->domain), NOW + 10);
  stile_pledge_state_set_asked_on (self->state, NOW - 5);
  save (self);
  reopen (self);
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
test_survives (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) own = NULL;
  g_autoptr (StileIdentity) member = NULL;
  g_autoptr (GError) error = NULL;

  stile_prm_pending_add (stile_pledge_state_get_pending (self->state), "one",
                         test_pki_get_certificate (self->registrar), NOW);
  save (self);
  take_voucher (self);
  reopen (self);
  g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_VOUCHER_SUCCESS);
  g_assert_cmpuint (g_bytes_get_size (stile_pledge_state_get_voucher (self->state)), ==, 9);
  g_assert_true (stile_certificate_equal (stile_pledge_state_get_pin (self->state),
                                          test_pki_get_certificate (self->domain)));
  g_assert_null (stile_pledge_state_get_roots (self->state));

  take_roots (self);
  reopen (self);
  g_assert_cmpuint (stile_pledge_state_get_roots (self->state)->len, ==, 2);
  g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (self->state), NOW), ==, 1);

  own = take_certificate (self);
  reopen (self);
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
test_key (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileEnrolmentKey) first = stile_pledge_state_open_key (self->state, &error);
  g_autoptr (StileEnrolmentKey) again = NULL;
  g_autofree char *path = get_path (self, "key.pem");
  GStatBuf seen;

  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &seen), ==, 0);
  g_assert_cmpuint (seen.st_mode & 0777, ==, 0600);
  reopen (self);
  again = stile_pledge_state_open_key (self->state, &error);
  g_assert_no_error (error);
  g_assert_true (
      g_bytes_equal (stile_enrolment_key_get_public (first), stile_enrolment_key_get_public (again)));
  g_clear_object (&again);
  write_file (self, "key.pem", "no key");
  again = stile_pledge_state_open_key (self->state, &error);
  g_assert_null (again);
  g_assert_nonnull (error);
}

static void
test_failures (Fixture *self, gconstpointer data)
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
        take_voucher (self);
      g_assert_true (stile_pledge_state_fail (self->state, cases[i].failure, &error));
      g_assert_no_error (error);
      g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, cases[i].then);
      reopen (self);
      g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, cases[i].then);
    }
  take_roots (self);
  own = take_certificate (self);
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
test_half_written (Fixture *self, gconstpointer data)
{
  write_file (self, "voucher.json", "half of");
  write_file (self, "pin.pem", "-----BEGIN");
  write_file (self, "certificate.pem", "");
  reopen (self);
  g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_FACTORY_DEFAULT);
  g_assert_null (stile_pledge_state_get_pin (self->state));
  take_voucher (self);
  reopen (self);
  g_assert_null (stile_pledge_state_get_certificate (self->state));
  g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_VOUCHER_SUCCESS);
}

/* A device that was made new belongs to its new domain alone. */
static void
test_made_new (Fixture *self, gconstpointer data)
{
  g_autofree char *path = get_path (self, "state.json");

  go_through (self);
  g_assert_cmpint (g_unlink (path), ==, 0);
  reopen (self);
  g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_FACTORY_DEFAULT);
  take_voucher (self);
  reopen (self);
  g_assert_null (stile_pledge_state_get_roots (self->state));
}

/* --- what is broken --- */

/**
 * Damage:
 * @name: of the file
 * @text: (nullable): what is in it; %NULL for a file that is gone
 * @words: (nullable): in the sentence
 */
typedef struct
{
  const char *claim;
  const char *name;
  const char *text;
  const char *words;
} Damage;

static const Damage damages[] = {
  { "empty-state", "state.json", "", NULL },
  { "half-a-state", "state.json", "{\"stage\":\"enroll-succ", NULL },
  { "state-is-a-list", "state.json", "[]", "does not say how far the device is" },
  { "state-is-a-number", "state.json", "7", "state.json: " },
  { "no-stage", "state.json", "{}", "does not say how far the device is" },
  { "stage-is-a-number", "state.json", "{\"stage\":4}", "does not say how far the device is" },
  { "unknown-stage", "state.json", "{\"stage\":\"Enroll-Success\"}", "does not say how far the device is" },
  { "two-stages", "state.json", "{\"stage\":\"factory-default\",\"stage\":\"enroll-success\"}", NULL },
  { "no-voucher", "voucher.json", NULL, "voucher.json" },
  { "no-pin", "pin.pem", NULL, "something is missing" },
  { "empty-pin", "pin.pem", "", NULL },
  { "pin-is-no-certificate", "pin.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    NULL },
  { "no-roots", "roots.pem", NULL, "something is missing" },
  { "empty-roots", "roots.pem", "", NULL },
  { "roots-are-text", "roots.pem", "roots", NULL },
  { "no-certificate", "certificate.pem", NULL, "something is missing" },
  { "empty-certificate", "certificate.pem", "", NULL },
  { "certificate-is-text", "certificate.pem", "none", NULL },
};

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* All that is there, with its bytes. */
static char *
hash_folder (Fixture *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = get_path (self, g_ptr_array_index (names, i));
      g_autofree char *text = NULL;
      gsize length = 0;

      g_file_get_contents (path, &text, &length, NULL);
      g_checksum_update (sum, g_ptr_array_index (names, i), -1);
      g_checksum_update (sum, (const guchar *)text, (gssize)length);
    }
  return g_strdup (g_checksum_get_string (sum));
}

static void
expect_damaged (Fixture *self, const char *words)
{
  g_autofree char *before = hash_folder (self);
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StilePledgeState) state = stile_pledge_state_open (self->folder, &error);

  g_assert_null (state);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, self->folder));
  g_assert_nonnull (strstr (error->message, "is damaged"));
  g_assert_true (words == NULL || strstr (error->message, words) != NULL);
  after = hash_folder (self);
  g_assert_cmpstr (before, ==, after);
}

static void
test_damaged (Fixture *self, gconstpointer data)
{
  const Damage *damage = data;
  g_autofree char *path = get_path (self, damage->name);

  go_through (self);
  g_assert_cmpint (g_unlink (path), ==, 0);
  if (damage->text != NULL)
    write_file (self, damage->name, damage->text);
  expect_damaged (self, damage->words);
}

/* A certificate whose key is gone is of no use: the device could say nothing of itself. */
static void
test_no_key (Fixture *self, gconstpointer data)
{
  g_autofree char *path = get_path (self, "key.pem");
  g_autoptr (TestPki) other = test_pki_authority_new ("Other", TEST_PKI_P256);
  g_autofree char *pem = test_pki_get_key_pem (other);

  go_through (self);
  g_assert_cmpint (g_unlink (path), ==, 0);
  expect_damaged (self, NULL);
  write_file (self, "key.pem", pem);
  expect_damaged (self, NULL);
}

static void
test_large_state (Fixture *self, gconstpointer data)
{
  g_autofree char *spaces = g_strnfill (STILE_PLEDGE_STATE_MAX_SIZE, ' ');
  g_autofree char *text = g_strconcat ("{\"stage\":\"factory-default\"}", spaces, NULL);

  write_file (self, "state.json", text);
  expect_damaged (self, NULL);
}

static void
test_folder_for_a_file (Fixture *self, gconstpointer data)
{
  g_autofree char *path = get_path (self, "state.json");

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  expect_damaged (self, "state.json");
}

/* A request that cannot be read any more is one that is out no more; the others count. */
static void
test_damaged_requests (Fixture *self, gconstpointer data)
{
  static const char *const lists[] = {
    "7",
    "{}",
    "[7, null, [], {}, \"x\"]",
    "[{\"nonce\":\"a\"}]",
    "[{\"nonce\":\"a\",\"registrar\":\"!\",\"until\":1750000000}]",
    "[{\"nonce\":\"a\",\"registrar\":\"AAAA\",\"until\":1750000000}]",
    "[{\"nonce\":7,\"registrar\":\"AAAA\",\"until\":1750000000}]",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"stage\":\"factory-default\",\"pending\":%s}", lists[i]);

      write_file (self, "state.json", text);
      reopen (self);
      g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (self->state), NOW), ==, 0);
    }
}

static void
test_odd_times (Fixture *self, gconstpointer data)
{
  static const char *const times[] = {
    "-9223372036854775808", "9223372036854775807", "-1", "0", "\"x\"", "1.5"
  };
  GBytes *der = test_pki_get_der (self->registrar);
  g_autofree char *certificate = g_base64_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *text = g_strdup_printf (
          "{\"stage\":\"factory-default\",\"pending\":[{\"nonce\":\"a\",\"registrar\":\"%s\",\"until\":%s}]}",
          certificate, times[i]);

      write_file (self, "state.json", text);
      reopen (self);
      g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (self->state), NOW), ==,
                        i == 1 ? 1 : 0);
      save (self);
    }
}

/* --- what cannot be written --- */

static void
test_no_folder (Fixture *self, gconstpointer data)
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

/* A folder that is not empty stands where the file belongs: nobody can write there, whoever they are. */
static void
block (Fixture *self, const char *name)
{
  g_autofree char *path = get_path (self, name);
  g_autofree char *inside = g_build_filename (path, "x", NULL);

  g_unlink (path);
  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
}

static void
unblock (Fixture *self, const char *name)
{
  g_autofree char *path = get_path (self, name);
  g_autofree char *inside = g_build_filename (path, "x", NULL);

  g_assert_cmpint (g_rmdir (inside), ==, 0);
  g_assert_cmpint (g_rmdir (path), ==, 0);
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
test_not_written (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) voucher = g_bytes_new_static ("{}", 2);
  StileCertificate *pin = test_pki_get_certificate (self->domain);
  static const char *const each[] = { "voucher.json", "pin.pem", "state.json" };
  g_autoptr (GError) error = NULL;

  block (self, "state.json");
  expect_unwritten (stile_pledge_state_save (self->state, &error), &error);
  expect_unwritten (stile_pledge_state_fail (self->state, STILE_PLEDGE_VOUCHER_ERROR, &error), &error);
  unblock (self, "state.json");
  for (gsize i = 0; i < G_N_ELEMENTS (each); i++)
    {
      block (self, each[i]);
      expect_unwritten (stile_pledge_state_take_voucher (self->state, voucher, pin, &error), &error);
      unblock (self, each[i]);
      g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_FACTORY_DEFAULT);
      g_assert_null (stile_pledge_state_get_voucher (self->state));
      g_assert_null (stile_pledge_state_get_pin (self->state));
      reopen (self);
    }
  take_voucher (self);
}

static void
test_last_step_not_written (Fixture *self, gconstpointer data)
{
  static const char *const each[] = { "certificate.pem", "state.json" };
  g_autoptr (GPtrArray) roots = test_pki_list (self->domain, NULL);
  g_autoptr (GError) error = NULL;

  stile_prm_pending_add (stile_pledge_state_get_pending (self->state), "one",
                         test_pki_get_certificate (self->registrar), NOW);
  take_voucher (self);
  block (self, "roots.pem");
  expect_unwritten (stile_pledge_state_take_roots (self->state, roots, &error), &error);
  g_assert_null (stile_pledge_state_get_roots (self->state));
  unblock (self, "roots.pem");
  take_roots (self);
  for (gsize i = 0; i < G_N_ELEMENTS (each); i++)
    {
      block (self, each[i]);
      expect_unwritten (stile_pledge_state_take_certificate (
                            self->state, test_pki_get_certificate (self->registrar), &error),
                        &error);
      unblock (self, each[i]);
      g_assert_cmpint (stile_pledge_state_get_stage (self->state), ==, STILE_PLEDGE_VOUCHER_SUCCESS);
      g_assert_null (stile_pledge_state_get_certificate (self->state));
      g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (self->state), NOW), ==, 1);
      save (self);
      reopen (self);
    }
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/bootstrap/pledge-state/" name, Fixture, NULL, set_up, function, tear_down)

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
  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *path = g_strconcat ("/bootstrap/pledge-state/damaged/", damages[i].claim, NULL);

      g_test_add (path, Fixture, &damages[i], set_up, test_damaged, tear_down);
    }
  ADD ("damaged/no-key", test_no_key);
  ADD ("damaged/large-state", test_large_state);
  ADD ("damaged/a-folder-for-a-file", test_folder_for_a_file);
  ADD ("damaged-requests-are-passed-over", test_damaged_requests);
  ADD ("odd-times", test_odd_times);
  ADD ("no-folder", test_no_folder);
  ADD ("not-written-is-not-taken", test_not_written);
  ADD ("last-step-not-written", test_last_step_not_written);

  return g_test_run ();
}

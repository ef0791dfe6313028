/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/pledge-folder.h"

/* What is said of a device's folder that somebody has broken: a clear sentence, and nothing is changed. */

#define NOW G_GINT64_CONSTANT (1750000000)

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
hash_folder (PledgeFolder *self)
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
      g_autofree char *path = pledge_folder_get_path (self, g_ptr_array_index (names, i));
      g_autofree char *text = NULL;
      gsize length = 0;

      g_file_get_contents (path, &text, &length, NULL);
      g_checksum_update (sum, g_ptr_array_index (names, i), -1);
      g_checksum_update (sum, (const guchar *)text, (gssize)length);
    }
  return g_strdup (g_checksum_get_string (sum));
}

static void
expect_damaged (PledgeFolder *self, const char *words)
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
test_damaged (PledgeFolder *self, gconstpointer data)
{
  const Damage *damage = data;
  g_autofree char *path = pledge_folder_get_path (self, damage->name);

  pledge_folder_go_through (self);
  g_assert_cmpint (g_unlink (path), ==, 0);
  if (damage->text != NULL)
    pledge_folder_write_file (self, damage->name, damage->text);
  expect_damaged (self, damage->words);
}

/* A certificate whose key is gone is of no use: the device could say nothing of itself. */
static void
test_no_key (PledgeFolder *self, gconstpointer data)
{
  g_autofree char *path = pledge_folder_get_path (self, "key.pem");
  g_autoptr (TestPki) other = test_pki_authority_new ("Other", TEST_PKI_P256);
  g_autofree char *pem = test_pki_get_key_pem (other);

  pledge_folder_go_through (self);
  g_assert_cmpint (g_unlink (path), ==, 0);
  expect_damaged (self, NULL);
  pledge_folder_write_file (self, "key.pem", pem);
  expect_damaged (self, NULL);
}

static void
test_large_state (PledgeFolder *self, gconstpointer data)
{
  g_autofree char *spaces = g_strnfill (STILE_PLEDGE_STATE_MAX_SIZE, ' ');
  g_autofree char *text = g_strconcat ("{\"stage\":\"factory-default\"}", spaces, NULL);

  pledge_folder_write_file (self, "state.json", text);
  expect_damaged (self, NULL);
}

static void
test_folder_for_a_file (PledgeFolder *self, gconstpointer data)
{
  g_autofree char *path = pledge_folder_get_path (self, "state.json");

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  expect_damaged (self, "state.json");
}

/* A request that cannot be read any more is one that is out no more; the others count. */
static void
test_damaged_requests (PledgeFolder *self, gconstpointer data)
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

      pledge_folder_write_file (self, "state.json", text);
      pledge_folder_reopen (self);
      g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (self->state), NOW), ==, 0);
    }
}

static void
test_odd_times (PledgeFolder *self, gconstpointer data)
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

      pledge_folder_write_file (self, "state.json", text);
      pledge_folder_reopen (self);
      g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (self->state), NOW), ==,
                        i == 1 ? 1 : 0);
      pledge_folder_save (self);
    }
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/bootstrap/pledge-state-damage/" name, PledgeFolder, NULL, pledge_folder_set_up, function,    \
              pledge_folder_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *path = g_strconcat ("/bootstrap/pledge-state-damage/", damages[i].claim, NULL);

      g_test_add (path, PledgeFolder, &damages[i], pledge_folder_set_up, test_damaged,
                  pledge_folder_tear_down);
    }
  ADD ("no-key", test_no_key);
  ADD ("large-state", test_large_state);
  ADD ("a-folder-for-a-file", test_folder_for_a_file);
  ADD ("damaged-requests-are-passed-over", test_damaged_requests);
  ADD ("odd-times", test_odd_times);

  return g_test_run ();
}

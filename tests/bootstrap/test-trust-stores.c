/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-trust-stores.h"
#include "support/test-pki.h"

typedef struct
{
  char *directory;
  char *nssdb;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->directory = test_pki_directory_new ();
  self->nssdb = g_build_filename (self->directory, ".local", "share", "pki", "nssdb", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_pki_directory_remove (self->directory);
  g_free (self->directory);
  g_free (self->nssdb);
}

static void
test_lists_all (Fixture *self, gconstpointer data)
{
  g_autoptr (GListStore) stores = stile_trust_stores_find (self->directory, self->directory);
  g_autofree char *nss = g_strconcat ("nss:", self->nssdb, NULL);
  const char *const ids[] = { "own", "system", nss, NULL };

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (stores)), ==, G_N_ELEMENTS (ids));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (StileTrustStore) store = g_list_model_get_item (G_LIST_MODEL (stores), i);

      g_assert_cmpstr (stile_trust_store_get_id (store), ==, ids[i]);
      g_assert_nonnull (stile_trust_store_get_name (store));
      g_assert_nonnull (stile_trust_store_get_meaning (store));
      g_assert_cmpint (stile_trust_store_get_selected (store), ==, i == 0);
    }
}

/* Looking and asking write nothing. */
static void
test_looking_changes_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (GPtrArray) roots = test_pki_list (root, NULL);
  g_autoptr (GListStore) stores = stile_trust_stores_find (self->directory, self->directory);
  g_autoptr (GDir) directory = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (stores)); i++)
    {
      g_autoptr (StileTrustStore) store = g_list_model_get_item (G_LIST_MODEL (stores), i);
      g_autofree char *change = stile_trust_store_get_change (store, roots);
      g_autofree char *command = stile_trust_store_get_command (store, roots);
      g_autoptr (GPtrArray) results = stile_trust_store_verify (store, roots);
      g_autoptr (GError) error = NULL;

      g_assert_nonnull (change);
      g_assert_false (stile_trust_result_all_hold (results));
      g_assert_false (stile_trust_store_contains (store, roots, NULL));
      if (!stile_trust_store_can_install (store, &error))
        g_test_message ("%s", error->message);
      g_assert_true (command == NULL || strstr (command, "BEGIN CERTIFICATE") != NULL);
    }
  directory = g_dir_open (self->directory, 0, NULL);
  g_assert_null (g_dir_read_name (directory));
}

static void
test_opens_by_id (Fixture *self, gconstpointer data)
{
  g_autofree char *nss = g_strconcat ("nss:", self->nssdb, NULL);
  g_autofree char *here = g_get_current_dir ();
  g_autofree char *relative = g_strconcat ("pem:", here, "/roots.pem", NULL);
  const struct
  {
    const char *text;
    const char *id; /* or NULL when there is none */
  } cases[] = {
    { "own", "own" },
    { "system", "system" },
    { nss, nss },
    { "nss:/some/where/", "nss:/some/where" },
    { "pem:/some/../file.pem", "pem:/file.pem" },
    { "pem:roots.pem", relative },
    { "", NULL },
    { "nss", NULL },
    { "nss:", NULL },
    { "pem:", NULL },
    { "jks:/file", NULL },
    { "/file.pem", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StileTrustStore) store =
          stile_trust_stores_open (cases[i].text, self->directory, self->directory, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (store != NULL ? stile_trust_store_get_id (store) : NULL, ==, cases[i].id);
      if (cases[i].id == NULL)
        g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
    }
}

/* What a record names is found under its program's name again. */
static void
test_opens_with_name (Fixture *self, gconstpointer data)
{
  g_autofree char *nss = g_strconcat ("nss:", self->nssdb, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileTrustStore) store = stile_trust_stores_open (nss, self->directory, self->directory, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (stile_trust_store_get_name (store), "Chromium"));
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "lists-all", test_lists_all },
    { "looking-changes-nothing", test_looking_changes_nothing },
    { "opens-by-id", test_opens_by_id },
    { "opens-with-name", test_opens_with_name },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *name = g_strconcat ("/bootstrap/trust-stores/", tests[i].name, NULL);

      g_test_add (name, Fixture, NULL, set_up, tests[i].run, tear_down);
    }

  return g_test_run ();
}

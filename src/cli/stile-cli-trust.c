/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-trust.h"

#include <glib/gi18n.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-nss-store.h"
#include "bootstrap/stile-trust-stores.h"
#include "cli/stile-cli-keys.h"
#include "cli/stile-cli-trust-list.h"
#include "cli/stile-cli-trust-work.h"
#include "cli/stile-cli.h"
#include "codec/stile-certificate-bundle.h"

/* A SHA-256 fingerprint in hex. */
#define FINGERPRINT_LENGTH 64

/**
 * Trust:
 *
 * One run of "stilectl trust": what was asked for.
 */
typedef struct
{
  char **stores; /* as they were named; NULL for none */
  gboolean all;
  gboolean dry_run;
  gboolean json;
} Trust;

static void
trust_clear (Trust *self)
{
  g_strfreev (self->stores);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trust, trust_clear)

/* --- what --- */

static gboolean
check_authorities (GPtrArray *roots, GError **error)
{
  for (guint i = 0; i < roots->len; i++)
    if (!stile_certificate_is_authority (g_ptr_array_index (roots, i)))
      {
        g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                     _ ("“%s” is not the certificate of an authority; nothing was changed"),
                     stile_certificate_get_name (g_ptr_array_index (roots, i)));
        return FALSE;
      }

  return TRUE;
}

/* @name is a file, or "-" for standard input. */
static GPtrArray *
load_roots (const char *name, GError **error)
{
  g_autoptr (GBytes) input = NULL;
  g_autoptr (GPtrArray) roots = NULL;

  if (!g_str_equal (name, "-"))
    roots = stile_certificate_bundle_load_pem (name, error);
  else
    {
      input = stile_cli_keys_read_input (error);
      roots = input != NULL ? stile_certificate_bundle_parse_pem (input, error) : NULL;
    }
  if (roots != NULL && check_authorities (roots, error))
    return g_steal_pointer (&roots);

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  return NULL;
}

/* Returns: (nullable): 64 digits, without the colons and spaces that people copy with them. */
static char *
read_fingerprint (const char *text)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (; *text != '\0'; text++)
    if (g_ascii_isxdigit (*text))
      g_string_append_c (digits, g_ascii_tolower (*text));
    else if (*text != ':' && *text != ' ')
      return NULL;

  return digits->len == FINGERPRINT_LENGTH ? g_strdup (digits->str) : NULL;
}

static gboolean
add_matches (GPtrArray *roots, StileTrustEntry *entry, const char *fingerprint)
{
  GPtrArray *candidates = stile_trust_entry_get_roots (entry);
  gboolean found = FALSE;

  for (guint i = 0; i < candidates->len; i++)
    {
      StileCertificate *root = g_ptr_array_index (candidates, i);

      if (fingerprint != NULL && !g_str_equal (stile_certificate_get_fingerprint (root), fingerprint))
        continue;
      found = TRUE;
      if (!g_ptr_array_find_with_equal_func (roots, root, (GEqualFunc)stile_certificate_equal, NULL))
        g_ptr_array_add (roots, g_object_ref (root));
    }

  return found;
}

/* Of all roots in the record, the one with this fingerprint; all for NULL. */
static GPtrArray *
find_recorded (GPtrArray *entries, const char *fingerprint)
{
  GPtrArray *roots = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < entries->len; i++)
    add_matches (roots, g_ptr_array_index (entries, i), fingerprint);

  return roots;
}

/* --- where --- */

static GPtrArray *
open_stores (Trust *self, GError **error)
{
  g_autoptr (GPtrArray) stores = g_ptr_array_new_with_free_func (g_object_unref);
  const char *const fallback[] = { "own", NULL };
  const char *const *names = self->stores != NULL ? (const char *const *)self->stores : fallback;

  for (gsize i = 0; names[i] != NULL; i++)
    {
      StileTrustStore *store = NULL;

      if (g_str_equal (names[i], "nss"))
        {
          g_ptr_array_extend_and_steal (stores, stile_nss_store_find_all (g_get_home_dir ()));
          continue;
        }
      store = stile_trust_stores_open (names[i], g_get_user_data_dir (), g_get_home_dir (), error);
      if (store == NULL)
        return NULL;
      g_ptr_array_add (stores, store);
    }

  return g_steal_pointer (&stores);
}

static gboolean
has_store (GPtrArray *stores, const char *id)
{
  for (guint i = 0; i < stores->len; i++)
    if (g_strcmp0 (stile_trust_store_get_id (g_ptr_array_index (stores, i)), id) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
has_any (StileTrustEntry *entry, GPtrArray *roots)
{
  for (guint i = 0; i < roots->len; i++)
    if (stile_trust_entry_get_undo (entry, g_ptr_array_index (roots, i)) != NULL)
      return TRUE;

  return FALSE;
}

/* Where the record says that @roots are, within what was asked for. */
static GPtrArray *
find_stores (Trust *self, GPtrArray *entries, GPtrArray *roots, GError **error)
{
  g_autoptr (GPtrArray) stores = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) wanted = self->stores != NULL ? open_stores (self, error) : NULL;

  if (self->stores != NULL && wanted == NULL)
    return NULL;

  for (guint i = 0; i < entries->len; i++)
    {
      const char *id = stile_trust_entry_get_store (g_ptr_array_index (entries, i));
      StileTrustStore *store;

      if (!has_any (g_ptr_array_index (entries, i), roots) || has_store (stores, id) ||
          (wanted != NULL && !has_store (wanted, id)))
        continue;
      store = stile_trust_stores_open (id, g_get_user_data_dir (), g_get_home_dir (), error);
      if (store == NULL)
        return NULL;
      g_ptr_array_add (stores, store);
    }
  if (stores->len > 0 || self->all)
    return g_steal_pointer (&stores);

  g_set_error_literal (
      error, STILE_ERROR, STILE_ERROR_SETTINGS,
      _ ("Stile has installed nothing of that, or has taken it back; see stilectl trust list"));
  return NULL;
}

/* --- the acts --- */

static int
install (Trust *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) roots = load_roots (name, &error);
  g_autoptr (GPtrArray) stores = roots != NULL ? open_stores (self, &error) : NULL;
  g_autoptr (StileTrustRecord) record = stile_trust_record_new (g_get_user_data_dir ());

  if (stores == NULL)
    return stile_cli_fail (error, self->json);

  return stile_cli_trust_work_run (&(StileCliTrustWork){
      .act = STILE_CLI_TRUST_INSTALL,
      .stores = stores,
      .roots = roots,
      .record = record,
      .dry_run = self->dry_run,
      .json = self->json,
  });
}

/* @name is a file or a fingerprint, and NULL for all. */
static GPtrArray *
find_roots (GPtrArray *entries, const char *name, GError **error)
{
  g_autofree char *fingerprint = name != NULL ? read_fingerprint (name) : NULL;

  return name == NULL || fingerprint != NULL ? find_recorded (entries, fingerprint)
                                             : load_roots (name, error);
}

static int
take_back (Trust *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileTrustRecord) record = stile_trust_record_new (g_get_user_data_dir ());
  g_autoptr (GPtrArray) entries = stile_trust_record_list (record, &error);
  g_autoptr (GPtrArray) roots = entries != NULL ? find_roots (entries, name, &error) : NULL;
  g_autoptr (GPtrArray) stores = roots != NULL ? find_stores (self, entries, roots, &error) : NULL;

  if (stores == NULL)
    return stile_cli_fail (error, self->json);

  return stile_cli_trust_work_run (&(StileCliTrustWork){
      .act = STILE_CLI_TRUST_UNDO,
      .stores = stores,
      .roots = roots,
      .record = record,
      .dry_run = self->dry_run,
      .json = self->json,
  });
}

/* --- as an administrator, for somebody who is none --- */

/*
 * polkit let this user do one thing.  So nothing of theirs is read but standard input, nothing is written but the
 * system's store, and the record is kept by the process that asked.  Which files are Stile's shows in the files.
 */
static int
run_elevated (Trust *self, const char *act, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GPtrArray) stores = NULL;
  gboolean removing = g_str_equal (act, "remove");

  if ((!removing && !g_str_equal (act, "install")) || self->stores == NULL ||
      g_strv_length (self->stores) != 1 || !g_str_equal (self->stores[0], "system") ||
      g_strcmp0 (name, "-") != 0)
    return stile_cli_fail_usage ("trust", _ ("through pkexec it is for “--store system -” only"));

  roots = load_roots (name, &error);
  stores = roots != NULL ? open_stores (self, &error) : NULL;
  if (stores == NULL)
    return stile_cli_fail (error, self->json);

  for (guint i = 0; removing && i < roots->len; i++)
    stile_trust_store_restore (g_ptr_array_index (stores, 0), g_ptr_array_index (roots, i), "");
  return stile_cli_trust_work_run (&(StileCliTrustWork){
      .act = removing ? STILE_CLI_TRUST_REMOVE : STILE_CLI_TRUST_INSTALL,
      .stores = stores,
      .roots = roots,
      .json = self->json,
  });
}

static int
run_act (Trust *self, const char *act, const char *name)
{
  gboolean removing = g_str_equal (act, "remove");

  if (g_getenv ("PKEXEC_UID") != NULL)
    return run_elevated (self, act, name);
  if (g_str_equal (act, "list"))
    return name == NULL && !self->all && self->stores == NULL && !self->dry_run
               ? stile_cli_trust_list_run (self->json)
               : stile_cli_fail_usage ("trust", _ ("list takes nothing but --json"));
  if (!removing && !g_str_equal (act, "install"))
    return stile_cli_fail_usage ("trust", _ ("say list, install or remove"));
  if (self->all && !removing)
    return stile_cli_fail_usage ("trust", _ ("--all is for remove only"));
  if ((name == NULL) != self->all)
    return stile_cli_fail_usage ("trust", removing
                                              ? _ ("name one file, one fingerprint, or --all")
                                              : _ ("name one file of certificates, or - for standard input"));

  return removing ? take_back (self, name) : install (self, name);
}

/**
 * stile_cli_trust_run:
 *
 * "stilectl trust list", "install" and "remove": CA roots in the trust stores of this computer.
 *
 * Returns: the exit status
 */
int
stile_cli_trust_run (int argc, char *argv[])
{
  g_auto (Trust) self = { 0 };
  const GOptionEntry entries[] = {
    { "store", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self.stores,
      N_ ("Where: own, system, nss, nss:FOLDER or pem:FILE; may be given more than once"), N_ ("STORE") },
    { "all", 0, 0, G_OPTION_ARG_NONE, &self.all, N_ ("Remove all that Stile has installed"), NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &self.dry_run, N_ ("Say what would change, and change nothing"),
      NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self.json, N_ ("Print JSON"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!stile_cli_parse (
          "trust", _ ("list | install FILE | remove FILE|FINGERPRINT"),
          _ ("Install CA roots into trust stores, see who trusts them now, and take them back."), entries,
          &argc, &argv))
    return STILE_CLI_EXIT_USAGE;
  if (argc < 2 || argc > 3)
    return stile_cli_fail_usage ("trust", _ ("say list, install or remove"));

  return run_act (&self, argv[1], argc == 3 ? argv[2] : NULL);
}

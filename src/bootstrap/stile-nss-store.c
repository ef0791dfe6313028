/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-nss-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-nss-change.h"
#include "bootstrap/stile-nss-profiles.h"
#include "bootstrap/stile-sandbox.h"

/**
 * StileNssStore:
 *
 * A database of certificates in the form of Mozilla's NSS library: that of Chromium and all that is made of it, or of
 * one profile of Firefox or Thunderbird.  It is opened for each question and closed again, so that the program may run
 * meanwhile; what is trusted it reads when it starts.
 */
struct _StileNssStore
{
  GObject parent_instance;

  gboolean selected;
  char *directory;
  char *id;
  char *name;
  char *program;
  char *home;
  char *sandbox;
  GHashTable *added; /* fingerprint → what taking back needs */
};

enum
{
  PROP_SELECTED = 1,
  PROP_DIRECTORY,
  PROP_NAME,
  PROP_PROGRAM,
  PROP_HOME,
  PROP_SANDBOX,
};

static void trust_store_init (StileTrustStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileNssStore,
                               stile_nss_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_TRUST_STORE, trust_store_init))

static char **
text_of (StileNssStore *self, guint id)
{
  char **const fields[] = {
    [PROP_DIRECTORY] = &self->directory, [PROP_NAME] = &self->name,       [PROP_PROGRAM] = &self->program,
    [PROP_HOME] = &self->home,           [PROP_SANDBOX] = &self->sandbox,
  };

  return fields[id];
}

static void
stile_nss_store_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StileNssStore *self = STILE_NSS_STORE (object);

  if (id == PROP_SELECTED)
    g_value_set_boolean (value, self->selected);
  else
    g_value_set_string (value, *text_of (self, id));
}

static void
stile_nss_store_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StileNssStore *self = STILE_NSS_STORE (object);

  if (id == PROP_SELECTED)
    self->selected = g_value_get_boolean (value);
  else
    *text_of (self, id) = g_value_dup_string (value);
}

static void
stile_nss_store_constructed (GObject *object)
{
  StileNssStore *self = STILE_NSS_STORE (object);

  self->id = g_strconcat ("nss:", self->directory, NULL);
  if (self->home == NULL)
    self->home = g_strdup (g_get_home_dir ());
  if (self->name == NULL)
    self->name = g_strdup (_ ("An NSS database"));

  G_OBJECT_CLASS (stile_nss_store_parent_class)->constructed (object);
}

static void
stile_nss_store_finalize (GObject *object)
{
  StileNssStore *self = STILE_NSS_STORE (object);

  for (guint id = PROP_DIRECTORY; id <= PROP_SANDBOX; id++)
    g_free (*text_of (self, id));
  g_free (self->id);
  g_hash_table_unref (self->added);

  G_OBJECT_CLASS (stile_nss_store_parent_class)->finalize (object);
}

static void
stile_nss_store_class_init (StileNssStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const struct
  {
    guint id;
    const char *name;
    const char *fallback;
  } texts[] = {
    { PROP_DIRECTORY, "directory", NULL }, { PROP_NAME, "name", NULL },
    { PROP_PROGRAM, "program", NULL }, /* who reads it, or nothing when that is not known */
    { PROP_HOME, "home", NULL },           { PROP_SANDBOX, "sandbox", STILE_SANDBOX_INFO },
  };

  object_class->constructed = stile_nss_store_constructed;
  object_class->finalize = stile_nss_store_finalize;
  object_class->get_property = stile_nss_store_get_property;
  object_class->set_property = stile_nss_store_set_property;
  g_object_class_override_property (object_class, PROP_SELECTED, "selected");
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_object_class_install_property (
        object_class, texts[i].id,
        g_param_spec_string (texts[i].name, NULL, NULL, texts[i].fallback,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

static void
stile_nss_store_init (StileNssStore *self)
{
  self->added = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * stile_nss_store_new:
 * @directory: the folder of a database, which is made when something is installed
 *
 * Returns: (transfer full): the store
 */
StileTrustStore *
stile_nss_store_new (const char *directory)
{
  g_autofree char *absolute = g_canonicalize_filename (directory, NULL);

  return g_object_new (STILE_TYPE_NSS_STORE, "directory", absolute, NULL);
}

/**
 * stile_nss_store_find_all:
 * @home: the user's home folder
 *
 * Returns: (transfer full) (element-type StileTrustStore): one for each program's database, none of them selected
 */
GPtrArray *
stile_nss_store_find_all (const char *home)
{
  g_autoptr (GPtrArray) profiles = stile_nss_profiles_find (home);
  GPtrArray *stores = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < profiles->len; i++)
    {
      StileNssProfile *profile = g_ptr_array_index (profiles, i);

      g_ptr_array_add (stores, g_object_new (STILE_TYPE_NSS_STORE, "directory", profile->directory, "name",
                                             profile->name, "program", profile->program, "home", home, NULL));
    }

  return stores;
}

/* --- the database --- */

static gboolean
has_database (StileNssStore *self)
{
  g_autofree char *file = g_build_filename (self->directory, "cert9.db", NULL);

  return g_file_test (file, G_FILE_TEST_EXISTS);
}

static gboolean
finish (StileNssStore *self, gboolean done, GError **error)
{
  if (done)
    return TRUE;

  stile_error_convert (error, STILE_ERROR_FAILED);
  g_prefix_error (error, "%s (%s): ", self->name, self->directory);
  return FALSE;
}

/* The folder, or the nearest one above that is there.  NSS itself would only say that something is bad. */
static gboolean
may_write (StileNssStore *self)
{
  static const char *const files[] = { "cert9.db", "key4.db" };
  g_autofree char *folder = g_strdup (self->directory);

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *file = g_build_filename (self->directory, files[i], NULL);

      if (g_file_test (file, G_FILE_TEST_EXISTS) && faccessat (AT_FDCWD, file, W_OK, AT_EACCESS) != 0)
        return FALSE;
    }
  while (!g_file_test (folder, G_FILE_TEST_EXISTS))
    {
      g_autofree char *below = g_steal_pointer (&folder);

      folder = g_path_get_dirname (below);
    }

  return g_file_test (folder, G_FILE_TEST_IS_DIR) && faccessat (AT_FDCWD, folder, W_OK, AT_EACCESS) == 0;
}

static gboolean
is_protected (StileNssStore *self, gboolean *is, GError **error)
{
  g_autoptr (StileNssDatabase) database = NULL;

  *is = FALSE;
  if (!has_database (self))
    return TRUE;

  database = stile_nss_database_open (self->directory, STILE_NSS_READ, error);
  *is = database != NULL && stile_nss_database_is_protected (database);
  return database != NULL;
}

static gboolean
can_install (StileTrustStore *store, GError **error)
{
  StileNssStore *self = STILE_NSS_STORE (store);
  gboolean is = FALSE;

  if (!stile_sandbox_may_write (self->sandbox, self->home, self->directory))
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                 _ ("From inside the sandbox it cannot be reached. Allow it with “flatpak override --user "
                    "--filesystem=%s:create org.stile.Stile”, or run the command that is shown"),
                 self->directory);
  else if (!may_write (self))
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("This user may not write there"));
  else if (is_protected (self, &is, error) && !is)
    return TRUE;
  else if (is)
    g_set_error_literal (
        error, STILE_ERROR, STILE_ERROR_SETTINGS,
        _ ("A primary password protects it. Import the roots in the program’s own settings"));

  return finish (self, FALSE, error);
}

static GPtrArray *
prepare (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  StileNssStore *self = STILE_NSS_STORE (store);
  g_autoptr (StileNssDatabase) database = NULL;

  if (has_database (self))
    {
      database = stile_nss_database_open (self->directory, STILE_NSS_READ, error);
      if (!finish (self, database != NULL, error))
        return NULL;
    }

  return stile_nss_change_list_undo (database, roots);
}

static void
restore (StileTrustStore *store, StileCertificate *root, const char *undo)
{
  StileNssStore *self = STILE_NSS_STORE (store);
  const char *fingerprint = stile_certificate_get_fingerprint (root);

  if (!g_hash_table_contains (self->added, fingerprint))
    g_hash_table_insert (self->added, g_strdup (fingerprint), g_strdup (undo));
}

static StileNssDatabase *
open_for_writing (StileNssStore *self, GError **error)
{
  if (g_mkdir_with_parents (self->directory, 0700) == 0)
    return stile_nss_database_open (self->directory, STILE_NSS_WRITE, error);

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, g_strerror (errno));
  return NULL;
}

static gboolean
install (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  StileNssStore *self = STILE_NSS_STORE (store);
  g_autoptr (StileNssDatabase) database = NULL;
  g_autoptr (GPtrArray) undo = NULL;

  if (!can_install (store, error))
    return FALSE;

  database = open_for_writing (self, error);
  if (database == NULL)
    return finish (self, FALSE, error);

  undo = stile_nss_change_list_undo (database, roots);
  if (!stile_nss_change_add (database, roots, undo, error))
    return finish (self, FALSE, error);

  for (guint i = 0; i < roots->len; i++)
    if (g_ptr_array_index (undo, i) != NULL)
      restore (store, g_ptr_array_index (roots, i), g_ptr_array_index (undo, i));
  return TRUE;
}

static gboolean
take_back_one (StileNssStore *self, StileNssDatabase *database, StileCertificate *root, GError **error)
{
  const char *fingerprint = stile_certificate_get_fingerprint (root);
  const char *undo = g_hash_table_lookup (self->added, fingerprint);

  if (undo == NULL)
    return TRUE;
  if (!stile_nss_change_undo (database, root, undo, error))
    return FALSE;

  g_hash_table_remove (self->added, fingerprint);
  return TRUE;
}

static gboolean
take_back (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  StileNssStore *self = STILE_NSS_STORE (store);
  g_autoptr (StileNssDatabase) database = NULL;
  gboolean done = TRUE;

  if (g_hash_table_size (self->added) == 0 || !has_database (self))
    return TRUE;
  if (!can_install (store, error))
    return FALSE;

  database = open_for_writing (self, error);
  done = database != NULL;
  for (guint i = 0; done && i < roots->len; i++)
    done = take_back_one (self, database, g_ptr_array_index (roots, i), error);

  return finish (self, done, error);
}

static gboolean
contains (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  StileNssStore *self = STILE_NSS_STORE (store);
  g_autoptr (StileNssDatabase) database = NULL;
  gboolean all = TRUE;

  if (!has_database (self))
    return FALSE;

  database = stile_nss_database_open (self->directory, STILE_NSS_READ, error);
  for (guint i = 0; database != NULL && all && i < roots->len; i++)
    all = stile_nss_database_trusts (database, g_ptr_array_index (roots, i));

  return finish (self, database != NULL, error) && all;
}

static char *
find_reason (StileNssStore *self, GPtrArray *roots)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileNssDatabase) database = NULL;
  char *why = NULL;

  if (!has_database (self))
    return g_strdup (_ ("There is no database."));

  database = stile_nss_database_open (self->directory, STILE_NSS_READ, &error);
  if (database == NULL)
    return g_strdup (error->message);
  for (guint i = 0; why == NULL && i < roots->len; i++)
    why = stile_nss_database_verify (database, g_ptr_array_index (roots, i));

  return why;
}

static GPtrArray *
verify (StileTrustStore *store, GPtrArray *roots)
{
  StileNssStore *self = STILE_NSS_STORE (store);
  GPtrArray *results = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *why = find_reason (self, roots);

  g_ptr_array_add (
      results, stile_trust_result_new (
                   self->program != NULL ? self->name : _ ("Programs that use this database"),
                   why == NULL ? STILE_TRUST_HOLDS : STILE_TRUST_FAILS, "%s",
                   why != NULL ? why : _ ("It trusts them; when it is running, from its next start on.")));
  return results;
}

/* --- words --- */

static char *
get_change (StileTrustStore *store, GPtrArray *roots)
{
  StileNssStore *self = STILE_NSS_STORE (store);

  if (has_database (self))
    return g_strdup_printf (_ ("Certificates are added to this database, trusted to vouch for web sites:\n"
                               "%s/cert9.db\n%s/key4.db"),
                            self->directory, self->directory);

  return g_strdup_printf (_ ("A database is made, with certificates in it that are trusted to vouch for web "
                             "sites:\n%s/cert9.db\n%s/key4.db"),
                          self->directory, self->directory);
}

static char *
get_command (StileTrustStore *store, GPtrArray *roots)
{
  StileNssStore *self = STILE_NSS_STORE (store);
  g_autofree char *name = g_strconcat ("sql:", self->directory, NULL);
  g_autofree char *database = g_shell_quote (name);
  g_autofree char *directory = g_shell_quote (self->directory);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "mkdir -p %s\n", directory);
  for (guint i = 0; i < roots->len; i++)
    {
      g_autofree char *plain = stile_nss_change_make_nickname (g_ptr_array_index (roots, i));
      g_autofree char *nickname = g_shell_quote (plain);
      g_autofree char *pem = stile_certificate_to_pem (g_ptr_array_index (roots, i));

      g_string_append_printf (text, "certutil -d %s -A -a -t C,, -n %s <<'END'\n%sEND\n", database, nickname,
                              pem);
    }

  return g_string_free (text, FALSE);
}

static const char *
get_id (StileTrustStore *store)
{
  return STILE_NSS_STORE (store)->id;
}

static const char *
get_name (StileTrustStore *store)
{
  return STILE_NSS_STORE (store)->name;
}

static const char *
get_meaning (StileTrustStore *store)
{
  return STILE_NSS_STORE (store)->program != NULL
             ? _ ("For you alone, in this one program, which may have to be started again to notice.")
             : _ ("For programs that use this database. Nothing else changes.");
}

static const char *
get_location (StileTrustStore *store)
{
  return STILE_NSS_STORE (store)->directory;
}

static void
trust_store_init (StileTrustStoreInterface *iface)
{
  iface->get_id = get_id;
  iface->get_name = get_name;
  iface->get_meaning = get_meaning;
  iface->get_location = get_location;
  iface->install = install;
  iface->remove = take_back;
  iface->contains = contains;
  iface->can_install = can_install;
  iface->get_change = get_change;
  iface->get_command = get_command;
  iface->verify = verify;
  iface->prepare = prepare;
  iface->restore = restore;
}

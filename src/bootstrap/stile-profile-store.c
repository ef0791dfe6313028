/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-profile-store.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-profile-file.h"

#define SUFFIX ".profile"
/* The ids of the administrator's begin so, and no others. */
#define FIXED_PREFIX "system-"
#define MAX_ID_LENGTH 40

/**
 * StileProfileStore:
 *
 * The services that this person knows, as a list of profiles, each a file: those that the administrator has put into the
 * system's folder, which cannot be changed here, then the person's own.  A profile that holds its anchors gets files for
 * them beside it, so that whoever uses it can name a file.
 */
struct _StileProfileStore
{
  GObject parent_instance;

  char *folder;
  char *system_folder; /* NULL: none */
  GPtrArray *entries;
};

/* A profile, and its file. */
typedef struct
{
  StileProfile *profile;
  char *id;
  gboolean fixed; /* the administrator's */
} Entry;

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileProfileStore,
                               stile_profile_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->profile);
  g_free (entry->id);
  g_free (entry);
}

static void
stile_profile_store_finalize (GObject *object)
{
  StileProfileStore *self = STILE_PROFILE_STORE (object);

  g_free (self->folder);
  g_free (self->system_folder);
  g_ptr_array_unref (self->entries);

  G_OBJECT_CLASS (stile_profile_store_parent_class)->finalize (object);
}

static void
stile_profile_store_class_init (StileProfileStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_profile_store_finalize;
}

static void
stile_profile_store_init (StileProfileStore *self)
{
  self->entries = g_ptr_array_new_with_free_func (entry_free);
}

static GType
get_item_type (GListModel *model)
{
  return STILE_TYPE_PROFILE;
}

static guint
get_n_items (GListModel *model)
{
  return STILE_PROFILE_STORE (model)->entries->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *entries = STILE_PROFILE_STORE (model)->entries;

  return position < entries->len ? g_object_ref (((Entry *)g_ptr_array_index (entries, position))->profile)
                                 : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/**
 * stile_profile_store_new:
 * @folder: the person's own; it need not be there
 * @system_folder: (nullable): the administrator's; it need not be there
 */
StileProfileStore *
stile_profile_store_new (const char *folder, const char *system_folder)
{
  StileProfileStore *self = g_object_new (STILE_TYPE_PROFILE_STORE, NULL);

  self->folder = g_strdup (folder);
  self->system_folder = g_strdup (system_folder);
  return self;
}

/**
 * stile_profile_store_new_default:
 *
 * Returns: (transfer full): that of this person on this computer
 */
StileProfileStore *
stile_profile_store_new_default (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "stile", "profiles", NULL);

  return stile_profile_store_new (folder, SYSCONFDIR "/stile/profiles");
}

/* --- finding --- */

static Entry *
find_id (StileProfileStore *self, const char *id)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (g_str_equal (entry->id, id))
        return entry;
    }

  return NULL;
}

static guint
find_profile (StileProfileStore *self, StileProfile *profile)
{
  guint position = 0;

  while (position < self->entries->len &&
         ((Entry *)g_ptr_array_index (self->entries, position))->profile != profile)
    position++;

  return position;
}

/**
 * stile_profile_store_find:
 *
 * Returns: (transfer none) (nullable): the profile with that id
 */
StileProfile *
stile_profile_store_find (StileProfileStore *self, const char *id)
{
  Entry *entry = find_id (self, id);

  return entry != NULL ? entry->profile : NULL;
}

/**
 * stile_profile_store_get_id:
 * @profile: one of the list
 *
 * Returns: (transfer none): what the command line and the settings call it
 */
const char *
stile_profile_store_get_id (StileProfileStore *self, StileProfile *profile)
{
  guint position = find_profile (self, profile);

  g_return_val_if_fail (position < self->entries->len, NULL);

  return ((Entry *)g_ptr_array_index (self->entries, position))->id;
}

/**
 * stile_profile_store_is_fixed:
 *
 * Returns: whether it is the administrator's, and cannot be removed
 */
gboolean
stile_profile_store_is_fixed (StileProfileStore *self, StileProfile *profile)
{
  guint position = find_profile (self, profile);

  return position < self->entries->len && ((Entry *)g_ptr_array_index (self->entries, position))->fixed;
}

/* --- files --- */

static char *
make_path (StileProfileStore *self, const char *id, const char *suffix)
{
  g_autofree char *name = g_strconcat (id, suffix, NULL);

  return g_build_filename (self->folder, name, NULL);
}

static gboolean
make_folder (StileProfileStore *self, GError **error)
{
  if (g_mkdir_with_parents (self->folder, 0700) == 0)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("Making the folder “%s”: %s"), self->folder,
               g_strerror (errno));
  return FALSE;
}

static gboolean
unpack_one (StileProfileStore *self,
            StileProfile *profile,
            const char *pem_property,
            const char *file_property,
            const char *path,
            GError **error)
{
  g_autofree char *pem = stile_profile_dup_text (profile, pem_property);

  if (pem == NULL)
    return TRUE;
  if (!make_folder (self, error) || !g_file_set_contents (path, pem, -1, error))
    return FALSE;

  g_object_set (profile, file_property, path, NULL);
  return TRUE;
}

/* The certificates that a profile holds go into files. */
static gboolean
unpack (StileProfileStore *self, StileProfile *profile, const char *id, GError **error)
{
  g_autofree char *anchors = make_path (self, id, ".anchors.pem");
  g_autofree char *cloud = make_path (self, id, ".cloud-anchors.pem");

  return unpack_one (self, profile, "anchors-pem", "anchors", anchors, error) &&
         unpack_one (self, profile, "cloud-anchors-pem", "cloud-anchors", cloud, error);
}

static Entry *
append (StileProfileStore *self, StileProfile *profile, const char *id, gboolean fixed)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->profile = g_object_ref (profile);
  entry->id = g_strdup (id);
  entry->fixed = fixed;
  g_ptr_array_add (self->entries, entry);

  return entry;
}

/* Two profiles with one id would have one file of anchors. */
static gboolean
check_name (const char *path, const char *stem, gboolean fixed, GError **error)
{
  if (g_utf8_validate (stem, -1, NULL) && (fixed || !g_str_has_prefix (stem, FIXED_PREFIX)))
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("Reading the profile “%s”: a name that begins with “%s”, or is not text, is none for it"),
               path, FIXED_PREFIX);
  return FALSE;
}

static gboolean
load_file (StileProfileStore *self, const char *folder, const char *name, gboolean fixed, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *stem = g_strndup (name, strlen (name) - strlen (SUFFIX));
  g_autofree char *id = g_strconcat (fixed ? FIXED_PREFIX : "", stem, NULL);
  g_autoptr (StileProfile) profile =
      check_name (shown, stem, fixed, error) ? stile_profile_file_load (path, error) : NULL;
  g_autoptr (GError) local = NULL;

  if (profile == NULL)
    return FALSE;

  /* Where no files can be written, the profile goes on holding them. */
  if (!unpack (self, profile, id, &local))
    g_debug ("%s", local->message);
  append (self, profile, id, fixed);
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static gboolean
is_profile (const char *name)
{
  return *name != '.' && g_str_has_suffix (name, SUFFIX);
}

/* A folder that is not there has none. */
static GPtrArray *
list_files (const char *folder, GError **error)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (GDir) directory = g_dir_open (folder, 0, &local);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    if (is_profile (name))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);

  if (names->len > STILE_PROFILE_STORE_MAX_COUNT)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   _ ("There are more than %d profiles in “%s”: only the first are read"),
                   STILE_PROFILE_STORE_MAX_COUNT, folder);
      g_ptr_array_set_size (names, STILE_PROFILE_STORE_MAX_COUNT);
    }
  else if (local != NULL && !g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      stile_error_convert (error, STILE_ERROR_SETTINGS);
    }

  return names;
}

/* Keeps the first that went wrong. */
static void
load_folder (StileProfileStore *self, const char *folder, gboolean fixed, GError **first)
{
  g_autoptr (GPtrArray) names = list_files (folder, *first == NULL ? first : NULL);

  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!load_file (self, folder, g_ptr_array_index (names, i), fixed, &error) && *first == NULL)
        *first = g_steal_pointer (&error);
    }
}

/**
 * stile_profile_store_load:
 * @error: what is wrong with the first file that cannot be used; the others are there
 *
 * Reads the folders, anew.
 */
gboolean
stile_profile_store_load (StileProfileStore *self, GError **error)
{
  g_autoptr (GError) first = NULL;
  guint removed = self->entries->len;

  g_ptr_array_set_size (self->entries, 0);
  if (self->system_folder != NULL)
    load_folder (self, self->system_folder, TRUE, &first);
  load_folder (self, self->folder, FALSE, &first);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, removed, self->entries->len);

  if (first == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

/* --- adding and removing --- */

/* A file's name from what people call it: letters and digits of ASCII, the rest are dashes. */
static char *
make_stem (const char *name)
{
  g_autoptr (GString) stem = g_string_new (NULL);

  if (g_str_has_prefix (name, "https://"))
    name += strlen ("https://");
  for (const char *p = name; *p != '\0' && stem->len < MAX_ID_LENGTH; p++)
    {
      if (g_ascii_isalnum (*p))
        g_string_append_c (stem, g_ascii_tolower (*p));
      else if (stem->len > 0 && stem->str[stem->len - 1] != '-')
        g_string_append_c (stem, '-');
    }
  if (stem->len > 0 && stem->str[stem->len - 1] == '-')
    g_string_truncate (stem, stem->len - 1);

  if (g_str_has_prefix (stem->str, FIXED_PREFIX))
    return g_strconcat ("own-", stem->str, NULL);

  return g_strdup (stem->len > 0 ? stem->str : "profile");
}

/* By one in the list, or by a file that could not be read. */
static gboolean
is_taken (StileProfileStore *self, const char *id)
{
  g_autofree char *path = make_path (self, id, SUFFIX);

  return find_id (self, id) != NULL || g_file_test (path, G_FILE_TEST_EXISTS);
}

static char *
make_id (StileProfileStore *self, StileProfile *profile)
{
  g_autofree char *stem = make_stem (stile_profile_get_name (profile));
  char *id = g_strdup (stem);

  for (guint i = 2; is_taken (self, id); i++)
    {
      g_free (id);
      id = g_strdup_printf ("%s-%u", stem, i);
    }

  return id;
}

/**
 * stile_profile_store_add:
 * @profile: to be kept; it is copied
 * @error: %STILE_ERROR_SETTINGS
 *
 * Returns: (transfer none): the one in the list, which is in its file now
 */
StileProfile *
stile_profile_store_add (StileProfileStore *self, StileProfile *profile, GError **error)
{
  g_autofree char *id = make_id (self, profile);
  g_autofree char *path = make_path (self, id, SUFFIX);
  g_autoptr (StileProfile) copy = stile_profile_new ();

  if (self->entries->len >= STILE_PROFILE_STORE_MAX_COUNT)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   g_dngettext (GETTEXT_PACKAGE, "There is %d profile already: remove some first",
                                "There are %d profiles already: remove some first",
                                STILE_PROFILE_STORE_MAX_COUNT),
                   STILE_PROFILE_STORE_MAX_COUNT);
      return NULL;
    }

  stile_profile_take_over (copy, profile);
  if (make_folder (self, error) && unpack (self, copy, id, error) &&
      stile_profile_file_save (copy, path, error))
    {
      append (self, copy, id, FALSE);
      g_list_model_items_changed (G_LIST_MODEL (self), self->entries->len - 1, 0, 1);
      return copy;
    }

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, "%s: ", _ ("Keeping the profile"));
  return NULL;
}

/**
 * stile_profile_store_import:
 * @path: a file that somebody handed out
 * @error: %STILE_ERROR_SETTINGS
 *
 * Returns: (transfer none): the profile, which is in the list now
 */
StileProfile *
stile_profile_store_import (StileProfileStore *self, const char *path, GError **error)
{
  g_autoptr (StileProfile) profile = stile_profile_file_load (path, error);

  return profile != NULL ? stile_profile_store_add (self, profile, error) : NULL;
}

static gboolean
remove_file (StileProfileStore *self, const char *id, const char *suffix, GError **error)
{
  g_autofree char *path = make_path (self, id, suffix);

  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("Removing “%s”: %s"), path, g_strerror (errno));
  return FALSE;
}

/**
 * stile_profile_store_remove:
 * @profile: one of the person's own
 * @error: %STILE_ERROR_SETTINGS when it is the administrator's, or its file cannot be removed
 *
 * Removes it, and the anchors that came with it.
 */
gboolean
stile_profile_store_remove (StileProfileStore *self, StileProfile *profile, GError **error)
{
  guint position = find_profile (self, profile);
  Entry *entry;

  g_return_val_if_fail (position < self->entries->len, FALSE);

  entry = g_ptr_array_index (self->entries, position);
  if (entry->fixed)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("This profile is the administrator’s, and cannot be removed"));
      return FALSE;
    }
  if (!remove_file (self, entry->id, SUFFIX, error) ||
      !remove_file (self, entry->id, ".anchors.pem", error) ||
      !remove_file (self, entry->id, ".cloud-anchors.pem", error))
    return FALSE;

  g_ptr_array_remove_index (self->entries, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  return TRUE;
}

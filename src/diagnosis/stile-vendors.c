/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-vendors.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "diagnosis/stile-vendor-entry.h"

/* The shape of the file: "vendors/1". */
#define SCHEMA "vendors/1"
#define FILE_NAME "middlebox-vendors.json"

/* Written by glib-compile-resources. */
GResource *stile_vendors_get_resource (void);

/* The list that comes with the program is in it, so that it is there wherever the program runs. */
#define RESOURCE "/org/stile/Stile/data/middlebox-vendors.json"

/**
 * StileVendors:
 *
 * Whom a middlebox may be from, by the names in the certificates that it makes and by the header fields that it adds.  The names
 * are data, with their sources, and not the program's; what was loaded first is asked first.
 */
struct _StileVendors
{
  GObject parent_instance;

  GPtrArray *entries; /* of StileVendorEntry */
};

G_DEFINE_FINAL_TYPE (StileVendors, stile_vendors, G_TYPE_OBJECT)

static void
stile_vendors_finalize (GObject *object)
{
  StileVendors *self = STILE_VENDORS (object);

  g_ptr_array_unref (self->entries);

  G_OBJECT_CLASS (stile_vendors_parent_class)->finalize (object);
}

static void
stile_vendors_class_init (StileVendorsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_vendors_finalize;
}

static void
stile_vendors_init (StileVendors *self)
{
  self->entries = g_ptr_array_new_with_free_func (stile_vendor_entry_free);
}

/**
 * stile_vendors_new:
 *
 * Returns: (transfer full): a list that knows nobody
 */
StileVendors *
stile_vendors_new (void)
{
  return g_object_new (STILE_TYPE_VENDORS, NULL);
}

guint
stile_vendors_get_n_entries (StileVendors *self)
{
  return self->entries->len;
}

/* --- loading --- */

static gboolean
read_entries (GVariant *list, GPtrArray *entries, GError **error)
{
  gsize count = g_variant_n_children (list);

  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) value = NULL;
      StileVendorEntry *entry;

      g_variant_get_child (list, i, "v", &value);
      entry = stile_vendor_entry_read (value, error);
      if (entry == NULL)
        {
          g_prefix_error (error, _ ("Entry %zu: "), i + 1);
          return FALSE;
        }
      g_ptr_array_add (entries, entry);
    }

  return TRUE;
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, why);
  return FALSE;
}

static gboolean
check_size (StileVendors *self, GVariant *list, GError **error)
{
  gsize count = g_variant_n_children (list);

  if (count <= STILE_VENDORS_MAX_ENTRIES - self->entries->len)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_LIMIT,
               g_dngettext (GETTEXT_PACKAGE, "There is %zu vendor, the limit is %d",
                            "There are %zu vendors, the limit is %d", count + self->entries->len),
               count + self->entries->len, STILE_VENDORS_MAX_ENTRIES);
  return FALSE;
}

static gpointer
keep (gconstpointer entry, gpointer data)
{
  return (gpointer)entry;
}

/**
 * stile_vendors_load_bytes:
 * @document: JSON, as data/middlebox-vendors.json has it
 *
 * Adds all that is in it behind what is there, or nothing: %STILE_ERROR_SETTINGS that names the entry and the rule that is wrong,
 * %STILE_ERROR_LIMIT for more than is taken.
 */
gboolean
stile_vendors_load_bytes (StileVendors *self, GBytes *document, GError **error)
{
  g_autoptr (GVariant) root = stile_json_parse (document, STILE_VENDORS_MAX_SIZE, error);
  g_autoptr (GVariant) list = root != NULL ? stile_json_get_member (root, "vendors") : NULL;
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (stile_vendor_entry_free);

  if (root == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      return FALSE;
    }
  if (g_strcmp0 (stile_json_get_string (root, "schema"), SCHEMA) != 0)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   _ ("This is no list of vendors: its “schema” is not “%s”"), SCHEMA);
      return FALSE;
    }
  if (list == NULL || !g_variant_is_of_type (list, G_VARIANT_TYPE ("av")))
    return refuse (error, _ ("The list of vendors has no list “vendors”"));
  if (!check_size (self, list, error) || !read_entries (list, entries, error))
    return FALSE;

  g_ptr_array_extend (self->entries, entries, keep, NULL);
  g_ptr_array_set_free_func (entries, NULL);
  return TRUE;
}

/**
 * stile_vendors_load_file:
 *
 * As stile_vendors_load_bytes(); errors name the file.
 */
gboolean
stile_vendors_load_file (StileVendors *self, const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = g_file_load_bytes (file, NULL, NULL, error);

  if (bytes != NULL && stile_vendors_load_bytes (self, bytes, error))
    return TRUE;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, _ ("Reading the list of vendors in %s: "), path);
  return FALSE;
}

static gboolean
load_own (StileVendors *self, GError **error)
{
  g_autoptr (GBytes) bytes = g_resource_lookup_data (stile_vendors_get_resource (), RESOURCE, 0, error);

  return bytes != NULL && stile_vendors_load_bytes (self, bytes, error);
}

/**
 * stile_vendors_load_installed:
 * @override: (nullable): a list of one's own, asked first; %NULL for middlebox-vendors.json in the user's configuration folder
 *   "stile", when there is one
 *
 * Returns: (transfer full): the list that came with the program, behind the user's own
 */
StileVendors *
stile_vendors_load_installed (const char *override, GError **error)
{
  g_autoptr (StileVendors) self = stile_vendors_new ();
  g_autofree char *usual = g_build_filename (g_get_user_config_dir (), "stile", FILE_NAME, NULL);
  const char *own = override;

  if (own == NULL && g_file_test (usual, G_FILE_TEST_EXISTS))
    own = usual;
  if (own != NULL && !stile_vendors_load_file (self, own, error))
    return NULL;

  return load_own (self, error) ? g_steal_pointer (&self) : NULL;
}

/* --- guessing --- */

/**
 * stile_vendors_guess:
 * @chain: (nullable) (element-type StileCertificate): what this computer was shown
 * @service: (nullable): with the header fields of the request as they arrived
 * @client: (nullable): with the header fields of the answer as they came
 *
 * By the issuer of any certificate in the chain; else by fields that somebody has put in.
 *
 * Returns: (transfer full) (nullable): a guess, and what it is based on
 */
StileVendorGuess *
stile_vendors_guess (StileVendors *self,
                     GPtrArray *chain,
                     StileObservation *service,
                     StileObservation *client)
{
  g_autoptr (GPtrArray) names = stile_vendor_name_collect (chain);
  StileObservation *const observations[] = { service, client };

  for (guint i = 0; i < self->entries->len; i++)
    {
      StileVendorGuess *guess = stile_vendor_entry_match_names (g_ptr_array_index (self->entries, i), names);

      if (guess != NULL)
        return guess;
    }
  for (guint i = 0; i < self->entries->len; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (observations); j++)
      {
        StileVendorGuess *guess =
            observations[j] != NULL
                ? stile_vendor_entry_match_headers (g_ptr_array_index (self->entries, i), observations[j])
                : NULL;

        if (guess != NULL)
          return guess;
      }

  return NULL;
}

StileVendorGuess *
stile_vendors_guess_copy (const StileVendorGuess *guess)
{
  StileVendorGuess *copy = g_new0 (StileVendorGuess, 1);

  copy->name = g_strdup (guess->name);
  copy->category = g_strdup (guess->category);
  copy->matched = g_strdup (guess->matched);
  copy->source = g_strdup (guess->source);
  copy->evidence = g_strdup (guess->evidence);
  copy->hint = g_strdup (guess->hint);
  copy->compromised = guess->compromised;

  return copy;
}

void
stile_vendors_guess_free (StileVendorGuess *guess)
{
  g_free (guess->name);
  g_free (guess->category);
  g_free (guess->matched);
  g_free (guess->source);
  g_free (guess->evidence);
  g_free (guess->hint);
  g_free (guess);
}

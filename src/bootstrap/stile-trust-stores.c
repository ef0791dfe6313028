/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-trust-stores.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-nss-store.h"
#include "bootstrap/stile-pem-store.h"
#include "bootstrap/stile-system-store.h"

/* Takes over @store. */
static void
append (GListStore *stores, StileTrustStore *store)
{
  g_list_store_append (stores, store);
  g_object_unref (store);
}

/**
 * stile_trust_stores_find:
 * @data_directory: the user's data folder
 * @home: the user's home folder
 *
 * Looks for what there is on this computer; nothing is opened or changed.
 *
 * Returns: (transfer full): a list of StileTrustStore: Stile's own, which alone is selected, the system's, those of
 *   programs, and a file that nobody has chosen yet
 */
GListStore *
stile_trust_stores_find (const char *data_directory, const char *home)
{
  GListStore *stores = g_list_store_new (STILE_TYPE_TRUST_STORE);
  g_autoptr (GPtrArray) databases = stile_nss_store_find_all (home);

  append (stores, stile_pem_store_new_own (data_directory));
  append (stores, stile_system_store_new ());
  for (guint i = 0; i < databases->len; i++)
    g_list_store_append (stores, g_ptr_array_index (databases, i));
  append (stores, stile_pem_store_new_file (NULL));

  return stores;
}

static StileTrustStore *
find_known (GListModel *stores, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (stores); i++)
    {
      g_autoptr (StileTrustStore) store = g_list_model_get_item (stores, i);

      if (g_strcmp0 (stile_trust_store_get_id (store), id) == 0)
        return g_steal_pointer (&store);
    }

  return NULL;
}

/* What somebody wrote may be relative; an id is not. */
static char *
make_id (const char *text)
{
  const char *path = strchr (text, ':');
  g_autofree char *kind = path != NULL ? g_strndup (text, path + 1 - text) : NULL;
  g_autofree char *absolute =
      path != NULL && path[1] != '\0' ? g_canonicalize_filename (path + 1, NULL) : NULL;

  return absolute != NULL ? g_strconcat (kind, absolute, NULL) : g_strdup (text);
}

/**
 * stile_trust_stores_open:
 * @id: "own", "system", "nss:FOLDER" or "pem:FILE"; a path may be relative
 * @error: %STILE_ERROR_SETTINGS for anything else
 *
 * For what people write on a command line, and for what is in a record.
 *
 * Returns: (transfer full): the store, with its program's name where it is one that stile_trust_stores_find() finds
 */
StileTrustStore *
stile_trust_stores_open (const char *id, const char *data_directory, const char *home, GError **error)
{
  g_autoptr (GListStore) stores = stile_trust_stores_find (data_directory, home);
  g_autofree char *absolute = make_id (id);
  StileTrustStore *store = find_known (G_LIST_MODEL (stores), absolute);

  if (store != NULL)
    return store;
  if (g_str_has_prefix (absolute, "nss:/"))
    return stile_nss_store_new (absolute + strlen ("nss:"));
  if (g_str_has_prefix (absolute, "pem:/"))
    return stile_pem_store_new_file (absolute + strlen ("pem:"));

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("“%s” is no trust store; there are own, system, nss:FOLDER and pem:FILE"), id);
  return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-nss-change.h"

/* Of the fingerprint, in the name that people see in the program's list. */
#define FINGERPRINT_LENGTH 8

/* What stile_trust_store_prepare() says of a certificate that the database does not know; else it is its trust. */
#define UNDO_ABSENT ""

/* What installing and taking back are for one database: each root is as it was, or trusted. */

static char *
make_undo (StileNssDatabase *database, StileCertificate *root)
{
  char *trust = NULL;

  if (database != NULL && stile_nss_database_trusts (database, root))
    return NULL;
  if (database != NULL)
    trust = stile_nss_database_get_trust (database, root);

  return trust != NULL ? trust : g_strdup (UNDO_ABSENT);
}

/**
 * stile_nss_change_undo:
 * @undo: of stile_nss_change_list_undo(), for @root
 *
 * Has the database think of @root as it did before.
 */
gboolean
stile_nss_change_undo (StileNssDatabase *database, StileCertificate *root, const char *undo, GError **error)
{
  return g_str_equal (undo, UNDO_ABSENT) ? stile_nss_database_delete (database, root, error)
                                         : stile_nss_database_set_trust (database, root, undo, error);
}

/**
 * stile_nss_change_list_undo:
 * @database: (nullable): %NULL while there is none
 *
 * Returns: (transfer full) (element-type utf8): for each root what stile_nss_change_undo() wants, or %NULL for one that
 *   is trusted already
 */
GPtrArray *
stile_nss_change_list_undo (StileNssDatabase *database, GPtrArray *roots)
{
  GPtrArray *undo = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < roots->len; i++)
    g_ptr_array_add (undo, make_undo (database, g_ptr_array_index (roots, i)));

  return undo;
}

/**
 * stile_nss_change_make_nickname:
 *
 * Returns: (transfer full): what people see in the program's list
 */
char *
stile_nss_change_make_nickname (StileCertificate *root)
{
  return g_strdup_printf ("%s (%.*s)", stile_certificate_get_name (root), FINGERPRINT_LENGTH,
                          stile_certificate_get_fingerprint (root));
}

/**
 * stile_nss_change_add:
 * @undo: of stile_nss_change_list_undo(), for these roots
 *
 * Adds all that are not trusted yet, or none.
 */
gboolean
stile_nss_change_add (StileNssDatabase *database, GPtrArray *roots, GPtrArray *undo, GError **error)
{
  gboolean done = TRUE;
  guint count = 0;

  for (; done && count < roots->len; count++)
    if (g_ptr_array_index (undo, count) != NULL)
      {
        g_autofree char *nickname = stile_nss_change_make_nickname (g_ptr_array_index (roots, count));

        done = stile_nss_database_add (database, g_ptr_array_index (roots, count), nickname, error);
      }
  for (guint i = 0; !done && i < count; i++)
    if (g_ptr_array_index (undo, i) != NULL &&
        !stile_nss_change_undo (database, g_ptr_array_index (roots, i), g_ptr_array_index (undo, i), NULL))
      g_debug ("%s stays half installed", stile_certificate_get_name (g_ptr_array_index (roots, i)));

  return done;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-installation.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"

typedef gboolean (*StoreFunc) (StileTrustStore *store, GPtrArray *roots, GError **error);

/* What the thread needs, and nothing that the main thread changes meanwhile. */
typedef struct
{
  GPtrArray *stores; /* of StileTrustStore */
  GPtrArray *roots;
  StoreFunc function;
} StoreWork;

static void
store_work_free (gpointer data)
{
  StoreWork *work = data;

  g_ptr_array_unref (work->stores);
  g_ptr_array_unref (work->roots);
  g_free (work);
}

static gboolean
install_and_check (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  if (!stile_trust_store_install (store, roots, error))
    return FALSE;
  if (stile_trust_store_contains (store, roots, error))
    return TRUE;

  if (error != NULL && *error == NULL)
    g_set_error (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("%s: the roots were written and are not there"),
                 stile_trust_store_get_name (store));
  return FALSE;
}

static void
work_on_stores (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  StoreWork *work = task_data;
  GError *error = NULL;

  for (guint i = 0; i < work->stores->len; i++)
    if (!work->function (g_ptr_array_index (work->stores, i), work->roots, &error))
      {
        g_task_return_error (task, error);
        return;
      }

  g_task_return_boolean (task, TRUE);
}

static void
run_async (GPtrArray *stores,
           GPtrArray *roots,
           StoreFunc function,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  StoreWork *work = g_new0 (StoreWork, 1);

  work->stores = g_ptr_array_ref (stores);
  work->roots = g_ptr_array_ref (roots);
  work->function = function;
  g_task_set_source_tag (task, run_async);
  g_task_set_task_data (task, work, store_work_free);
  g_task_run_in_thread (task, work_on_stores);
}

/**
 * stile_installation_list_stores:
 * @stores: of StileTrustStore
 * @only_selected: whether to leave out what nobody chose
 *
 * Returns: (transfer full) (element-type StileTrustStore): the stores
 */
GPtrArray *
stile_installation_list_stores (GListModel *stores, gboolean only_selected)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (stores); i++)
    {
      g_autoptr (StileTrustStore) store = g_list_model_get_item (stores, i);

      if (!only_selected || stile_trust_store_get_selected (store))
        g_ptr_array_add (list, g_steal_pointer (&store));
    }

  return list;
}

/**
 * stile_installation_install_async:
 * @stores: (element-type StileTrustStore): where to
 * @roots: (element-type StileCertificate): what
 *
 * Installs into each store and reads each again, in a thread of its own: disks may be slow.
 */
void
stile_installation_install_async (GPtrArray *stores,
                                  GPtrArray *roots,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  run_async (stores, roots, install_and_check, cancellable, callback, user_data);
}

/**
 * stile_installation_remove_async:
 *
 * Takes back what was installed.
 */
void
stile_installation_remove_async (GPtrArray *stores,
                                 GPtrArray *roots,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  run_async (stores, roots, stile_trust_store_remove, cancellable, callback, user_data);
}

/**
 * stile_installation_finish:
 *
 * Returns: whether it was done in every store; the error names the one where it was not
 */
gboolean
stile_installation_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

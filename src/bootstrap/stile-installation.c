/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-installation.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"

typedef struct _StoreWork StoreWork;

typedef GPtrArray *(*StoreFunc) (StoreWork *work, StileTrustStore *store, GError **error);

/* What the thread needs, and nothing that the main thread changes meanwhile. */
struct _StoreWork
{
  GPtrArray *stores; /* of StileTrustStore */
  GPtrArray *roots;
  StileTrustRecord *record; /* may be NULL */
  char *service;
  char *serial;
  char *signer;
  char *domain;
  StoreFunc function;
};

static void
store_work_free (gpointer data)
{
  StoreWork *work = data;

  g_ptr_array_unref (work->stores);
  g_ptr_array_unref (work->roots);
  g_clear_object (&work->record);
  g_free (work->service);
  g_free (work->serial);
  g_free (work->signer);
  g_free (work->domain);
  g_free (work);
}

/* --- installing --- */

static StileTrustEntry *
make_entry (StoreWork *work, StileTrustStore *store, GPtrArray *undo)
{
  StileTrustOrigin origin = {
    .service = work->service, .serial = work->serial, .signer = work->signer, .domain = work->domain
  };
  StileTrustEntry *entry =
      stile_trust_entry_new (stile_trust_store_get_id (store), stile_trust_store_get_name (store), &origin);

  for (guint i = 0; i < work->roots->len; i++)
    if (g_ptr_array_index (undo, i) != NULL)
      stile_trust_entry_add_root (entry, g_ptr_array_index (work->roots, i), g_ptr_array_index (undo, i));

  return entry;
}

/* Written before anything changes: whatever happens then, the record knows of it.  @entry is what it has now, if any. */
static gboolean
write_down (StoreWork *work, StileTrustStore *store, StileTrustEntry **entry, GError **error)
{
  g_autoptr (GPtrArray) undo = stile_trust_store_prepare (store, work->roots, error);
  g_autoptr (StileTrustEntry) next = NULL;

  if (undo == NULL)
    return FALSE;

  next = make_entry (work, store, undo);
  if (stile_trust_entry_get_roots (next)->len == 0)
    return TRUE;
  if (!stile_trust_record_add (work->record, next, error))
    return FALSE;

  *entry = g_steal_pointer (&next);
  return TRUE;
}

static gboolean
put_in (StoreWork *work, StileTrustStore *store, GError **error)
{
  g_autoptr (StileTrustEntry) entry = NULL;
  g_autoptr (GError) record_error = NULL;

  if (work->record != NULL && !write_down (work, store, &entry, error))
    return FALSE;
  if (stile_trust_store_install (store, work->roots, error))
    return work->record == NULL ||
           stile_trust_record_settle (work->record, stile_trust_store_get_id (store), work->roots, error);

  /* Nothing has changed, so there is nothing to take back. */
  if (entry != NULL &&
      !stile_trust_record_remove (work->record, stile_trust_entry_get_id (entry), &record_error))
    g_warning ("%s", record_error->message);
  return FALSE;
}

static GPtrArray *
install_and_verify (StoreWork *work, StileTrustStore *store, GError **error)
{
  GPtrArray *programs;

  if (!stile_trust_store_can_install (store, error) || !put_in (work, store, error))
    return NULL;

  programs = stile_trust_store_verify (store, work->roots);
  for (guint i = 0; i < programs->len; i++)
    {
      StileTrustResult *program = g_ptr_array_index (programs, i);

      if (stile_trust_result_get_state (program) == STILE_TRUST_FAILS && (error == NULL || *error == NULL))
        g_set_error (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("%s: installed, but not trusted by %s: %s"),
                     stile_trust_store_get_name (store), stile_trust_result_get_program (program),
                     stile_trust_result_get_sentence (program));
    }

  return programs;
}

/* --- taking back --- */

static void
restore_roots (StoreWork *work, StileTrustStore *store, StileTrustEntry *entry)
{
  for (guint i = 0; i < work->roots->len; i++)
    {
      StileCertificate *root = g_ptr_array_index (work->roots, i);
      const char *undo = stile_trust_entry_get_undo (entry, root);

      if (undo != NULL)
        stile_trust_store_restore (store, root, undo);
    }
}

/* What earlier processes put there is taken back as if it were this one's. */
static gboolean
restore (StoreWork *work, StileTrustStore *store, GError **error)
{
  g_autoptr (GPtrArray) entries = stile_trust_record_list (work->record, error);

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      StileTrustEntry *entry = g_ptr_array_index (entries, i);

      if (g_str_equal (stile_trust_entry_get_store (entry), stile_trust_store_get_id (store)))
        restore_roots (work, store, entry);
    }

  return entries != NULL;
}

/* Returns: (element-type StileCertificate): those of the roots that are not in the store any more. */
static GPtrArray *
list_gone (StoreWork *work, StileTrustStore *store)
{
  GPtrArray *gone = g_ptr_array_new ();

  for (guint i = 0; i < work->roots->len; i++)
    {
      g_autoptr (GPtrArray) one = g_ptr_array_new ();
      g_autoptr (GError) error = NULL;

      g_ptr_array_add (one, g_ptr_array_index (work->roots, i));
      if (!stile_trust_store_contains (store, one, &error) && error == NULL)
        g_ptr_array_add (gone, g_ptr_array_index (work->roots, i));
    }

  return gone;
}

/* What an earlier process installed stays, and stays in the record. */
static GPtrArray *
take_back (StoreWork *work, StileTrustStore *store, GError **error)
{
  const char *id = stile_trust_store_get_id (store);
  g_autoptr (GPtrArray) gone = NULL;
  gboolean done;

  if (id == NULL) /* a file that nobody chose has nothing in it */
    return NULL;

  done = stile_trust_store_remove (store, work->roots, error);
  gone = done && work->record != NULL ? list_gone (work, store) : NULL;
  if (gone != NULL && gone->len > 0 && !stile_trust_record_forget (work->record, id, gone, error))
    g_debug ("Taken back, but still in the record");

  return NULL;
}

static GPtrArray *
undo (StoreWork *work, StileTrustStore *store, GError **error)
{
  if (restore (work, store, error) && stile_trust_store_remove (store, work->roots, error) &&
      !stile_trust_record_forget (work->record, stile_trust_store_get_id (store), work->roots, error))
    g_debug ("Taken back, but still in the record");

  return NULL;
}

/* --- the task --- */

/* A store that fails does not keep the others from being tried: each has its own result. */
static void
work_on_stores (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  StoreWork *work = task_data;
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < work->stores->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      StileTrustStore *store = g_ptr_array_index (work->stores, i);
      GError *error = NULL;
      g_autoptr (GPtrArray) programs = work->function (work, store, &error);

      g_ptr_array_add (results, stile_installation_result_new (store, programs, error));
    }

  g_task_return_pointer (task, g_steal_pointer (&results), (GDestroyNotify)g_ptr_array_unref);
}

static void
run_async (StoreWork *work, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, run_async);
  g_task_set_task_data (task, work, store_work_free);
  g_task_run_in_thread (task, work_on_stores);
}

static StoreWork *
store_work_new (GPtrArray *stores, GPtrArray *roots, StileTrustRecord *record, StoreFunc function)
{
  StoreWork *work = g_new0 (StoreWork, 1);

  work->stores = g_ptr_array_ref (stores);
  work->roots = g_ptr_array_ref (roots);
  work->record = record != NULL ? g_object_ref (record) : NULL;
  work->function = function;

  return work;
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
 * @record: (nullable): where it is written down before it is done
 * @origin: (nullable): from where @roots came, for the record
 *
 * Installs into each store and has each verified, in a thread of its own: disks, programs and people may be slow.
 */
void
stile_installation_install_async (GPtrArray *stores,
                                  GPtrArray *roots,
                                  StileTrustRecord *record,
                                  const StileTrustOrigin *origin,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  StoreWork *work = store_work_new (stores, roots, record, install_and_verify);

  if (origin != NULL)
    {
      work->service = g_strdup (origin->service);
      work->serial = g_strdup (origin->serial);
      work->signer = g_strdup (origin->signer);
      work->domain = g_strdup (origin->domain);
    }
  run_async (work, cancellable, callback, user_data);
}

/**
 * stile_installation_remove_async:
 * @stores: (element-type StileTrustStore): where from
 * @roots: (element-type StileCertificate): what
 * @record: (nullable): where it is crossed out after it is done
 *
 * Takes back what was installed through these very objects.
 */
void
stile_installation_remove_async (GPtrArray *stores,
                                 GPtrArray *roots,
                                 StileTrustRecord *record,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  run_async (store_work_new (stores, roots, record, take_back), cancellable, callback, user_data);
}

/**
 * stile_installation_undo_async:
 * @stores: (element-type StileTrustStore): where from
 * @roots: (element-type StileCertificate): what
 * @record: what was installed, by whatever process
 *
 * Takes back what @record says of @stores and @roots, also what was only begun.
 */
void
stile_installation_undo_async (GPtrArray *stores,
                               GPtrArray *roots,
                               StileTrustRecord *record,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  run_async (store_work_new (stores, roots, record, undo), cancellable, callback, user_data);
}

/**
 * stile_installation_finish:
 * @error: that somebody cancelled; what was done until then can be taken back all the same
 *
 * Returns: (transfer full) (element-type StileInstallationResult): one for each store, in their order;
 *   stile_installation_result_check() says whether all is well
 */
GPtrArray *
stile_installation_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

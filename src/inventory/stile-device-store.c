/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-store.h"

#include "inventory/stile-device-edits.h"
#include "inventory/stile-device-lock.h"
#include "inventory/stile-device-order.h"
#include "inventory/stile-device-records.h"
#include "inventory/stile-device-schema.h"
#include "inventory/stile-device-writer.h"

/**
 * StileDeviceStore:
 *
 * The devices of a provisioning station: a list in the order of the queue, and the database behind it.  What changes is written
 * in a thread first, many changes in one transaction when they come fast, and shown then.  Its own thread is the one that
 * opened it.
 */
struct _StileDeviceStore
{
  GObject parent_instance;

  StileDatabase *database;
  StileDeviceLock *lock;
  GPtrArray *devices;    /* of StileDevice */
  GHashTable *by_serial; /* the serial number, a device's own → StileDevice, no-ref */

  StileDeviceWriter *writer;
  StileDeviceEdits *edits;
};

static void model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileDeviceStore,
                               stile_device_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, model_init))

static void
stile_device_store_finalize (GObject *object)
{
  StileDeviceStore *self = STILE_DEVICE_STORE (object);

  g_hash_table_unref (self->by_serial);
  g_clear_pointer (&self->devices, g_ptr_array_unref);
  g_clear_pointer (&self->edits, stile_device_edits_free);
  g_clear_object (&self->writer);
  g_clear_object (&self->database);
  g_clear_pointer (&self->lock, stile_device_lock_free);

  G_OBJECT_CLASS (stile_device_store_parent_class)->finalize (object);
}

static void
stile_device_store_class_init (StileDeviceStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_device_store_finalize;
}

static void
stile_device_store_init (StileDeviceStore *self)
{
  self->by_serial = g_hash_table_new (g_str_hash, g_str_equal);
}

static GType
get_item_type (GListModel *model)
{
  return STILE_TYPE_DEVICE;
}

static guint
get_n_items (GListModel *model)
{
  return STILE_DEVICE_STORE (model)->devices->len;
}

static gpointer
get_item (GListModel *model, guint place)
{
  GPtrArray *devices = STILE_DEVICE_STORE (model)->devices;

  return place < devices->len ? g_object_ref (g_ptr_array_index (devices, place)) : NULL;
}

static void
model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- opening --- */

static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char *path = data;
  g_autoptr (StileDeviceStore) self = g_object_new (STILE_TYPE_DEVICE_STORE, NULL);
  GError *error = NULL;

  self->lock = stile_device_lock_new (path, &error);
  if (self->lock != NULL)
    self->database = stile_database_new (path, stile_device_schema, &error);
  if (self->database != NULL)
    self->devices = stile_device_records_list (self->database, &error);
  if (self->devices == NULL)
    {
      self->devices = g_ptr_array_new ();
      g_task_return_error (task, error);
      return;
    }

  self->writer = stile_device_writer_new (self->database);
  self->edits = stile_device_edits_new (self->database);
  for (guint i = 0; i < self->devices->len; i++)
    g_hash_table_insert (self->by_serial,
                         (gpointer)stile_device_get_serial (g_ptr_array_index (self->devices, i)),
                         g_ptr_array_index (self->devices, i));
  g_task_return_pointer (task, g_steal_pointer (&self), g_object_unref);
}

/**
 * stile_device_store_open_async:
 * @path: a database, which is made when there is none, or %STILE_DATABASE_MEMORY
 *
 * Opens it, and keeps all other programs from opening it too: a device must not be asked by two.
 */
void
stile_device_store_open_async (const char *path,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_device_store_open_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, open_in_thread);
}

/**
 * stile_device_store_open_finish:
 *
 * Returns: (transfer full): the store; %STILE_ERROR_SETTINGS as stile_database_new(), and when another program has it
 */
StileDeviceStore *
stile_device_store_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * stile_device_store_get_default_path:
 *
 * Returns: (transfer full): where this user's devices are when nobody says otherwise
 */
char *
stile_device_store_get_default_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "stile", "devices.db", NULL);
}

const char *
stile_device_store_get_path (StileDeviceStore *self)
{
  return stile_database_get_path (self->database);
}

StileDatabase *
stile_device_store_get_database (StileDeviceStore *self)
{
  return self->database;
}

/**
 * stile_device_store_find:
 *
 * Returns: (transfer none) (nullable): the device with that serial number
 */
StileDevice *
stile_device_store_find (StileDeviceStore *self, const char *serial)
{
  return g_hash_table_lookup (self->by_serial, serial);
}

/* --- adding --- */

typedef struct
{
  GPtrArray *wanted; /* of StileDeviceSpec, its own */
  GPtrArray *specs;  /* of StileDeviceSpec, no-ref: those of them that are new */
  gint64 position;   /* of the last one before */
  GPtrArray *added;  /* of StileDevice */
  GPtrArray *moved;  /* of StileDevice, known ones with another address now */
  GPtrArray *to;     /* of char, no-ref: their addresses */
} Adding;

static void
spec_free (gpointer data)
{
  StileDeviceSpec *spec = data;

  g_free ((char *)spec->serial);
  g_free ((char *)spec->address);
  g_free ((char *)spec->name);
  g_free ((char *)spec->model);
  g_free ((char *)spec->note);
  g_free (spec);
}

static StileDeviceSpec *
spec_copy (const StileDeviceSpec *spec)
{
  StileDeviceSpec *copy = g_new0 (StileDeviceSpec, 1);

  copy->serial = g_strdup (spec->serial);
  copy->address = g_strdup (spec->address);
  copy->name = g_strdup (spec->name);
  copy->model = g_strdup (spec->model);
  copy->note = g_strdup (spec->note);
  return copy;
}

static Adding *
adding_new (const StileDeviceSpec *specs, gsize n_specs)
{
  Adding *adding = g_new0 (Adding, 1);

  adding->wanted = g_ptr_array_new_full ((guint)n_specs, spec_free);
  adding->specs = g_ptr_array_new ();
  adding->added = g_ptr_array_new_with_free_func (g_object_unref);
  adding->moved = g_ptr_array_new_with_free_func (g_object_unref);
  adding->to = g_ptr_array_new ();
  for (gsize i = 0; i < n_specs; i++)
    g_ptr_array_add (adding->wanted, spec_copy (&specs[i]));
  return adding;
}

static void
adding_free (gpointer data)
{
  Adding *adding = data;

  g_ptr_array_unref (adding->specs);
  g_ptr_array_unref (adding->to);
  g_ptr_array_unref (adding->wanted);
  g_ptr_array_unref (adding->added);
  g_ptr_array_unref (adding->moved);
  g_free (adding);
}

/* A device that is known stays what it is; where it is may have changed. */
static void
sort_spec (StileDeviceStore *self, Adding *adding, GHashTable *seen, StileDeviceSpec *spec)
{
  StileDevice *known = stile_device_store_find (self, spec->serial);

  if (known != NULL && spec->address != NULL &&
      g_strcmp0 (stile_device_get_address (known), spec->address) != 0)
    {
      g_ptr_array_add (adding->moved, g_object_ref (known));
      g_ptr_array_add (adding->to, (gpointer)spec->address);
    }
  if (known == NULL && g_hash_table_add (seen, (gpointer)spec->serial))
    g_ptr_array_add (adding->specs, spec);
}

static void
sort_specs (gpointer store, gpointer data)
{
  StileDeviceStore *self = store;
  Adding *adding = data;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (self->devices->len > 0)
    adding->position = stile_device_get_position (g_ptr_array_index (self->devices, self->devices->len - 1));
  for (guint i = 0; i < adding->wanted->len; i++)
    sort_spec (self, adding, seen, g_ptr_array_index (adding->wanted, i));
}

static gboolean
write_added (StileDatabase *database, gpointer data, GError **error)
{
  Adding *adding = data;

  for (guint i = 0; i < adding->specs->len; i++)
    {
      StileDevice *device =
          stile_device_records_insert (database, g_ptr_array_index (adding->specs, i),
                                       adding->position + (gint64)(i + 1) * STILE_DEVICE_RECORDS_GAP, error);

      if (device == NULL)
        return FALSE;
      g_ptr_array_add (adding->added, device);
    }
  for (guint i = 0; i < adding->moved->len; i++)
    if (!stile_device_records_set_address (database, g_ptr_array_index (adding->moved, i),
                                           g_ptr_array_index (adding->to, i), error))
      return FALSE;

  return TRUE;
}

static void
show_added (gpointer store, gpointer data)
{
  StileDeviceStore *self = store;
  Adding *adding = data;
  guint place = self->devices->len;

  for (guint i = 0; i < adding->moved->len; i++)
    stile_device_set_address (g_ptr_array_index (adding->moved, i), g_ptr_array_index (adding->to, i));
  for (guint i = 0; i < adding->added->len; i++)
    {
      StileDevice *device = g_ptr_array_index (adding->added, i);

      g_ptr_array_add (self->devices, g_object_ref (device));
      g_hash_table_insert (self->by_serial, (gpointer)stile_device_get_serial (device), device);
    }
  if (adding->added->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), place, 0, adding->added->len);
}

static const StileDeviceEditKind adding_kind = { sort_specs, write_added, show_added, adding_free };

/**
 * stile_device_store_add_async:
 * @specs: what is to be added; copied
 *
 * Adds devices at the end, all or none.  Those that are there already are not added again, and get the address that is named.
 */
void
stile_device_store_add_async (StileDeviceStore *self,
                              const StileDeviceSpec *specs,
                              gsize n_specs,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_device_store_add_async);
  stile_device_edits_run (self->edits, task, &adding_kind, adding_new (specs, n_specs));
}

/**
 * stile_device_store_add_finish:
 * @n_added: (out) (optional): how many are new
 */
gboolean
stile_device_store_add_finish (StileDeviceStore *self, GAsyncResult *result, guint *n_added, GError **error)
{
  Adding *adding = stile_device_edits_get_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  if (n_added != NULL)
    *n_added = adding->added->len;
  return TRUE;
}

/* --- removing --- */

static gboolean
write_removed (StileDatabase *database, gpointer data, GError **error)
{
  GPtrArray *devices = data;

  for (guint i = 0; i < devices->len; i++)
    if (!stile_device_records_remove (database, g_ptr_array_index (devices, i), error))
      return FALSE;

  return TRUE;
}

static void
show_removed_one (StileDeviceStore *self, StileDevice *device)
{
  guint place;

  if (!g_ptr_array_find (self->devices, device, &place))
    return;

  g_hash_table_remove (self->by_serial, stile_device_get_serial (device));
  g_ptr_array_remove_index (self->devices, place);
  g_list_model_items_changed (G_LIST_MODEL (self), place, 1, 0);
}

static void
show_removed (gpointer store, gpointer data)
{
  GPtrArray *devices = data;

  for (guint i = 0; i < devices->len; i++)
    show_removed_one (store, g_ptr_array_index (devices, i));
}

static const StileDeviceEditKind removing_kind = { NULL, write_removed, show_removed,
                                                   (GDestroyNotify)g_ptr_array_unref };

static GPtrArray *
copy_devices (GPtrArray *devices)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < devices->len; i++)
    g_ptr_array_add (copy, g_object_ref (g_ptr_array_index (devices, i)));
  return copy;
}

/**
 * stile_device_store_remove_async:
 * @devices: (element-type StileDevice): with nothing being done with them
 *
 * Forgets devices, with all that was collected of them.
 */
void
stile_device_store_remove_async (StileDeviceStore *self,
                                 GPtrArray *devices,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_device_store_remove_async);
  stile_device_edits_run (self->edits, task, &removing_kind, copy_devices (devices));
}

gboolean
stile_device_store_remove_finish (StileDeviceStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- order by hand --- */

typedef struct
{
  StileDevice *device;
  guint place;
  StileDeviceOrder *order; /* NULL when the device is gone */
} Moving;

static void
moving_free (gpointer data)
{
  Moving *moving = data;

  g_object_unref (moving->device);
  g_clear_pointer (&moving->order, stile_device_order_free);
  g_free (moving);
}

static void
make_order (gpointer store, gpointer data)
{
  StileDeviceStore *self = store;
  Moving *moving = data;

  if (g_ptr_array_find (self->devices, moving->device, NULL))
    moving->order = stile_device_order_new (self->devices, moving->device, moving->place);
}

static gboolean
write_order (StileDatabase *database, gpointer data, GError **error)
{
  Moving *moving = data;

  return moving->order == NULL || stile_device_order_write (database, moving->order, error);
}

static void
show_order (gpointer store, gpointer data)
{
  StileDeviceStore *self = store;
  Moving *moving = data;
  guint place;

  if (moving->order == NULL || !g_ptr_array_find (self->devices, moving->device, &place))
    return;

  stile_device_order_show (moving->order);
  g_ptr_array_remove_index (self->devices, place);
  g_list_model_items_changed (G_LIST_MODEL (self), place, 1, 0);
  g_ptr_array_insert (self->devices, (int)moving->order->moved, g_object_ref (moving->device));
  g_list_model_items_changed (G_LIST_MODEL (self), moving->order->moved, 0, 1);
}

static const StileDeviceEditKind moving_kind = { make_order, write_order, show_order, moving_free };

/**
 * stile_device_store_move_async:
 * @place: in the list as it is without @device
 *
 * Puts a device at another place in the queue.
 */
void
stile_device_store_move_async (StileDeviceStore *self,
                               StileDevice *device,
                               guint place,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Moving *moving = g_new0 (Moving, 1);

  moving->device = g_object_ref (device);
  moving->place = place;
  g_task_set_source_tag (task, stile_device_store_move_async);
  stile_device_edits_run (self->edits, task, &moving_kind, moving);
}

gboolean
stile_device_store_move_finish (StileDeviceStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- changing --- */

static void
changed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (stile_device_writer_write_finish (STILE_DEVICE_WRITER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * stile_device_store_change_async:
 * @change: (transfer full): what becomes of a device
 *
 * Writes it, and shows it then: StileDeviceWriter.
 */
void
stile_device_store_change_async (StileDeviceStore *self,
                                 StileDeviceChange *change,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, stile_device_store_change_async);
  stile_device_writer_write_async (self->writer, change, changed, task);
}

/**
 * stile_device_store_change_finish:
 *
 * Returns: whether it is on the disk; if not, the device is as it was
 */
gboolean
stile_device_store_change_finish (StileDeviceStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

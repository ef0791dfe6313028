/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-import.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-limited-file.h"
#include "inventory/stile-device-list.h"

/* So much of a file's name is told. */
#define NAME_CHARACTERS 120

/**
 * StileDeviceImport:
 *
 * A list of devices that somebody has in a file, as a list of #StileImportLine: what each line is understood as, or what
 * is wrong with it.  Nothing is added to anything; whoever shows it does that, and it does not change any more.
 */
struct _StileDeviceImport
{
  GObject parent_instance;

  StileDeviceList *list;
};

static void model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileDeviceImport,
                               stile_device_import,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, model_init))

static GType
get_item_type (GListModel *model)
{
  return STILE_TYPE_IMPORT_LINE;
}

static guint
get_n_items (GListModel *model)
{
  return STILE_DEVICE_IMPORT (model)->list->lines->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *lines = STILE_DEVICE_IMPORT (model)->list->lines;

  return position < lines->len ? g_object_ref (g_ptr_array_index (lines, position)) : NULL;
}

static void
model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
finalize (GObject *object)
{
  StileDeviceImport *self = STILE_DEVICE_IMPORT (object);

  stile_device_list_free (self->list);

  G_OBJECT_CLASS (stile_device_import_parent_class)->finalize (object);
}

static void
stile_device_import_class_init (StileDeviceImportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
stile_device_import_init (StileDeviceImport *self)
{
}

static StileDeviceImport *
read_bytes (GBytes *bytes, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (StileDeviceList) list = stile_device_list_read (bytes, cancellable, error);
  StileDeviceImport *import;

  if (list != NULL)
    {
      import = g_object_new (STILE_TYPE_DEVICE_IMPORT, NULL);
      import->list = g_steal_pointer (&list);
      return import;
    }

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, _ ("Reading the list “%s”: "), name);
  return NULL;
}

/**
 * stile_device_import_parse:
 * @bytes: a list of devices as CSV or JSON, from anybody
 * @name: what the list is called, for sentences about it; presentable
 * @error: %STILE_ERROR_SETTINGS when it is no list of devices, or too long
 *
 * Returns: (transfer full): what is in it, with at least one line
 */
StileDeviceImport *
stile_device_import_parse (GBytes *bytes, const char *name, GError **error)
{
  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return read_bytes (bytes, name, NULL, error);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GFile *file = data;
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *name = stile_device_fields_make_text (base, strlen (base), NAME_CHARACTERS);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = stile_limited_file_read (file, STILE_DEVICE_LIST_MAX_SIZE, cancellable, &error);
  g_autoptr (StileDeviceImport) import = NULL;

  if (bytes == NULL)
    {
      stile_error_convert (&error, STILE_ERROR_SETTINGS);
      g_prefix_error (&error, _ ("Reading the list “%s”: "), name);
    }
  else
    {
      import = read_bytes (bytes, name, cancellable, &error);
    }

  if (import != NULL)
    g_task_return_pointer (task, g_steal_pointer (&import), g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * stile_device_import_load_async:
 * @file: a list of devices as CSV or JSON
 *
 * Reads the file in a thread; see stile_device_import_parse() for what can be wrong.
 */
void
stile_device_import_load_async (GFile *file,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (G_IS_FILE (file));

  g_task_set_source_tag (task, stile_device_import_load_async);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, load_in_thread);
}

/**
 * stile_device_import_load_finish:
 * @error: %STILE_ERROR_SETTINGS, or %STILE_ERROR_CANCELLED
 *
 * Returns: (transfer full): what is in the file
 */
StileDeviceImport *
stile_device_import_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * stile_device_import_get_n_good:
 *
 * Returns: how many lines are devices that can be added
 */
guint
stile_device_import_get_n_good (StileDeviceImport *self)
{
  return self->list->n_good;
}

/**
 * stile_device_import_get_ignored:
 *
 * Returns: (transfer none): names of columns or members that mean nothing here, each once, presentable
 */
const char *const *
stile_device_import_get_ignored (StileDeviceImport *self)
{
  return (const char *const *)self->list->ignored->pdata;
}

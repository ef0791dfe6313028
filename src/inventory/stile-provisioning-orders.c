/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-provisioning-orders.h"

#include <glib/gi18n-lib.h>

/**
 * stile_provisioning_orders_new:
 *
 * Returns: (transfer full) (element-type StileDeviceChange): none yet
 */
GPtrArray *
stile_provisioning_orders_new (void)
{
  return g_ptr_array_new ();
}

/**
 * stile_provisioning_orders_queue:
 *
 * A device that refused what it was brought begins anew: the same would be refused again.  All others go on where they were.
 *
 * Returns: (transfer full) (nullable): the change; %NULL for a device that is done, or in the queue already
 */
StileDeviceChange *
stile_provisioning_orders_queue (StileDevice *device)
{
  StileDeviceState state = stile_device_get_state (device);
  StileDeviceChange *change;

  if (state == STILE_DEVICE_DONE || state == STILE_DEVICE_QUEUED || state == STILE_DEVICE_RUNNING)
    return NULL;

  change = stile_device_change_new (device, STILE_DEVICE_QUEUED,
                                    state == STILE_DEVICE_REFUSED ? STILE_PRM_STEP_VOUCHER_TRIGGER
                                                                  : stile_device_get_step (device));
  change->forgets = state == STILE_DEVICE_REFUSED;
  change->what = g_strdup ("queued");
  change->text = g_strdup (_ ("Put into the queue"));
  return change;
}

/**
 * stile_provisioning_orders_stop:
 *
 * Returns: (transfer full): the change
 */
StileDeviceChange *
stile_provisioning_orders_stop (StileDevice *device)
{
  StileDeviceChange *change =
      stile_device_change_new (device, STILE_DEVICE_STOPPED, stile_device_get_step (device));

  change->what = g_strdup ("stopped");
  change->text = g_strdup (_ ("Taken out of the queue"));
  return change;
}

/* --- writing several --- */

typedef struct
{
  guint left;
  GError *error; /* the first */
} Writing;

static void
writing_free (gpointer data)
{
  Writing *writing = data;

  g_clear_error (&writing->error);
  g_free (writing);
}

static void
finish_one (GTask *task)
{
  Writing *writing = g_task_get_task_data (task);

  if (--writing->left > 0)
    return;

  if (writing->error != NULL)
    g_task_return_error (task, g_steal_pointer (&writing->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
written (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Writing *writing = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!stile_device_store_change_finish (STILE_DEVICE_STORE (object), result, &error) &&
      writing->error == NULL)
    writing->error = g_steal_pointer (&error);
  finish_one (task);
}

/**
 * stile_provisioning_orders_write_async:
 * @changes: (element-type StileDeviceChange): are taken over, and the list is empty then
 *
 * Writes all of them: they come fast, and so are in one transaction or two.
 */
void
stile_provisioning_orders_write_async (StileDeviceStore *store,
                                       GPtrArray *changes,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (store, NULL, callback, user_data);
  Writing *writing = g_new0 (Writing, 1);

  g_task_set_source_tag (task, stile_provisioning_orders_write_async);
  g_task_set_task_data (task, writing, writing_free);
  writing->left = changes->len + 1;
  for (guint i = 0; i < changes->len; i++)
    stile_device_store_change_async (store, g_ptr_array_index (changes, i), written, g_object_ref (task));
  g_ptr_array_set_size (changes, 0);
  finish_one (task);
}

/**
 * stile_provisioning_orders_finish:
 *
 * Returns: whether all of them are on the disk
 */
gboolean
stile_provisioning_orders_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

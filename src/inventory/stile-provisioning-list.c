/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-provisioning-list.h"

/**
 * stile_provisioning_list_get:
 *
 * Returns: (transfer none) (nullable): the device at @place, which the list holds; %NULL behind the last one
 */
StileDevice *
stile_provisioning_list_get (GListModel *devices, guint place)
{
  g_autoptr (StileDevice) device = g_list_model_get_item (devices, place);

  return device;
}

/**
 * stile_provisioning_list_has_turn:
 *
 * Returns: whether something can be done with it now
 */
gboolean
stile_provisioning_list_has_turn (StileDevice *device, StileProvisioningPhase phase)
{
  return stile_device_get_state (device) == STILE_DEVICE_QUEUED &&
         stile_provisioning_run_includes (phase, stile_device_get_step (device));
}

/**
 * stile_provisioning_list_wake:
 * @first: (inout): the place of the first one that was woken, if that is before
 *
 * Those that have waited long enough have their turn again.  On the disk they still wait: after a kill they are asked about
 * again a little later, or now.
 *
 * Returns: whether some are left that wait
 */
gboolean
stile_provisioning_list_wake (GListModel *devices, guint *first)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gboolean waiting = FALSE;
  StileDevice *device;

  for (guint i = 0; (device = stile_provisioning_list_get (devices, i)) != NULL; i++)
    {
      if (stile_device_get_state (device) != STILE_DEVICE_WAITING)
        continue;
      if (stile_device_get_until (device) > now)
        {
          waiting = TRUE;
          continue;
        }

      stile_device_update (device, STILE_DEVICE_QUEUED, stile_device_get_step (device),
                           stile_device_get_message (device), 0, stile_device_get_changed (device));
      *first = MIN (*first, i);
    }

  return waiting;
}

/**
 * stile_provisioning_list_count:
 *
 * Returns: how many of them are in that state
 */
guint
stile_provisioning_list_count (GListModel *devices, StileDeviceState state)
{
  guint count = 0;
  StileDevice *device;

  for (guint i = 0; (device = stile_provisioning_list_get (devices, i)) != NULL; i++)
    count += stile_device_get_state (device) == state;

  return count;
}

/**
 * stile_provisioning_list_select:
 * @states: STILE_PROVISIONING_LIST_BIT() of each that is wanted
 *
 * Returns: (transfer full) (element-type StileDevice): those that are in one of these states, in the order of the queue
 */
GPtrArray *
stile_provisioning_list_select (GListModel *devices, guint states)
{
  GPtrArray *selected = g_ptr_array_new_with_free_func (g_object_unref);
  StileDevice *device;

  for (guint i = 0; (device = stile_provisioning_list_get (devices, i)) != NULL; i++)
    if ((states & STILE_PROVISIONING_LIST_BIT (stile_device_get_state (device))) != 0)
      g_ptr_array_add (selected, g_object_ref (device));

  return selected;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-provisioning-turns.h"

struct _StileProvisioningTurns
{
  const StileProvisioningRun *how;
  StileProvisioningTurnFunc over;
  gpointer user_data;

  GHashTable *running;  /* StileDevice → Turn */
  GHashTable *attempts; /* StileDevice → guint: how often in a row nobody answered */
  gint64 spent;         /* microseconds of turns that led to an end */
  guint ends;
};

typedef struct
{
  StileProvisioningTurns *turns; /* no-ref: the holder has it */
  GObject *holder;
  StileDevice *device;
  GCancellable *cancellable;
  gboolean stopped;
  gint64 began;
} Turn;

static void
turn_free (gpointer data)
{
  Turn *turn = data;

  g_object_unref (turn->device);
  g_object_unref (turn->cancellable);
  g_object_unref (turn->holder);
  g_free (turn);
}

/**
 * stile_provisioning_turns_new:
 * @how: for all of them
 * @over: is told
 *
 * Returns: (transfer full): nobody has a turn yet
 */
StileProvisioningTurns *
stile_provisioning_turns_new (const StileProvisioningRun *how,
                              StileProvisioningTurnFunc over,
                              gpointer user_data)
{
  StileProvisioningTurns *self = g_new0 (StileProvisioningTurns, 1);

  self->how = how;
  self->over = over;
  self->user_data = user_data;
  self->running = g_hash_table_new (NULL, NULL);
  self->attempts = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  return self;
}

/**
 * stile_provisioning_turns_free:
 * @self: (transfer full): with nobody's turn left
 */
void
stile_provisioning_turns_free (StileProvisioningTurns *self)
{
  g_assert (g_hash_table_size (self->running) == 0);
  g_hash_table_unref (self->running);
  g_hash_table_unref (self->attempts);
  g_free (self);
}

static void
note_attempts (StileProvisioningTurns *self, StileDevice *device, guint attempts)
{
  if (attempts > 0)
    g_hash_table_insert (self->attempts, g_object_ref (device), GUINT_TO_POINTER (attempts));
  else
    g_hash_table_remove (self->attempts, device);
}

static void
note_time (StileProvisioningTurns *self, const Turn *turn)
{
  if (!stile_device_state_is_over (stile_device_get_state (turn->device)))
    return;

  self->spent += g_get_monotonic_time () - turn->began;
  self->ends++;
}

static void
turn_over (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Turn *turn = user_data;
  StileProvisioningTurns *self = turn->turns;
  g_autoptr (GError) error = NULL;
  guint attempts;

  if (stile_provisioning_run_finish (result, &attempts, &error))
    note_time (self, turn);
  note_attempts (self, turn->device, attempts);
  g_hash_table_remove (self->running, turn->device);
  self->over (turn->device, turn->stopped, error, self->user_data);
  turn_free (turn);
}

/**
 * stile_provisioning_turns_give:
 * @device: has no turn now
 * @holder: has @self, and must for as long as this takes
 *
 * It is the turn of @device.
 */
void
stile_provisioning_turns_give (StileProvisioningTurns *self, StileDevice *device, GObject *holder)
{
  Turn *turn = g_new0 (Turn, 1);

  turn->turns = self;
  turn->holder = g_object_ref (holder);
  turn->device = g_object_ref (device);
  turn->cancellable = g_cancellable_new ();
  turn->began = g_get_monotonic_time ();
  g_hash_table_insert (self->running, device, turn);
  stile_provisioning_run_async (self->how, device,
                                GPOINTER_TO_UINT (g_hash_table_lookup (self->attempts, device)),
                                turn->cancellable, turn_over, turn);
}

gboolean
stile_provisioning_turns_has (StileProvisioningTurns *self, StileDevice *device)
{
  return g_hash_table_contains (self->running, device);
}

guint
stile_provisioning_turns_get_n (StileProvisioningTurns *self)
{
  return g_hash_table_size (self->running);
}

/**
 * stile_provisioning_turns_stop:
 *
 * Returns: whether it was the turn of @device, which ends now
 */
gboolean
stile_provisioning_turns_stop (StileProvisioningTurns *self, StileDevice *device)
{
  Turn *turn = g_hash_table_lookup (self->running, device);

  if (turn == NULL)
    return FALSE;

  turn->stopped = TRUE;
  g_cancellable_cancel (turn->cancellable);
  return TRUE;
}

/**
 * stile_provisioning_turns_cancel:
 *
 * All turns end now.
 */
void
stile_provisioning_turns_cancel (StileProvisioningTurns *self)
{
  g_autoptr (GList) turns = g_hash_table_get_values (self->running);

  for (GList *each = turns; each != NULL; each = each->next)
    g_cancellable_cancel (((Turn *)each->data)->cancellable);
}

/**
 * stile_provisioning_turns_forget:
 *
 * Somebody looked after @device: it has all its attempts again.
 */
void
stile_provisioning_turns_forget (StileProvisioningTurns *self, StileDevice *device)
{
  g_hash_table_remove (self->attempts, device);
}

/**
 * stile_provisioning_turns_get_mean:
 *
 * Returns: microseconds that a device took, of those that came to an end; 0 when there is none
 */
gint64
stile_provisioning_turns_get_mean (StileProvisioningTurns *self)
{
  return self->ends > 0 ? self->spent / self->ends : 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-provisioning.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "inventory/stile-provisioning-list.h"
#include "inventory/stile-provisioning-meeting.h"
#include "inventory/stile-provisioning-orders.h"
#include "inventory/stile-provisioning-turns.h"

/* How often people see new numbers. */
#define CHANGED_MILLISECONDS 100

/**
 * Meeting:
 * @MEETING_NOT_YET: nobody knows whether the registrar is there
 * @MEETING_NOW: it is being asked
 * @MEETING_OVER: it was met, or there is work on site meanwhile
 */
typedef enum
{
  MEETING_NOT_YET,
  MEETING_NOW,
  MEETING_OVER,
} Meeting;

/**
 * StileProvisioning:
 *
 * The queue of a provisioning station: many devices at once, each brought on by StileProvisioningRun, with a limit, pause,
 * cancel and retry.  All that it needs to go on is in the store; it is the job that app and tool drive.
 */
struct _StileProvisioning
{
  GObject parent_instance;

  StileProvisioningRun how;
  char *registrar; /* URL or NULL */
  guint jobs;
  gboolean started;
  gboolean paused;
  gboolean impatient;
  Meeting meeting;
  char *problem; /* why nothing goes on, or NULL */

  StileProvisioningTurns *turns;
  guint first;        /* none before it in the list has its turn now */
  GPtrArray *waiting; /* of GTask: whoever wants to know when all is over */
  GCancellable *ending;
  guint tick;
  guint changed;
};

G_DEFINE_FINAL_TYPE (StileProvisioning, stile_provisioning, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void turn_over (StileDevice *device, gboolean by_somebody, const GError *error, gpointer user_data);

static void
stile_provisioning_dispose (GObject *object)
{
  StileProvisioning *self = STILE_PROVISIONING (object);

  g_cancellable_cancel (self->ending);
  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_handle_id (&self->changed, g_source_remove);
  if (self->how.store != NULL)
    g_signal_handlers_disconnect_by_data (self->how.store, self);

  G_OBJECT_CLASS (stile_provisioning_parent_class)->dispose (object);
}

static void
stile_provisioning_finalize (GObject *object)
{
  StileProvisioning *self = STILE_PROVISIONING (object);

  g_clear_object (&self->how.store);
  g_clear_object (&self->how.agent);
  g_free (self->registrar);
  g_free (self->problem);
  stile_provisioning_turns_free (self->turns);
  g_ptr_array_unref (self->waiting);
  g_object_unref (self->ending);

  G_OBJECT_CLASS (stile_provisioning_parent_class)->finalize (object);
}

static void
stile_provisioning_class_init (StileProvisioningClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = stile_provisioning_dispose;
  object_class->finalize = stile_provisioning_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", STILE_TYPE_PROVISIONING, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ENDED] = g_signal_new ("ended", STILE_TYPE_PROVISIONING, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, STILE_TYPE_DEVICE);
}

static void
stile_provisioning_init (StileProvisioning *self)
{
  self->turns = stile_provisioning_turns_new (&self->how, turn_over, self);
  self->waiting = g_ptr_array_new ();
  self->ending = g_cancellable_new ();
}

/* The order is another one, or there are more. */
static void
store_changed (GListModel *model, guint place, guint removed, guint added, StileProvisioning *self)
{
  self->first = MIN (self->first, place);
}

/**
 * stile_provisioning_new:
 *
 * Returns: (transfer full): a queue that does nothing until it is started
 */
StileProvisioning *
stile_provisioning_new (const StileProvisioningSettings *settings)
{
  StileProvisioning *self = g_object_new (STILE_TYPE_PROVISIONING, NULL);

  self->how = (StileProvisioningRun){
    .store = g_object_ref (settings->store),
    .agent = g_object_ref (settings->agent),
    .phase = settings->phase,
    .find = settings->find,
    .find_data = settings->find_data,
    .retries = settings->retries,
    .retry_seconds =
        settings->retry_seconds > 0 ? settings->retry_seconds : STILE_PROVISIONING_DEFAULT_RETRY_SECONDS,
  };
  self->registrar = g_strdup (settings->registrar);
  self->impatient = settings->impatient;
  stile_provisioning_set_jobs (self, settings->jobs > 0 ? settings->jobs : STILE_PROVISIONING_DEFAULT_JOBS);
  g_signal_connect (self->how.store, "items-changed", G_CALLBACK (store_changed), self);
  return self;
}

/**
 * stile_provisioning_get_store:
 *
 * Returns: (transfer none): the devices
 */
StileDeviceStore *
stile_provisioning_get_store (StileProvisioning *self)
{
  return self->how.store;
}

/* --- telling people --- */

static gboolean
emit_changed_cb (gpointer user_data)
{
  StileProvisioning *self = user_data;

  self->changed = 0;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
note_changed (StileProvisioning *self)
{
  if (self->changed == 0)
    self->changed = g_timeout_add (CHANGED_MILLISECONDS, emit_changed_cb, self);
}

static void pump (StileProvisioning *self);

static void
return_all (StileProvisioning *self, const GError *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new ();
  for (guint i = 0; i < waiting->len; i++)
    {
      g_autoptr (GTask) task = g_ptr_array_index (waiting, i);

      if (error != NULL)
        g_task_return_error (task, g_error_copy (error));
      else
        g_task_return_boolean (task, TRUE);
    }
}

/* Nothing was lost, and nothing goes on until somebody starts it again: a full disk, a registrar that takes no agent. */
static void
hold (StileProvisioning *self, const GError *error)
{
  self->started = FALSE;
  self->meeting = MEETING_NOT_YET;
  g_free (self->problem);
  self->problem = g_strdup (error->message);
  note_changed (self);
  return_all (self, error);
}

/* --- whose turn it is --- */

static StileDevice *
find_next (StileProvisioning *self)
{
  GListModel *devices = G_LIST_MODEL (self->how.store);
  StileDevice *device;

  for (; (device = stile_provisioning_list_get (devices, self->first)) != NULL; self->first++)
    if (stile_provisioning_list_has_turn (device, self->how.phase) &&
        !stile_provisioning_turns_has (self->turns, device))
      return device;

  return NULL;
}

static void
stopped (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileProvisioning) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!stile_device_store_change_finish (STILE_DEVICE_STORE (object), result, &error))
    hold (self, error);
  note_changed (self);
  pump (self);
}

/* Cancelled: by somebody, or since all ends, and then it is its turn again the next time. */
static void
end_cancelled (StileProvisioning *self, StileDevice *device, gboolean by_somebody)
{
  if (by_somebody)
    stile_device_store_change_async (self->how.store, stile_provisioning_orders_stop (device), stopped,
                                     g_object_ref (self));
  else
    stile_device_update (device, STILE_DEVICE_QUEUED, stile_device_get_step (device), NULL, 0,
                         stile_device_get_changed (device));
}

static void
turn_over (StileDevice *device, gboolean by_somebody, const GError *error, gpointer user_data)
{
  StileProvisioning *self = user_data;

  if (error != NULL && stile_error_is_cancelled (error))
    end_cancelled (self, device, by_somebody);
  else if (error != NULL)
    {
      end_cancelled (self, device, FALSE);
      hold (self, error);
    }
  g_signal_emit (self, signals[SIGNAL_ENDED], 0, device);
  note_changed (self);
  pump (self);
}

/* --- waiting --- */

static gboolean
tick_cb (gpointer user_data)
{
  g_autoptr (StileProvisioning) self = g_object_ref (user_data);

  self->tick = 0;
  note_changed (self);
  pump (self);
  return G_SOURCE_REMOVE;
}

/* --- the registrar --- */

static void
met (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileProvisioning) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!stile_provisioning_meeting_finish (result, &error))
    {
      hold (self, error);
      pump (self);
      return;
    }

  self->meeting = MEETING_OVER;
  pump (self);
}

static void
meet (StileProvisioning *self)
{
  self->meeting = MEETING_NOW;
  stile_provisioning_meeting_async (&self->how, self->registrar, self->ending, met, g_object_ref (self));
}

/* --- the queue --- */

static void
return_ended (StileProvisioning *self)
{
  g_autoptr (GError) error = g_error_new_literal (STILE_ERROR, STILE_ERROR_CANCELLED,
                                                  _ ("The provisioning was ended; it goes on from here"));

  if (stile_provisioning_turns_get_n (self->turns) == 0 && self->meeting != MEETING_NOW)
    return_all (self, error);
}

static void
fill (StileProvisioning *self)
{
  StileDevice *next;

  while (stile_provisioning_turns_get_n (self->turns) < self->jobs && (next = find_next (self)) != NULL)
    stile_provisioning_turns_give (self->turns, next, G_OBJECT (self));
  note_changed (self);
}

static void
pump (StileProvisioning *self)
{
  gboolean waiting;

  if (g_cancellable_is_cancelled (self->ending))
    {
      return_ended (self);
      return;
    }
  if (!self->started || self->paused)
    return;
  if (self->meeting == MEETING_NOT_YET)
    meet (self);
  if (self->meeting != MEETING_OVER)
    return;

  waiting = stile_provisioning_list_wake (G_LIST_MODEL (self->how.store), &self->first);
  fill (self);
  if (waiting && self->tick == 0)
    self->tick = g_timeout_add_seconds (1, tick_cb, self);
  if ((!waiting || self->impatient) && stile_provisioning_turns_get_n (self->turns) == 0)
    {
      note_changed (self);
      return_all (self, NULL);
    }
}

/**
 * stile_provisioning_start:
 *
 * Begins, or goes on after a problem: with the devices that are queued, also from before this program ran.
 */
void
stile_provisioning_start (StileProvisioning *self)
{
  self->started = TRUE;
  self->first = 0;
  g_clear_pointer (&self->problem, g_free);
  note_changed (self);
  pump (self);
}

/**
 * stile_provisioning_set_paused:
 * @paused: whether no device gets its turn; those that have it go on to the end of it
 */
void
stile_provisioning_set_paused (StileProvisioning *self, gboolean paused)
{
  self->paused = paused;
  note_changed (self);
  pump (self);
}

gboolean
stile_provisioning_is_paused (StileProvisioning *self)
{
  return self->paused;
}

/**
 * stile_provisioning_set_jobs:
 * @jobs: devices at once, up to %STILE_PROVISIONING_MAX_JOBS; counts from the next turn
 */
void
stile_provisioning_set_jobs (StileProvisioning *self, guint jobs)
{
  self->jobs = CLAMP (jobs, 1, STILE_PROVISIONING_MAX_JOBS);
  pump (self);
}

/**
 * stile_provisioning_get_problem:
 *
 * Returns: (transfer none) (nullable): why nothing goes on
 */
const char *
stile_provisioning_get_problem (StileProvisioning *self)
{
  return self->problem;
}

/**
 * stile_provisioning_is_busy:
 *
 * Returns: whether it was started, and something is done or waited for
 */
gboolean
stile_provisioning_is_busy (StileProvisioning *self)
{
  return self->started && (self->meeting == MEETING_NOW || stile_provisioning_turns_get_n (self->turns) > 0 ||
                           self->tick != 0);
}

/**
 * stile_provisioning_get_seconds_left:
 *
 * Returns: how long the queue will take, by how long the devices took so far; 0 when nobody knows
 */
guint
stile_provisioning_get_seconds_left (StileProvisioning *self)
{
  gint64 mean = stile_provisioning_turns_get_mean (self->turns);
  guint left = stile_provisioning_list_count (G_LIST_MODEL (self->how.store), STILE_DEVICE_QUEUED) +
               stile_provisioning_list_count (G_LIST_MODEL (self->how.store), STILE_DEVICE_RUNNING);

  return mean > 0 && left > 0 ? (guint)(mean * left / self->jobs / G_USEC_PER_SEC) + 1 : 0;
}

/* --- orders --- */

static void
ordered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StileProvisioning *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (stile_provisioning_orders_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  self->first = 0;
  note_changed (self);
  pump (self);
}

/**
 * stile_provisioning_queue_async:
 * @devices: (element-type StileDevice): those that are over, not begun, or waiting; others are left alone
 *
 * Puts devices into the queue: to begin, to go on after a failure, or to be asked about at once.
 */
void
stile_provisioning_queue_async (StileProvisioning *self,
                                GPtrArray *devices,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GPtrArray) changes = stile_provisioning_orders_new ();

  g_task_set_source_tag (task, stile_provisioning_queue_async);
  for (guint i = 0; i < devices->len; i++)
    {
      StileDeviceChange *change = stile_provisioning_orders_queue (g_ptr_array_index (devices, i));

      stile_provisioning_turns_forget (self->turns, g_ptr_array_index (devices, i));
      if (change != NULL)
        g_ptr_array_add (changes, change);
    }
  stile_provisioning_orders_write_async (self->how.store, changes, ordered, task);
}

/**
 * stile_provisioning_stop_async:
 * @devices: (element-type StileDevice): any
 *
 * Takes devices out of the queue; what is being done with one ends at once.  What was collected is kept.
 */
void
stile_provisioning_stop_async (StileProvisioning *self,
                               GPtrArray *devices,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GPtrArray) changes = stile_provisioning_orders_new ();

  g_task_set_source_tag (task, stile_provisioning_stop_async);
  for (guint i = 0; i < devices->len; i++)
    {
      StileDevice *device = g_ptr_array_index (devices, i);

      if (stile_provisioning_turns_stop (self->turns, device))
        continue;
      if (!stile_device_state_is_over (stile_device_get_state (device)) &&
          stile_device_get_state (device) != STILE_DEVICE_NEW)
        g_ptr_array_add (changes, stile_provisioning_orders_stop (device));
    }
  stile_provisioning_orders_write_async (self->how.store, changes, ordered, task);
}

/**
 * stile_provisioning_order_finish:
 *
 * Returns: whether it is written down that they are queued, or stopped
 */
gboolean
stile_provisioning_order_finish (StileProvisioning *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- until all is over --- */

/**
 * stile_provisioning_end:
 *
 * Ends for good: whatever is on its way is cancelled, and nothing is written that was not done.  The queue stays as it is, for
 * the next time.
 */
void
stile_provisioning_end (StileProvisioning *self)
{
  g_cancellable_cancel (self->ending);
  stile_provisioning_turns_cancel (self->turns);
  pump (self);
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  stile_provisioning_end (g_task_get_source_object (user_data));
  return G_SOURCE_REMOVE;
}

static void
destroy_source (gpointer data)
{
  g_source_destroy (data);
  g_source_unref (data);
}

/**
 * stile_provisioning_run_all_async:
 * @cancellable: (nullable): as stile_provisioning_end()
 *
 * Starts, and is finished when no device has its turn, or waits for something.
 */
void
stile_provisioning_run_all_async (StileProvisioning *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_provisioning_run_all_async);
  g_ptr_array_add (self->waiting, task);
  if (cancellable != NULL)
    {
      GSource *source = g_cancellable_source_new (cancellable);

      g_source_set_callback (source, G_SOURCE_FUNC (cancelled_cb), task, NULL);
      g_source_attach (source, g_task_get_context (task));
      g_task_set_task_data (task, source, destroy_source);
    }
  stile_provisioning_start (self);
}

/**
 * stile_provisioning_run_all_finish:
 *
 * Returns: whether all is over; what failed with a device is its state, and no error
 */
gboolean
stile_provisioning_run_all_finish (StileProvisioning *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

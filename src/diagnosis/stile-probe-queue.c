/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-queue.h"

/**
 * StileProbeQueue:
 *
 * Lets so many exchanges go at a time, in the order in which they came.  A context holds it.
 */
struct _StileProbeQueue
{
  GObject parent_instance;

  guint free;
  GQueue waiting; /* of GTask */
};

G_DEFINE_FINAL_TYPE (StileProbeQueue, stile_probe_queue, G_TYPE_OBJECT)

static void
stile_probe_queue_class_init (StileProbeQueueClass *klass)
{
}

static void
stile_probe_queue_init (StileProbeQueue *self)
{
  g_queue_init (&self->waiting);
}

/**
 * stile_probe_queue_new:
 * @most: may go at a time
 */
StileProbeQueue *
stile_probe_queue_new (guint most)
{
  StileProbeQueue *self = g_object_new (STILE_TYPE_PROBE_QUEUE, NULL);

  self->free = most;

  return self;
}

/* Whoever was cancelled while he waited takes no turn. */
static void
let_in (StileProbeQueue *self)
{
  while (self->free > 0 && !g_queue_is_empty (&self->waiting))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);

      if (g_task_return_error_if_cancelled (task))
        continue;
      self->free--;
      g_task_return_boolean (task, TRUE);
    }
}

/**
 * stile_probe_queue_enter_async:
 *
 * Waits for a turn.  Whoever was let in must call stile_probe_queue_leave().
 */
void
stile_probe_queue_enter_async (StileProbeQueue *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_probe_queue_enter_async);
  /* A turn that was given is taken, and given back: the callback must hear of it even when somebody cancelled since. */
  g_task_set_check_cancellable (task, FALSE);
  g_queue_push_tail (&self->waiting, task);
  let_in (self);
}

gboolean
stile_probe_queue_enter_finish (StileProbeQueue *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
stile_probe_queue_leave (StileProbeQueue *self)
{
  self->free++;
  let_in (self);
}

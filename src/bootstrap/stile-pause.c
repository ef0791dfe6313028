/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-pause.h"

/* Waiting, until a peer wants to be asked again or somebody has had enough of it. */

static gboolean
over_cb (gpointer data)
{
  GTask *task = data;

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
  return G_SOURCE_REMOVE;
}

/**
 * stile_pause_async:
 * @milliseconds: how long
 *
 * Waits, in the caller's main context.  Cancelling ends it at once.
 */
void
stile_pause_async (guint milliseconds,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GSource) timeout = g_timeout_source_new (milliseconds);

  g_task_set_source_tag (task, stile_pause_async);
  /* The timeout carries the cancellation with it and is dispatched for both, so that there is one callback, called once. */
  if (cancellable != NULL)
    {
      g_autoptr (GSource) cancelled = g_cancellable_source_new (cancellable);

      g_source_set_dummy_callback (cancelled);
      g_source_add_child_source (timeout, cancelled);
    }
  g_source_set_callback (timeout, over_cb, g_object_ref (task), g_object_unref);
  g_source_attach (timeout, g_main_context_get_thread_default ());
}

gboolean
stile_pause_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

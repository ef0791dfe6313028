/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-repeats.h"

#include <glib/gi18n-lib.h>

#include "diagnosis/stile-probe-exchange.h"

/* A copy may come later than the answer (DIAGNOSIS signal 24): the service is asked after this, how often it came. */
#define PAUSE_MILLISECONDS 1000

#define LENGTH 64
#define TIMES 2

/* --- how often did it come? --- */

static void
counted (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) trials = stile_probe_exchange_send_all_finish (result, &error);

  if (trials == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  stile_probe_context_say (STILE_PROBE_CONTEXT (object), stile_probe_repeats.id, STILE_CHECK_STATE_PASSED,
                           "%s", _ ("Each request arrives once, and not again a moment later."));
  g_task_return_boolean (task, TRUE);
}

static gboolean
pause_over_cb (gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  GCancellable *cancellable = g_task_get_cancellable (task);
  StileProbeContext *context = g_task_get_source_object (task);
  GPtrArray *nonces = g_task_get_task_data (task);
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func (g_object_unref);

  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;

  for (guint i = 0; i < nonces->len; i++)
    {
      g_autofree char *parameters = g_strconcat ("about=", (const char *)g_ptr_array_index (nonces, i), NULL);

      g_ptr_array_add (requests, stile_probe_exchange_make_request (context, "GET", parameters, NULL, NULL));
    }
  stile_probe_exchange_send_all_async (context, stile_probe_repeats.id, NULL, requests, cancellable, counted,
                                       g_steal_pointer (&task));
  return G_SOURCE_REMOVE;
}

static void
sent (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) trials = stile_probe_exchange_send_all_finish (result, &error);
  GPtrArray *nonces = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GSource) pause = NULL;
  g_autoptr (GSource) stop = NULL;

  g_task_set_task_data (task, nonces, (GDestroyNotify)g_ptr_array_unref);
  if (trials == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  for (guint i = 0; i < trials->len; i++)
    g_ptr_array_add (
        nonces, stile_probe_exchange_get_nonce (stile_trial_get_request (g_ptr_array_index (trials, i))));
  pause = g_timeout_source_new (PAUSE_MILLISECONDS);
  g_source_set_static_name (pause, "[stile] pause before counting");
  stop = g_cancellable_source_new (g_task_get_cancellable (task));
  g_source_set_dummy_callback (stop);
  g_source_add_child_source (pause, stop);
  g_task_attach_source (task, pause, pause_over_cb);
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < TIMES; i++)
    {
      g_autoptr (GBytes) noise = stile_probe_exchange_make_noise (LENGTH);

      g_ptr_array_add (requests, stile_probe_exchange_make_request (context, "POST", NULL,
                                                                    "application/octet-stream", noise));
    }
  stile_probe_exchange_send_all_async (context, stile_probe_repeats.id, NULL, requests,
                                       g_task_get_cancellable (task), sent, task);
}

const StileProbe stile_probe_repeats = {
  .id = "repeats",
  .title = N_ ("Repeated requests"),
  .turn = STILE_PROBE_AFTER_WORD,
  .run = run,
};

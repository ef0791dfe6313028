/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-series.h"

typedef struct
{
  char *probe;
  char *good;
} Series;

static void
series_free (gpointer data)
{
  Series *self = data;

  g_free (self->probe);
  g_free (self->good);
  g_free (self);
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) trials = stile_probe_exchange_send_all_finish (result, &error);
  Series *series = g_task_get_task_data (task);

  if (trials == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  stile_probe_context_say (STILE_PROBE_CONTEXT (object), series->probe, STILE_CHECK_STATE_PASSED, "%s",
                           series->good);
  g_task_return_boolean (task, TRUE);
}

/**
 * stile_probe_series_run:
 * @task: (transfer full): of a probe that has nothing to do but to send
 * @probe: its id
 * @line: (nullable): for all of them, one after the other; %NULL for a connection each
 * @requests: (element-type StileHttpMessage): what to send
 * @good: a sentence for when nothing is found in what comes of it
 */
void
stile_probe_series_run (
    GTask *task, const char *probe, StileHttpLine *line, GPtrArray *requests, const char *good)
{
  Series *series = g_new0 (Series, 1);

  series->probe = g_strdup (probe);
  series->good = g_strdup (good);
  g_task_set_task_data (task, series, series_free);
  stile_probe_exchange_send_all_async (g_task_get_source_object (task), probe, line, requests,
                                       g_task_get_cancellable (task), answered, task);
}

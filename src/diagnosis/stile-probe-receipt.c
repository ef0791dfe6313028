/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-receipt.h"

#include <glib/gi18n-lib.h>

#include "diagnosis/stile-probe-exchange.h"

#define LENGTH 64

/* The control: does the service give its signed word at all?  The likeliest first; then what a box that blocks types, methods
 * or long answers lets through. */
static const struct
{
  const char *method;
  const char *parameters;
  const char *media_type;
} ways[] = {
  { "POST", NULL, "application/octet-stream" },
  { "POST", NULL, "application/json" },
  { "GET", NULL, NULL },
  { "GET", "size=0&chain=1", NULL },
};

static void ask (GTask *task, guint way);

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  g_autoptr (StileTrial) trial = stile_probe_exchange_send_finish (result, &error);
  StileProbeContext *context = STILE_PROBE_CONTEXT (object);
  guint next = GPOINTER_TO_UINT (g_task_get_task_data (task)) + 1;

  if (trial == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  if (stile_trial_get_receipt (trial) == NULL && next < G_N_ELEMENTS (ways))
    {
      ask (task, next);
      return;
    }

  if (stile_trial_get_receipt (trial) != NULL)
    stile_probe_context_say (context, stile_probe_receipt.id, STILE_CHECK_STATE_PASSED, "%s",
                             _ ("The service signs what it sees of each request."));
  else if (stile_trial_get_error (trial) != NULL)
    stile_probe_context_say (context, stile_probe_receipt.id, STILE_CHECK_STATE_NOT_RUN,
                             _ ("No signed word of the service arrived: %s"),
                             stile_trial_get_error (trial)->message);
  else
    stile_probe_context_say (context, stile_probe_receipt.id, STILE_CHECK_STATE_NOT_RUN,
                             _ ("Whoever answers gives no signed word of what arrived (status %u)."),
                             stile_trial_get_status (trial));
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* Takes over @task. */
static void
ask (GTask *task, guint way)
{
  StileProbeContext *context = g_task_get_source_object (task);
  g_autoptr (GBytes) body = ways[way].media_type == NULL ? NULL
                            : way == 0                   ? stile_probe_exchange_make_noise (LENGTH)
                                                         : stile_probe_exchange_make_json (LENGTH);
  g_autoptr (StileHttpMessage) request = stile_probe_exchange_make_request (
      context, ways[way].method, ways[way].parameters, ways[way].media_type, body);

  g_task_set_task_data (task, GUINT_TO_POINTER (way), NULL);
  stile_probe_exchange_send_async (context, stile_probe_receipt.id, NULL, request,
                                   g_task_get_cancellable (task), answered, task);
}

static void
run (GTask *task)
{
  ask (task, 0);
}

const StileProbe stile_probe_receipt = {
  .id = "receipt",
  .title = N_ ("The service’s signed word"),
  .turn = STILE_PROBE_AFTER_HELLO,
  .run = run,
};

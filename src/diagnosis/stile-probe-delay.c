/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-delay.h"

#include <glib/gi18n-lib.h>

/* The quickest of all answers: what the way itself takes. */
static gint64
find_quickest (StileSignals *signals)
{
  gint64 quickest = 0;

  for (guint i = 0; i < signals->trials->len; i++)
    {
      StileHttpReply *reply = stile_trial_get_reply (g_ptr_array_index (signals->trials, i));
      gint64 time = reply != NULL ? stile_http_reply_get_timing (reply)->first_byte : 0;

      if (time > 0 && (quickest == 0 || time < quickest))
        quickest = time;
    }

  return quickest;
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  gint64 quickest = find_quickest (stile_probe_context_get_signals (context));

  if (quickest == 0)
    stile_probe_context_say (context, stile_probe_delay.id, STILE_CHECK_STATE_NOT_RUN, "%s",
                             _ ("No answer came whose time could be taken."));
  else
    stile_probe_context_say (context, stile_probe_delay.id, STILE_CHECK_STATE_PASSED,
                             _ ("The quickest answer began after %.0f ms."), (double)quickest / 1000.0);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

const StileProbe stile_probe_delay = {
  .id = "delay",
  .title = N_ ("Delay"),
  .turn = STILE_PROBE_AT_LAST,
  .run = run,
};

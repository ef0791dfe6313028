/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-clock.h"

#include <inttypes.h>

#include <glib/gi18n-lib.h>

/* A day: less breaks no certificate, and a Date header is no clock to set others by. */
#define MAX_OFFSET (24 * 60 * 60)

/* Where the service did not tell, whoever answered did: less sure, but a clock years off shows. */
static void
ask_date (StileSignals *signals)
{
  for (guint i = 0; i < signals->trials->len && signals->clock_source == NULL; i++)
    {
      StileHttpReply *reply = stile_trial_get_reply (g_ptr_array_index (signals->trials, i));
      gint64 date = reply != NULL ? stile_http_reply_get_date (reply) : 0;

      if (date == 0)
        continue;
      signals->clock_offset = g_get_real_time () / G_USEC_PER_SEC - date;
      stile_signals_set_text (&signals->clock_source, "date");
    }
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  StileSignals *signals = stile_probe_context_get_signals (context);
  int days;

  ask_date (signals);
  days = (int)CLAMP (signals->clock_offset / MAX_OFFSET, -G_MAXINT, G_MAXINT);
  if (signals->clock_source == NULL)
    stile_probe_context_say (context, stile_probe_clock.id, STILE_CHECK_STATE_NOT_RUN, "%s",
                             _ ("Nobody told the time."));
  else if (ABS (signals->clock_offset) > MAX_OFFSET)
    stile_probe_context_say (context, stile_probe_clock.id, STILE_CHECK_STATE_CHANGED,
                             g_dngettext (GETTEXT_PACKAGE, "This computer’s clock is off by %d day.",
                                          "This computer’s clock is off by %d days.", (gulong)ABS (days)),
                             days);
  else
    stile_probe_context_say (context, stile_probe_clock.id, STILE_CHECK_STATE_PASSED,
                             _ ("This computer’s clock agrees, within %" PRId64 " s."),
                             ABS (signals->clock_offset));
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

const StileProbe stile_probe_clock = {
  .id = "clock",
  .title = N_ ("Clock"),
  .turn = STILE_PROBE_AT_LAST,
  .run = run,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-connect.h"

#include <glib/gi18n-lib.h>

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  StileSignals *signals = stile_probe_context_get_signals (context);

  if (signals->proxy == NULL)
    stile_probe_context_say (context, stile_probe_connect.id, STILE_CHECK_STATE_NOT_RUN, "%s",
                             _ ("No proxy is in use."));
  else if (signals->proxy_status != 0)
    stile_probe_context_say (context, stile_probe_connect.id, STILE_CHECK_STATE_BLOCKED,
                             _ ("The proxy answers %u and does not let the connection through."),
                             signals->proxy_status);
  else if (signals->reach == STILE_REACH_GOOD)
    stile_probe_context_say (context, stile_probe_connect.id, STILE_CHECK_STATE_PASSED,
                             _ ("The proxy lets the connection to port %u through."), signals->port);
  else
    stile_probe_context_say (context, stile_probe_connect.id, STILE_CHECK_STATE_NOT_RUN, "%s",
                             _ ("Nobody was reached through the proxy."));
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

const StileProbe stile_probe_connect = {
  .id = "connect",
  .title = N_ ("CONNECT"),
  .turn = STILE_PROBE_AT_LAST,
  .run = run,
};

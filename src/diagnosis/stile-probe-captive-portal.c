/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-captive-portal.h"

#include <glib/gi18n-lib.h>

#include "diagnosis/stile-portal.h"

/* What the system has found out by itself (GNetworkMonitor asks NetworkManager, or the portal of a sandbox). */
static void
ask_system (StileSignals *signals)
{
  if (g_network_monitor_get_connectivity (g_network_monitor_get_default ()) == G_NETWORK_CONNECTIVITY_PORTAL)
    stile_portal_note (signals, "network", NULL);
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  StileSignals *signals = stile_probe_context_get_signals (context);

  ask_system (signals);
  stile_portal_conclude (signals);
  if (signals->portal != STILE_YES && signals->reach != STILE_REACH_GOOD && signals->plain_status == 0)
    stile_probe_context_say (context, stile_probe_captive_portal.id, STILE_CHECK_STATE_NOT_RUN, "%s",
                             _ ("Nobody answered."));
  else if (signals->portal != STILE_YES)
    stile_probe_context_say (context, stile_probe_captive_portal.id, STILE_CHECK_STATE_PASSED, "%s",
                             _ ("Nobody wants one to sign in first."));
  else if (signals->portal_url != NULL)
    stile_probe_context_say (context, stile_probe_captive_portal.id, STILE_CHECK_STATE_BLOCKED,
                             _ ("A captive portal answers in the service’s name. One signs in at %s."),
                             signals->portal_url);
  else
    stile_probe_context_say (context, stile_probe_captive_portal.id, STILE_CHECK_STATE_BLOCKED, "%s",
                             _ ("A captive portal answers in the service’s name."));
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

const StileProbe stile_probe_captive_portal = {
  .id = "captive-portal",
  .title = N_ ("Captive portal"),
  .turn = STILE_PROBE_AT_LAST,
  .run = run,
};

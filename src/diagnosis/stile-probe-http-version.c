/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-http-version.h"

#include <glib/gi18n-lib.h>

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  StileSighting *sighting = stile_signals_get_best_sighting (stile_probe_context_get_signals (context));
  StileObservation *service = sighting != NULL ? stile_sighting_get_service (sighting) : NULL;

  if (service == NULL)
    stile_probe_context_say (context, stile_probe_http_version.id, STILE_CHECK_STATE_NOT_RUN, "%s",
                             _ ("The service did not say in which version requests arrive."));
  else
    stile_probe_context_say (context, stile_probe_http_version.id, STILE_CHECK_STATE_PASSED,
                             _ ("HTTP/%s here, HTTP/%s at the service."),
                             stile_observation_get_http_version (stile_sighting_get_client (sighting)),
                             stile_observation_get_http_version (service));
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

const StileProbe stile_probe_http_version = {
  .id = "http-version",
  .title = N_ ("HTTP versions"),
  .turn = STILE_PROBE_AT_LAST,
  .run = run,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-validity.h"

#include <glib/gi18n-lib.h>

static const char *
describe (StileYesNo answer)
{
  return answer == STILE_YES ? _ ("yes") : answer == STILE_NO ? _ ("no") : _ ("not compared");
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  StileSighting *sighting = stile_signals_get_best_sighting (stile_probe_context_get_signals (context));

  if (sighting == NULL || stile_sighting_get_leaf (sighting) == NULL)
    stile_probe_context_say (context, stile_probe_validity.id, STILE_CHECK_STATE_NOT_RUN, "%s",
                             _ ("No certificate was shown."));
  else
    stile_probe_context_say (context, stile_probe_validity.id,
                             stile_sighting_get_public_trust (sighting) == STILE_YES
                                 ? STILE_CHECK_STATE_PASSED
                                 : STILE_CHECK_STATE_NOTED,
                             _ ("This computer’s store: %s. The public authorities alone: %s."),
                             describe (stile_sighting_get_system_trust (sighting)),
                             describe (stile_sighting_get_public_trust (sighting)));
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

const StileProbe stile_probe_validity = {
  .id = "validity",
  .title = N_ ("Who vouches for the certificate"),
  .turn = STILE_PROBE_AFTER_HELLO,
  .run = run,
};

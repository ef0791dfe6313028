/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-trigger.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bootstrap/stile-prm-case.h"

/* The agent's certificate is not with it: that the trigger is for this device is all that a pledge can tell (BRSKI-PRM
 * section 7.1). */
static gboolean
check_serial (const StileJudge *judge, const char *named, StileChecks *checks, GError **error)
{
  if (judge->serial == NULL)
    return stile_checks_skip (checks, "P22", _ ("It is for the device “%s”; which this one is was not said"),
                              named);
  if (strcmp (named, judge->serial) == 0)
    return stile_checks_pass (checks, "P22", _ ("The agent means this device, serial number “%s”"), named);

  return stile_checks_refuse (checks, "P22", error, STILE_ERROR_REFUSED,
                              _ ("The agent means the device “%s”, and this one is “%s”"), named,
                              judge->serial);
}

/**
 * stile_prm_trigger_judge:
 * @judge: with the pledge's serial number
 * @json: from anybody
 * @checks: gets what was looked at
 * @error: %STILE_ERROR_PROTOCOL or %STILE_ERROR_REFUSED, with the check's id in front
 *
 * Judges what asks a pledge for a voucher request.
 *
 * Returns: (transfer full): what goes into the request
 */
StilePrmProximity *
stile_prm_trigger_judge (const StileJudge *judge, GBytes *json, StileChecks *checks, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (StilePrmProximity) proximity = stile_prm_proximity_parse_trigger (json, &reason);

  if (proximity == NULL)
    {
      stile_checks_refuse (checks, "P22", error, STILE_ERROR_PROTOCOL, "%s", reason->message);
      return NULL;
    }

  stile_prm_case_note_slips (checks, "P22", proximity->signed_data);
  return check_serial (judge, proximity->signed_data->serial, checks, error) ? g_steal_pointer (&proximity)
                                                                             : NULL;
}

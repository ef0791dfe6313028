/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const struct
{
  const char *name; /* on the command line and in JSON */
  const char *title;
  const char *meaning;
} scenarios[STILE_LAB_N_SCENARIOS] = {
  [STILE_LAB_INTERCEPTED] = { "intercepted", N_ ("Intercepted"),
                              N_ ("A device in between reads the connection and signs as Plant Nord "
                                  "Inspection CA. The domain knows this authority.") },
  [STILE_LAB_UNKNOWN_AUTHORITY] = { "unknown-authority", N_ ("Unknown authority"),
                                    N_ ("The device in between signs with a CA that Plant Nord does not "
                                        "know.") },
  [STILE_LAB_BLOCK_PAGE] = { "block-page", N_ ("Block page"),
                             N_ ("Something answers instead of the service: 403, a page titled Access "
                                 "denied.") },
  [STILE_LAB_DIRECT] = { "direct", N_ ("Nothing in between"),
                         N_ ("The connection reaches the service as it is.") },
};

/**
 * stile_lab_get_scenario_name:
 *
 * Returns: (transfer none): a word that never changes, for the command line and for JSON
 */
const char *
stile_lab_get_scenario_name (StileLabScenario scenario)
{
  g_return_val_if_fail (scenario < STILE_LAB_N_SCENARIOS, NULL);

  return scenarios[scenario].name;
}

/**
 * stile_lab_get_scenario_title:
 *
 * Returns: (transfer none): for a menu
 */
const char *
stile_lab_get_scenario_title (StileLabScenario scenario)
{
  g_return_val_if_fail (scenario < STILE_LAB_N_SCENARIOS, NULL);

  return _ (scenarios[scenario].title);
}

/**
 * stile_lab_get_scenario_meaning:
 *
 * Returns: (transfer none): one or two sentences
 */
const char *
stile_lab_get_scenario_meaning (StileLabScenario scenario)
{
  g_return_val_if_fail (scenario < STILE_LAB_N_SCENARIOS, NULL);

  return _ (scenarios[scenario].meaning);
}

/**
 * stile_lab_find_scenario:
 * @name: as stile_lab_get_scenario_name() gives it
 * @scenario: (out): the scenario, when there is one of that name
 */
gboolean
stile_lab_find_scenario (const char *name, StileLabScenario *scenario)
{
  for (guint i = 0; i < STILE_LAB_N_SCENARIOS; i++)
    if (strcmp (scenarios[i].name, name) == 0)
      {
        *scenario = i;
        return TRUE;
      }

  return FALSE;
}

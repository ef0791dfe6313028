/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-scenario.h"

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
  [STILE_LAB_REGISTRAR_ASKS] = { "registrar-asks", N_ ("The registrar asks a person"),
                                 N_ ("Plant Nord lets a device in only when somebody approves. Here "
                                     "somebody does, after some seconds.") },
  [STILE_LAB_MASA_DOWN] = { "masa-down", N_ ("Fails: the manufacturer is down"),
                            N_ ("The service of Example Devices Ltd, which gives vouchers, answers that it "
                                "is closed.") },
  [STILE_LAB_OTHER_DEVICE] = { "voucher-for-another-device", N_ ("Fails: voucher for another device"),
                               N_ ("The voucher is good, and signed by Example Devices Ltd, but for another "
                                   "of its devices.") },
  [STILE_LAB_EXPIRED_VOUCHER] = { "expired-voucher", N_ ("Fails: expired voucher"),
                                  N_ ("The voucher is signed by Example Devices Ltd, and ran out "
                                      "yesterday.") },
  [STILE_LAB_ROGUE_MASA] = { "rogue-masa", N_ ("Fails: rogue manufacturer"),
                             N_ ("The voucher is signed by somebody who goes by the name Example Devices "
                                 "Ltd, and is not that company.") },
  [STILE_LAB_OTHER_DOMAIN] = { "another-domains-registrar", N_ ("Fails: registrar of another domain"),
                               N_ ("The voucher says that this device belongs to Harbour West, and the "
                                   "registrar is Plant Nord’s.") },
  [STILE_LAB_MAN_IN_THE_MIDDLE] = { "man-in-the-middle", N_ ("Fails: man in the middle"),
                                    N_ ("Somebody in between ends the secure session with another "
                                        "certificate and a device bought for it, and hands on what is "
                                        "said.") },
  [STILE_LAB_EXPIRED_IDEVID] = { "expired-idevid", N_ ("Fails: expired device certificate"),
                                 N_ ("The certificate that Example Devices Ltd gave this device has run "
                                     "out.") },
};

/**
 * stile_lab_scenario_get_name:
 *
 * Returns: (transfer none): a word that never changes, for the command line and for JSON
 */
const char *
stile_lab_scenario_get_name (StileLabScenario scenario)
{
  g_return_val_if_fail (scenario < STILE_LAB_N_SCENARIOS, NULL);

  return scenarios[scenario].name;
}

/**
 * stile_lab_scenario_get_title:
 *
 * Returns: (transfer none): for a menu
 */
const char *
stile_lab_scenario_get_title (StileLabScenario scenario)
{
  g_return_val_if_fail (scenario < STILE_LAB_N_SCENARIOS, NULL);

  return _ (scenarios[scenario].title);
}

/**
 * stile_lab_scenario_get_meaning:
 *
 * Returns: (transfer none): one or two sentences
 */
const char *
stile_lab_scenario_get_meaning (StileLabScenario scenario)
{
  g_return_val_if_fail (scenario < STILE_LAB_N_SCENARIOS, NULL);

  return _ (scenarios[scenario].meaning);
}

/**
 * stile_lab_scenario_find:
 * @name: as stile_lab_scenario_get_name() gives it
 * @scenario: (out): the scenario, when there is one of that name
 */
gboolean
stile_lab_scenario_find (const char *name, StileLabScenario *scenario)
{
  for (guint i = 0; i < STILE_LAB_N_SCENARIOS; i++)
    if (strcmp (scenarios[i].name, name) == 0)
      {
        *scenario = i;
        return TRUE;
      }

  return FALSE;
}

/**
 * stile_lab_scenario_list_names:
 *
 * Returns: (transfer full): all names, with commas between, for a person who mistyped one
 */
char *
stile_lab_scenario_list_names (void)
{
  GString *text = g_string_new (scenarios[0].name);

  for (guint i = 1; i < STILE_LAB_N_SCENARIOS; i++)
    g_string_append_printf (text, ", %s", scenarios[i].name);

  return g_string_free (text, FALSE);
}

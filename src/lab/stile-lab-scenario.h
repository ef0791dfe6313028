/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * StileLabScenario:
 * @STILE_LAB_INTERCEPTED: a middlebox re-signs with the domain's inspection CA, which the service knows
 * @STILE_LAB_UNKNOWN_AUTHORITY: it re-signs with a CA that the domain does not know
 * @STILE_LAB_BLOCK_PAGE: it answers itself, with a page that says no
 * @STILE_LAB_DIRECT: nothing lies between
 * @STILE_LAB_REGISTRAR_ASKS: the registrar asks a person before it lets the device in
 * @STILE_LAB_MASA_DOWN: the manufacturer's service answers nobody
 * @STILE_LAB_OTHER_DEVICE: the voucher is for another device
 * @STILE_LAB_EXPIRED_VOUCHER: the voucher ran out yesterday
 * @STILE_LAB_ROGUE_MASA: the voucher is signed by somebody who only calls himself the manufacturer
 * @STILE_LAB_OTHER_DOMAIN: the voucher names another domain than the registrar's
 * @STILE_LAB_MAN_IN_THE_MIDDLE: somebody ends the session inside ATLS himself, and hands on what he hears
 * @STILE_LAB_EXPIRED_IDEVID: the device's own certificate has run out
 *
 * What goes wrong, and where; from %STILE_LAB_OTHER_DEVICE on the walk must end with a refusal.
 */
typedef enum
{
  STILE_LAB_INTERCEPTED,
  STILE_LAB_UNKNOWN_AUTHORITY,
  STILE_LAB_BLOCK_PAGE,
  STILE_LAB_DIRECT,
  STILE_LAB_REGISTRAR_ASKS,
  STILE_LAB_MASA_DOWN,
  STILE_LAB_OTHER_DEVICE,
  STILE_LAB_EXPIRED_VOUCHER,
  STILE_LAB_ROGUE_MASA,
  STILE_LAB_OTHER_DOMAIN,
  STILE_LAB_MAN_IN_THE_MIDDLE,
  STILE_LAB_EXPIRED_IDEVID,
} StileLabScenario;

#define STILE_LAB_N_SCENARIOS 12

const char *stile_lab_scenario_get_name (StileLabScenario scenario);
const char *stile_lab_scenario_get_title (StileLabScenario scenario);
const char *stile_lab_scenario_get_meaning (StileLabScenario scenario);
gboolean stile_lab_scenario_find (const char *name, StileLabScenario *scenario);
char *stile_lab_scenario_list_names (void);

G_END_DECLS

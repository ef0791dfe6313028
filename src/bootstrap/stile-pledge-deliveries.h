/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge.h"
#include "bootstrap/stile-pledge-state.h"

G_BEGIN_DECLS

/**
 * StilePledgeDeliveries:
 * @idevid: who the device is
 * @anchors: (element-type StileCertificate): who may sign vouchers for it
 * @policy: switches of the judge
 * @state: what it remembers
 * @serial: its own
 *
 * What a device judges with when an agent brings it something.
 */
typedef struct
{
  StileIdentity *idevid;
  GPtrArray *anchors;
  StileJudgePolicy policy;
  StilePledgeState *state;
  char *serial;
} StilePledgeDeliveries;

/* What an agent brings back: voucher, CA certificates, certificate (BRSKI-PRM sections 7.6 to 7.8).  Each may come again, and
 * is answered as before.  A refusal is a status, too: %NULL is for what cannot be written or signed. */
GBytes *stile_pledge_deliveries_take_voucher (StilePledgeDeliveries *self,
                                              GBytes *content,
                                              StileChecks *checks,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_pledge_deliveries_take_roots (StilePledgeDeliveries *self,
                                             GBytes *content,
                                             StileChecks *checks,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_pledge_deliveries_take_certificate (StilePledgeDeliveries *self,
                                                  GBytes *content,
                                                  StileChecks *checks,
                                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

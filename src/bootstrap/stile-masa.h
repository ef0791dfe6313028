/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-exchange.h"
#include "atls/stile-identity.h"
#include "bootstrap/stile-ledger.h"
#include "bootstrap/stile-masa-devices.h"

G_BEGIN_DECLS

#define STILE_TYPE_MASA (stile_masa_get_type ())
G_DECLARE_FINAL_TYPE (StileMasa, stile_masa, STILE, MASA, GObject)

/**
 * StileMasaSettings:
 * @identity: whose word pledges take: signs vouchers
 * @devices: what it has made, and how it gives vouchers
 * @ledger: what it remembers
 * @registrar_anchors: (nullable) (element-type StileCertificate): whose registrars it knows well enough for vouchers
 *   without a nonce (M5); %NULL for nobody's
 */
typedef struct
{
  StileIdentity *identity;
  StileMasaDevices *devices;
  StileLedger *ledger;
  GPtrArray *registrar_anchors;
} StileMasaSettings;

StileMasa *stile_masa_new (const StileMasaSettings *settings, GError **error) G_GNUC_WARN_UNUSED_RESULT;

StileIdentity *stile_masa_get_identity (StileMasa *self);
StileMasaDevices *stile_masa_get_devices (StileMasa *self);
StileLedger *stile_masa_get_ledger (StileMasa *self);
gboolean stile_masa_judge (StileMasa *self,
                           StileExchange *exchange,
                           StileChecks *checks,
                           StileJudgement *judgement,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

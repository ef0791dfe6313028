/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-observation.h"
#include "codec/stile-http-message.h"

G_BEGIN_DECLS

#define STILE_TYPE_EXCHANGE (stile_exchange_get_type ())
G_DECLARE_FINAL_TYPE (StileExchange, stile_exchange, STILE, EXCHANGE, GObject)

StileExchange *stile_exchange_new (StileHttpMessage *request,
                                   const char *session,
                                   GBytes *peer_chain,
                                   StileObservation *observation);
void stile_exchange_set_provisional (StileExchange *self, gboolean provisional);
void stile_exchange_set_own_certificate (StileExchange *self, StileCertificate *certificate);
void stile_exchange_set_binding (StileExchange *self, const char *binding);
StileHttpMessage *stile_exchange_get_request (StileExchange *self);
const char *stile_exchange_get_session (StileExchange *self);
GPtrArray *stile_exchange_get_peer_chain (StileExchange *self);
StileCertificate *stile_exchange_get_peer_certificate (StileExchange *self);
gboolean stile_exchange_is_provisional (StileExchange *self);
StileCertificate *stile_exchange_get_own_certificate (StileExchange *self);
const char *stile_exchange_get_binding (StileExchange *self);
StileObservation *stile_exchange_get_observation (StileExchange *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-receipt.h"
#include "transport/stile-http-reply.h"

G_BEGIN_DECLS

#define STILE_TYPE_TRIAL (stile_trial_get_type ())
G_DECLARE_FINAL_TYPE (StileTrial, stile_trial, STILE, TRIAL, GObject)

StileTrial *stile_trial_new (const char *probe, StileHttpMessage *request);
void stile_trial_set_reply (StileTrial *self, StileHttpReply *reply);
void stile_trial_set_receipt (StileTrial *self, StileReceipt *receipt);
void stile_trial_set_error (StileTrial *self, const GError *error);

const char *stile_trial_get_probe (StileTrial *self);
StileHttpMessage *stile_trial_get_request (StileTrial *self);
StileHttpReply *stile_trial_get_reply (StileTrial *self);
StileReceipt *stile_trial_get_receipt (StileTrial *self);
const GError *stile_trial_get_error (StileTrial *self);
const char *stile_trial_get_request_type (StileTrial *self);
gsize stile_trial_get_request_length (StileTrial *self);
const char *stile_trial_get_request_digest (StileTrial *self);
const char *stile_trial_get_response_digest (StileTrial *self);
gsize stile_trial_get_wanted_length (StileTrial *self);
guint stile_trial_get_status (StileTrial *self);
gboolean stile_trial_is_gateway_error (StileTrial *self);

G_END_DECLS

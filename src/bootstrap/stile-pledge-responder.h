/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"
#include "bootstrap/stile-judge.h"
#include "bootstrap/stile-pledge-state.h"

G_BEGIN_DECLS

#define STILE_TYPE_PLEDGE_RESPONDER (stile_pledge_responder_get_type ())
G_DECLARE_FINAL_TYPE (StilePledgeResponder, stile_pledge_responder, STILE, PLEDGE_RESPONDER, GObject)

/* Where a device answers (BRSKI-PRM section 6.2). */
#define STILE_PLEDGE_RESPONDER_PREFIX "/.well-known/brski/"

/**
 * StilePledgeResponderSettings:
 * @idevid: who this device is, as its manufacturer made it
 * @anchors: (element-type StileCertificate): who may sign vouchers for it; nobody else (BOOTSTRAP P5)
 * @policy: switches of the judge; with %STILE_JUDGE_NO_CLOCK the agent's time is taken
 * @state: what it remembers
 *
 * Borrowed until stile_pledge_responder_new() returns.
 */
typedef struct
{
  StileIdentity *idevid;
  GPtrArray *anchors;
  StileJudgePolicy policy;
  StilePledgeState *state;
} StilePledgeResponderSettings;

/* Signal "answered" (name, status, checks): something came to one of its paths, and was judged. */
StilePledgeResponder *stile_pledge_responder_new (const StilePledgeResponderSettings *settings,
                                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *stile_pledge_responder_get_serial (StilePledgeResponder *self);
StilePledgeState *stile_pledge_responder_get_state (StilePledgeResponder *self);

G_END_DECLS

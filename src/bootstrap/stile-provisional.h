/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-channel.h"
#include "bootstrap/stile-judge.h"
#include "bootstrap/stile-status-report.h"
#include "bootstrap/stile-voucher-answer.h"

G_BEGIN_DECLS

#define STILE_TYPE_PROVISIONAL (stile_provisional_get_type ())
G_DECLARE_FINAL_TYPE (StileProvisional, stile_provisional, STILE, PROVISIONAL, GObject)

/**
 * StileProvisionalState:
 * @STILE_PROVISIONAL_NEW: not connected
 * @STILE_PROVISIONAL_OPEN: a voucher can be asked for, and nothing else
 * @STILE_PROVISIONAL_BELIEVED: a voucher vouches for whoever is at the other end
 * @STILE_PROVISIONAL_REFUSED: it does not: all that can be said is so
 * @STILE_PROVISIONAL_LOST: the other end does not know the session any more: another one is needed (BOOTSTRAP 1.6)
 */
typedef enum
{
  STILE_PROVISIONAL_NEW,
  STILE_PROVISIONAL_OPEN,
  STILE_PROVISIONAL_BELIEVED,
  STILE_PROVISIONAL_REFUSED,
  STILE_PROVISIONAL_LOST,
} StileProvisionalState;

/**
 * StileProvisionalScope:
 * @STILE_PROVISIONAL_HERE: the voucher must be for the registrar of this session
 * @STILE_PROVISIONAL_ELSEWHERE: it is for somebody else whom a cloud registrar names; only the voucher is judged
 */
typedef enum
{
  STILE_PROVISIONAL_HERE,
  STILE_PROVISIONAL_ELSEWHERE,
} StileProvisionalScope;

StileProvisional *stile_provisional_new (StileCarrier *carrier, StileIdentity *idevid, StileMode mode);
void stile_provisional_set_trace (StileProvisional *self, StileTrace *trace);
void stile_provisional_connect_async (StileProvisional *self,
                                      StileCredentials *credentials,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean stile_provisional_connect_finish (StileProvisional *self,
                                           GAsyncResult *result,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

void stile_provisional_ask_async (StileProvisional *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean stile_provisional_ask_finish (StileProvisional *self,
                                       GAsyncResult *result,
                                       StileVoucherAnswer *answer,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_provisional_judge (StileProvisional *self,
                                  const StileJudge *knowledge,
                                  StileProvisionalScope scope,
                                  GBytes *voucher,
                                  StileChecks *checks,
                                  StileJudgement *judgement,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_provisional_tell_async (StileProvisional *self,
                                   StileStatusReport *report,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean stile_provisional_tell_finish (StileProvisional *self,
                                        GAsyncResult *result,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileChannel *stile_provisional_release (StileProvisional *self);
void stile_provisional_close (StileProvisional *self);

StileProvisionalState stile_provisional_get_state (StileProvisional *self);
StileClient *stile_provisional_get_client (StileProvisional *self);
GPtrArray *stile_provisional_get_chain (StileProvisional *self);
const char *stile_provisional_get_nonce (StileProvisional *self);
GBytes *stile_provisional_get_request (StileProvisional *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "bootstrap/stile-enrolment-key.h"
#include "bootstrap/stile-prm-pending.h"

G_BEGIN_DECLS

#define STILE_TYPE_PLEDGE_STATE (stile_pledge_state_get_type ())
G_DECLARE_FINAL_TYPE (StilePledgeState, stile_pledge_state, STILE, PLEDGE_STATE, GObject)

/* The requests that are out, each with a certificate. */
#define STILE_PLEDGE_STATE_MAX_SIZE (256 * 1024)

/**
 * StilePledgeStage:
 * @STILE_PLEDGE_FACTORY_DEFAULT: as it left the factory
 * @STILE_PLEDGE_VOUCHER_ERROR: the last voucher was none for it
 * @STILE_PLEDGE_VOUCHER_SUCCESS: it knows its domain
 * @STILE_PLEDGE_ENROL_ERROR: the last certificate was none for it
 * @STILE_PLEDGE_ENROL_SUCCESS: it has a certificate of its domain
 *
 * How far a device is, in the words of "pbs-details" (BRSKI-PRM section 7.11.2).
 */
typedef enum
{
  STILE_PLEDGE_FACTORY_DEFAULT,
  STILE_PLEDGE_VOUCHER_ERROR,
  STILE_PLEDGE_VOUCHER_SUCCESS,
  STILE_PLEDGE_ENROL_ERROR,
  STILE_PLEDGE_ENROL_SUCCESS,
} StilePledgeStage;

StilePledgeState *stile_pledge_state_open (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *stile_pledge_state_name_stage (StilePledgeStage stage);
StilePledgeStage stile_pledge_state_get_stage (StilePledgeState *self);
StilePrmPending *stile_pledge_state_get_pending (StilePledgeState *self);
gint64 stile_pledge_state_get_asked_on (StilePledgeState *self);
void stile_pledge_state_set_asked_on (StilePledgeState *self, gint64 asked_on);
GBytes *stile_pledge_state_get_voucher (StilePledgeState *self);
StileCertificate *stile_pledge_state_get_pin (StilePledgeState *self);
GPtrArray *stile_pledge_state_get_roots (StilePledgeState *self);
StileCertificate *stile_pledge_state_get_certificate (StilePledgeState *self);

/* Each has written when it returns. */
StileEnrolmentKey *stile_pledge_state_open_key (StilePledgeState *self,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileIdentity *stile_pledge_state_open_identity (StilePledgeState *self,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_pledge_state_save (StilePledgeState *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_pledge_state_fail (StilePledgeState *self,
                                  StilePledgeStage stage,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_pledge_state_take_voucher (StilePledgeState *self,
                                          GBytes *voucher,
                                          StileCertificate *pin,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_pledge_state_take_roots (StilePledgeState *self,
                                        GPtrArray *roots,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_pledge_state_take_certificate (StilePledgeState *self,
                                              StileCertificate *certificate,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

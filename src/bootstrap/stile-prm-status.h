/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "bootstrap/stile-judge.h"
#include "bootstrap/stile-prm-device.h"
#include "bootstrap/stile-status-report.h"

G_BEGIN_DECLS

/**
 * StilePrmStatusKind:
 * @STILE_PRM_STATUS_VOUCHER: whether the voucher was taken: "voucher_status", "pvs-details"
 * @STILE_PRM_STATUS_ENROL: whether the certificate was taken: "enrollstatus", "pes-details"
 * @STILE_PRM_STATUS_PLEDGE: how the device is: "qps", "pbs-details" or "pos-details"
 */
typedef enum
{
  STILE_PRM_STATUS_VOUCHER,
  STILE_PRM_STATUS_ENROL,
  STILE_PRM_STATUS_PLEDGE,
} StilePrmStatusKind;

StileStatusReport *
stile_prm_status_parse (StilePrmStatusKind kind, GBytes *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A pledge's status that an agent brings, as the registrar: R14.  @device is NULL for one that nobody knows.
 * (transfer full) */
StileStatusReport *stile_prm_status_judge (const StilePrmDevice *device,
                                           StilePrmStatusKind kind,
                                           GBytes *bytes,
                                           StileChecks *checks,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What a pledge says of itself, with @said in words of its @kind. */
GBytes *stile_prm_status_make (StilePrmStatusKind kind,
                               gboolean good,
                               const char *reason,
                               const char *said,
                               StileIdentity *identity,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

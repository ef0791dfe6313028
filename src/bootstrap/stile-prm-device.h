/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judgement.h"

G_BEGIN_DECLS

/**
 * StilePrmDevice:
 * @idevid: who it is
 * @ldevid: (nullable): the certificate that the domain gave it
 * @triggered_on: when the agent asked it, as the agent says, in Unix seconds
 * @requested_on: when it asked for a voucher, or %STILE_VOUCHER_NO_DATE
 * @enrolled_on: when it made the newest enrolment request that was taken, or %STILE_VOUCHER_NO_DATE
 *
 * What a registrar knows of a device whose voucher request it took, until its statuses are there: days, and restarts.
 */
typedef struct
{
  StileCertificate *idevid;
  StileCertificate *ldevid;
  gint64 triggered_on;
  gint64 requested_on;
  gint64 enrolled_on;
} StilePrmDevice;

/* (nullable): NULL for a judgement that stile_prm_judge_as_registrar() did not say yes to */
StilePrmDevice *stile_prm_device_new (const StileJudgement *judgement);
void stile_prm_device_free (StilePrmDevice *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StilePrmDevice, stile_prm_device_free)

G_END_DECLS

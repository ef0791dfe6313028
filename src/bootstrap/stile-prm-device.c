/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-device.h"

#include "bootstrap/stile-prm-proximity.h"

/**
 * stile_prm_device_new:
 * @judgement: of stile_prm_judge_as_registrar(), which took the request
 *
 * Returns: (transfer full) (nullable): what is known of the device; %NULL when there was no such request
 */
StilePrmDevice *
stile_prm_device_new (const StileJudgement *judgement)
{
  g_autoptr (StilePrmProximity) proximity =
      judgement->voucher != NULL ? stile_prm_proximity_read (judgement->voucher, NULL) : NULL;
  StilePrmDevice *self;

  if (proximity == NULL || judgement->signer == NULL)
    return NULL;

  self = g_new0 (StilePrmDevice, 1);
  self->idevid = g_object_ref (judgement->signer);
  self->triggered_on = proximity->signed_data->created_on;
  self->requested_on = stile_voucher_get_fields (judgement->voucher)->created_on;
  self->enrolled_on = STILE_VOUCHER_NO_DATE;
  return self;
}

/**
 * stile_prm_device_free:
 * @self: (transfer full): what to let go of
 */
void
stile_prm_device_free (StilePrmDevice *self)
{
  g_clear_object (&self->idevid);
  g_clear_object (&self->ldevid);
  g_free (self);
}

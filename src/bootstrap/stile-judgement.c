/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-judgement.h"

/**
 * stile_judgement_clear:
 *
 * Drops what was found.
 */
void
stile_judgement_clear (StileJudgement *self)
{
  g_clear_object (&self->message);
  g_clear_object (&self->voucher);
  g_clear_object (&self->prior_message);
  g_clear_object (&self->prior);
  g_clear_object (&self->signer);
}

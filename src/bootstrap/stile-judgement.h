/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-voucher.h"

G_BEGIN_DECLS

/**
 * StileJudgement:
 * @message: the signed bytes, read
 * @voucher: what they say
 * @prior_message: of a registrar's request to its MASA: the pledge's request in it, or %NULL
 * @prior: what that says, or %NULL
 * @signer: who signed, as far as it was verified, or %NULL
 *
 * What was found while a voucher or a request was judged, as far as it went.
 */
typedef struct
{
  StileSignedMessage *message;
  StileVoucher *voucher;
  StileSignedMessage *prior_message;
  StileVoucher *prior;
  StileCertificate *signer;
} StileJudgement;

void stile_judgement_clear (StileJudgement *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StileJudgement, stile_judgement_clear)

G_END_DECLS

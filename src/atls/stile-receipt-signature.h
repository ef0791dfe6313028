/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "atls/stile-receipt.h"

G_BEGIN_DECLS

/**
 * StileReceiptForm:
 * @STILE_RECEIPT_FULL: all that was seen, and the signer's chain
 * @STILE_RECEIPT_BRIEF: for a header field: what belongs to the two bodies, and the signer by his digest.  nginx takes no head
 *   of an answer over 4 KB
 * @STILE_RECEIPT_BRIEF_WITH_SIGNER: the same with the signer's own certificate, for those who do not know it yet
 */
typedef enum
{
  STILE_RECEIPT_FULL,
  STILE_RECEIPT_BRIEF,
  STILE_RECEIPT_BRIEF_WITH_SIGNER,
} StileReceiptForm;

GBytes *stile_receipt_signature_make (StileReceipt *receipt,
                                      StileIdentity *identity,
                                      StileReceiptForm form,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileReceipt *stile_receipt_signature_open (GBytes *bytes,
                                            const char *nonce,
                                            GPtrArray *known,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-voucher.h"

G_BEGIN_DECLS

char *stile_voucher_words_summarize (StileVoucher *voucher, StileCertificate *signer);
char *stile_voucher_words_describe_assertion (StileAssertion assertion);
char *stile_voucher_words_describe_validity (StileVoucher *voucher);

G_END_DECLS

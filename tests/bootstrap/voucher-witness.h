/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-router.h"

G_BEGIN_DECLS

/* Stands in front of a service's router, hands on what it is asked, and keeps it. */
#define VOUCHER_TYPE_WITNESS (voucher_witness_get_type ())
G_DECLARE_FINAL_TYPE (VoucherWitness, voucher_witness, VOUCHER, WITNESS, GObject)

VoucherWitness *voucher_witness_new (StileRouter *router);
/* With this status, or 0: no longer. */
void voucher_witness_refuse_enrolment (VoucherWitness *self, guint status);

/* "requestvoucher voucher_status …", in order. */
const char *voucher_witness_get_paths (VoucherWitness *self);
/* The last exchange, or one so many before it; (transfer none). */
StileExchange *voucher_witness_get_last (VoucherWitness *self, guint before);

G_END_DECLS

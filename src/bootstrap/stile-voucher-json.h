/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-voucher.h"

G_BEGIN_DECLS

/* A request holds another one in base64, with its certificates. */
#define STILE_VOUCHER_JSON_MAX_SIZE (64 * 1024)

/* Members of one voucher: the YANG modules have some 25. */
#define STILE_VOUCHER_JSON_MAX_MEMBERS 64

StileVoucher *
stile_voucher_json_parse (GBytes *json, StileVoucherKind kind, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean
stile_voucher_json_check_root (GBytes *json, StileVoucherKind kind, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char **stile_voucher_json_list_unknown (GBytes *json, StileVoucherKind kind);
GBytes *stile_voucher_json_print (StileVoucher *voucher);
GVariant *stile_voucher_json_to_variant (StileVoucher *voucher);

G_END_DECLS

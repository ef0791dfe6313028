/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"
#include "bootstrap/stile-masa.h"

G_BEGIN_DECLS

#define STILE_TYPE_MASA_VOUCHER (stile_masa_voucher_get_type ())
G_DECLARE_FINAL_TYPE (StileMasaVoucher, stile_masa_voucher, STILE, MASA_VOUCHER, GObject)

/* RFC 8995 section 5.6: enough for a pledge that is there now. */
#define STILE_MASA_VOUCHER_SHORT_SECONDS (20 * 60)

StileHandler *stile_masa_voucher_new (StileMasa *masa);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"
#include "bootstrap/stile-registrar.h"

G_BEGIN_DECLS

#define STILE_TYPE_REGISTRAR_VOUCHER (stile_registrar_voucher_get_type ())
G_DECLARE_FINAL_TYPE (StileRegistrarVoucher, stile_registrar_voucher, STILE, REGISTRAR_VOUCHER, GObject)

/* While a person is asked; a pledge waits no longer than a minute at a time (RFC 8995 section 5.6). */
#define STILE_REGISTRAR_VOUCHER_ASK_SECONDS 30
/* While a MASA does not answer. */
#define STILE_REGISTRAR_VOUCHER_RETRY_SECONDS 60

StileHandler *stile_registrar_voucher_new (StileRegistrar *registrar);

G_END_DECLS

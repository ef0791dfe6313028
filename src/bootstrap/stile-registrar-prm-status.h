/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-prm-status.h"
#include "bootstrap/stile-registrar.h"

G_BEGIN_DECLS

/* How it went at a device, brought by an agent to "voucher_status" or "enrollstatus" (BRSKI-PRM sections 7.9 and 7.10). */
gboolean stile_registrar_prm_status_takes (StileHttpMessage *request);
StileHttpMessage *stile_registrar_prm_status_answer (StileRegistrar *registrar,
                                                     StilePrmStatusKind kind,
                                                     StileExchange *exchange);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-registrar.h"

G_BEGIN_DECLS

/* How often an audit log is asked for again for one voucher, and how long after the last time. */
#define STILE_REGISTRAR_RECHECK_MAX_TRIES 60
#define STILE_REGISTRAR_RECHECK_SECONDS 45

/* In the event of a voucher that an agent takes to its device. */
#define STILE_REGISTRAR_RECHECK_BROUGHT "by-agent"

/* Audit logs that the MASA did not give when the device had told its voucher's fate (R9): they are asked for again while
 * the device comes for its certificate. */
gboolean stile_registrar_recheck_begin (StileRegistrar *registrar, const StileRegistrarDevice *device);

G_END_DECLS

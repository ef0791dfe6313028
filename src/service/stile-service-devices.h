/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-ledger.h"

G_BEGIN_DECLS

/* What an operator does about the registrar's devices, beside a service that runs: all is in the ledger. */
char *
stile_service_devices_list (StileLedger *ledger, gboolean json, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *
stile_service_devices_allow (StileLedger *ledger, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_service_devices_refuse (StileLedger *ledger,
                                    const char *name,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

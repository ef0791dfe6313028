/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "bootstrap/stile-prm-proximity.h"

G_BEGIN_DECLS

/* A pledge's voucher request, when an agent triggered it. */
GBytes *stile_prm_request_make (StileIdentity *idevid,
                                const StilePrmProximity *proximity,
                                const char *serial,
                                const char *nonce,
                                gint64 now,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A MASA's voucher with the registrar's signature besides, as it goes to the agent. */
GBytes *stile_prm_request_countersign (StileIdentity *registrar,
                                       GPtrArray *chain,
                                       GBytes *voucher,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

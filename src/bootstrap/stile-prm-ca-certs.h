/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "bootstrap/stile-judge.h"

G_BEGIN_DECLS

/* The CA certificates that came to a pledge's "scac", as the pledge that took a voucher with @pin: P21. (transfer full) */
GPtrArray *stile_prm_ca_certs_judge (const StileJudge *judge,
                                     StileCertificate *pin,
                                     GBytes *bytes,
                                     StileChecks *checks,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What a registrar gives to agents for their pledges: "wrappedcacerts". */
GBytes *stile_prm_ca_certs_make (StileIdentity *registrar,
                                 GPtrArray *certificates,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

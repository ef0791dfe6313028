/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge-case.h"

G_BEGIN_DECLS

/* What BRSKI-PRM signs besides vouchers is a JWS of one signature, with its signer in "x5c": CA certificates, enrolment
 * requests, statuses. */
StileSignedMessage *stile_prm_message_open (const char *id,
                                            GBytes *bytes,
                                            const char *const *understood,
                                            StileChecks *checks,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

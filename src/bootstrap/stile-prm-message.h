/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "bootstrap/stile-judge-case.h"

G_BEGIN_DECLS

/* What BRSKI-PRM signs besides vouchers is a JWS of one signature, with its signer in "x5c": CA certificates, enrolment
 * requests, statuses. */
StileSignedMessage *stile_prm_message_open (const char *id,
                                            GBytes *bytes,
                                            const char *const *understood,
                                            StileChecks *checks,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What goes out: a document as JSON, and with a signature around it. */
GBytes *stile_prm_message_print (GVariant *document);
GBytes *stile_prm_message_sign (StileIdentity *identity,
                                GPtrArray *chain,
                                GBytes *content,
                                GVariant *members,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_prm_message_encode (GBytes *bytes);

G_END_DECLS

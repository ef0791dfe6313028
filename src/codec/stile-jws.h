/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-signature.h"

G_BEGIN_DECLS

/* The only one that BRSKI's messages must have (BOOTSTRAP 1.3), and R and S one after the other, 32 bytes each (RFC 7518
 * section 3.4). */
#define STILE_JWS_ALGORITHM "ES256"
#define STILE_JWS_HALF 32

StileSignatureMessage *
stile_jws_parse (GBytes *bytes, const char *const *understood, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_jws_join_signed_bytes (const char *protected_text, const char *payload);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/abstract.h>

#include "codec/stile-signature.h"

G_BEGIN_DECLS

StileSignatureMessage *stile_jws_parse (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_jws_sign (GBytes *content,
                        const char *type,
                        gnutls_privkey_t key,
                        GPtrArray *chain,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

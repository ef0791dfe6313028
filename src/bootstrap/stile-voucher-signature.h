/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-identity.h"
#include "codec/stile-signed-message.h"

G_BEGIN_DECLS

/* How registrar and MASA sign: with a key that is opened for this one signature, so that any thread may. */
GBytes *stile_voucher_signature_make (StileIdentity *identity,
                                      GPtrArray *chain,
                                      StileSignedFormat format,
                                      GBytes *content,
                                      gint64 now,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

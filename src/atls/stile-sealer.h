/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-keys.h"

G_BEGIN_DECLS

/* A session id: 128 random bits (PROTOCOL section 1). */
#define STILE_SEALER_ID_SIZE 16

/* After so many messages a session must be made anew (PROTOCOL section 2). */
#define STILE_SEALER_MAX_MESSAGES (G_GUINT64_CONSTANT (1) << 32)

typedef struct _StileSealer StileSealer;

StileSealer *stile_sealer_new (StileKeys *keys, StileRole role, const guint8 id[STILE_SEALER_ID_SIZE]);
void stile_sealer_free (StileSealer *self);
GBytes *stile_sealer_seal (StileSealer *self, guint64 sequence, GBytes *plaintext, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_sealer_open (StileSealer *self, GBytes *message, gsize limit, guint64 *sequence, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_sealer_read_address (GBytes *message,
                                    guint8 id[STILE_SEALER_ID_SIZE],
                                    guint64 *sequence,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileSealer, stile_sealer_free)

G_END_DECLS

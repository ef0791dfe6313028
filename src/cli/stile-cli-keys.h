/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-sealer.h"

G_BEGIN_DECLS

/**
 * StileCliKeys:
 *
 * The options that "seal" and "open" share: keying material from outside, to compare with another stack.
 */
typedef struct
{
  char *cipher;
  char *keys;
  char *sender;
  char *session;
} StileCliKeys;

void stile_cli_keys_clear (StileCliKeys *self);
StileSealer *stile_cli_keys_make_sealer (StileCliKeys *self, gboolean sealing, GError **error);
GBytes *stile_cli_keys_read_input (GError **error);
gboolean stile_cli_keys_write_output (GBytes *bytes, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StileCliKeys, stile_cli_keys_clear)

G_END_DECLS

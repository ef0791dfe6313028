/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * StileTrustState:
 * @STILE_TRUST_HOLDS: the program trusts the roots now; what it reads was used, not only looked at
 * @STILE_TRUST_FAILS: it reads the store and does not trust them
 * @STILE_TRUST_ELSEWHERE: it does not read this store; nothing that was done reaches it
 *
 * What was found for one program.
 */
typedef enum
{
  STILE_TRUST_HOLDS,
  STILE_TRUST_FAILS,
  STILE_TRUST_ELSEWHERE,
} StileTrustState;

#define STILE_TYPE_TRUST_RESULT (stile_trust_result_get_type ())
G_DECLARE_FINAL_TYPE (StileTrustResult, stile_trust_result, STILE, TRUST_RESULT, GObject)

StileTrustResult *stile_trust_result_new (const char *program, StileTrustState state, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
const char *stile_trust_result_get_program (StileTrustResult *self);
StileTrustState stile_trust_result_get_state (StileTrustResult *self);
const char *stile_trust_result_get_sentence (StileTrustResult *self);
gboolean stile_trust_result_all_hold (GPtrArray *results);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-error.h"

G_BEGIN_DECLS

#define STILE_TYPE_CHECKS (stile_checks_get_type ())
G_DECLARE_FINAL_TYPE (StileChecks, stile_checks, STILE, CHECKS, GObject)

/**
 * StileCheckResult:
 * @STILE_CHECK_PASSED: looked at, and right
 * @STILE_CHECK_NOTED: right only by leave of a policy or a reading that the RFC allows: somebody should know
 * @STILE_CHECK_SKIPPED: could not be made, with the reason
 * @STILE_CHECK_REFUSED: looked at, and wrong: the end
 */
typedef enum
{
  STILE_CHECK_PASSED,
  STILE_CHECK_NOTED,
  STILE_CHECK_SKIPPED,
  STILE_CHECK_REFUSED,
} StileCheckResult;

/* What a judge looked at, in order: check ids of BRSKI (P5, R4, M3), how each ended, and a sentence for people.  A list
 * of evidence for the page, the log and "stilectl voucher verify"; the roles decide by the gboolean that each call
 * returns, never by reading it again. */
StileChecks *stile_checks_new (void);
/* Both return TRUE, so that a check ends with "return stile_checks_pass (…)". */
gboolean stile_checks_pass (StileChecks *self, const char *id, const char *format, ...) G_GNUC_PRINTF (3, 4);
gboolean stile_checks_note (StileChecks *self, const char *id, const char *format, ...) G_GNUC_PRINTF (3, 4);
gboolean stile_checks_skip (StileChecks *self, const char *id, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* Returns FALSE, with @error "P8: sentence" of STILE_ERROR and @code. */
gboolean stile_checks_refuse (
    StileChecks *self, const char *id, GError **error, StileErrorCode code, const char *format, ...)
    G_GNUC_PRINTF (5, 6);

guint stile_checks_get_n (StileChecks *self);
const char *stile_checks_get_id (StileChecks *self, guint index);
StileCheckResult stile_checks_get_result (StileChecks *self, guint index);
const char *stile_checks_get_sentence (StileChecks *self, guint index);
/* The id of the check that refused, or NULL. */
const char *stile_checks_get_refused (StileChecks *self);
const char *stile_checks_get_result_name (StileCheckResult result);
/* [{"check": "P5", "result": "passed", "sentence": "…"}] (transfer floating) */
GVariant *stile_checks_to_variant (StileChecks *self);

G_END_DECLS

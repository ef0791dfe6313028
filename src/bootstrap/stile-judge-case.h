/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge.h"

G_BEGIN_DECLS

/* Clocks of two computers differ: so much of the future is still now. */
#define STILE_JUDGE_CASE_MAX_SKEW 300

/**
 * StileJudgeCase:
 * @judge: who judges, and what he knows
 * @checks: what was looked at
 * @judgement: what was found
 * @signer: index of the signature that @judgement's signer made
 *
 * One message before its judge, while the checks go over it one by one.
 */
typedef struct
{
  const StileJudge *judge;
  StileChecks *checks;
  StileJudgement *judgement;
  guint signer;
} StileJudgeCase;

/* One check of BOOTSTRAP section 2.  Each stands in a table, a row a check, so that it can be read in its order and taken
 * out by tests/checks/without-check. */
typedef gboolean (*StileJudgeCaseCheck) (StileJudgeCase *self, GError **error);

gboolean stile_judge_case_open (StileJudgeCase *self,
                                GBytes *bytes,
                                StileVoucherKind kind,
                                const char *form,
                                const char *content,
                                GError **error);
gboolean stile_judge_case_run (StileJudgeCase *self, const StileJudgeCaseCheck *checks, GError **error);

gboolean stile_judge_case_is_set (const StileJudgeCase *self, StileJudgePolicy policy);
gint64 stile_judge_case_get_time (const StileJudgeCase *self);
gboolean stile_judge_case_same_key (StileCertificate *one, StileCertificate *other);
gboolean stile_judge_case_check_form (StileJudgeCase *self, const char *id, GError **error);
gboolean
stile_judge_case_check_root (StileJudgeCase *self, const char *id, StileVoucherKind kind, GError **error);

G_END_DECLS

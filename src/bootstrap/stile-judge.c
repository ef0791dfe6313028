/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-judge.h"

#include "bootstrap/stile-judge-masa.h"
#include "bootstrap/stile-judge-pledge.h"
#include "bootstrap/stile-judge-registrar.h"

/* Judges the vouchers and requests of anybody, as the pledge, the registrar or the MASA that they come to.  The roles and
 * "stilectl voucher verify" ask the same judge; what is looked at, and in which order, is in a table for each role. */

/**
 * Court:
 * @form: the check that tells of bytes which are no signed message
 * @content: the one that tells of content which is no voucher
 * @kind: what is judged
 * @checks: in their order, NULL-terminated
 */
typedef struct
{
  const char *form;
  const char *content;
  StileVoucherKind kind;
  const StileJudgeCaseCheck *checks;
} Court;

static gboolean
run (const Court *court,
     const StileJudge *judge,
     GBytes *bytes,
     StileChecks *checks,
     StileJudgement *judgement,
     GError **error)
{
  StileJudgeCase opened = { .judge = judge, .checks = checks, .judgement = judgement };

  return stile_judge_case_open (&opened, bytes, court->kind, court->form, court->content, error) &&
         stile_judge_case_run (&opened, court->checks, error);
}

/**
 * stile_judge_as_pledge:
 * @bytes: a voucher, from anybody
 * @checks: gets what was looked at
 * @judgement: gets what was found, as far as it went; clear it
 * @error: %STILE_ERROR_UNTRUSTED or %STILE_ERROR_PROTOCOL, with the check's id in front
 *
 * Judges a voucher as the pledge that asked for it: P5 to P15.
 */
gboolean
stile_judge_as_pledge (
    const StileJudge *judge, GBytes *bytes, StileChecks *checks, StileJudgement *judgement, GError **error)
{
  static const Court court = { "P5", "P7", STILE_VOUCHER_ARTIFACT, stile_judge_pledge_checks };

  return run (&court, judge, bytes, checks, judgement, error);
}

/**
 * stile_judge_as_registrar:
 *
 * Judges a pledge's voucher request as the registrar that it came to: R1 to R4.
 */
gboolean
stile_judge_as_registrar (
    const StileJudge *judge, GBytes *bytes, StileChecks *checks, StileJudgement *judgement, GError **error)
{
  static const Court court = { "R2", "R3", STILE_VOUCHER_REQUEST, stile_judge_registrar_checks };

  return run (&court, judge, bytes, checks, judgement, error);
}

/**
 * stile_judge_as_masa:
 *
 * Judges a registrar's voucher request as the MASA: M1 to M5 and M7.  What needs records is the role's.
 */
gboolean
stile_judge_as_masa (
    const StileJudge *judge, GBytes *bytes, StileChecks *checks, StileJudgement *judgement, GError **error)
{
  static const Court court = { "M1", "M1", STILE_VOUCHER_REQUEST, stile_judge_masa_checks };

  return run (&court, judge, bytes, checks, judgement, error);
}

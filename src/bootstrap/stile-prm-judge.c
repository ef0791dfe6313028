/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-judge.h"

#include "bootstrap/stile-judge-masa.h"
#include "bootstrap/stile-judge-pledge.h"
#include "bootstrap/stile-judge-registrar.h"
#include "bootstrap/stile-prm-judge-masa.h"
#include "bootstrap/stile-prm-judge-pledge.h"
#include "bootstrap/stile-prm-judge-registrar.h"
#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-json.h"

/* Judges the vouchers and requests of BRSKI-PRM: what BRSKI looks at, and then what only PRM has (BOOTSTRAP 1.3).  No TLS
 * session ties the two ends together there, and so all of it is in what is signed. */

/**
 * Court:
 * @form: the check that tells of bytes which are no signed message
 * @content: the one that tells of content which is no voucher
 * @kind: what is judged
 * @brski: the checks of BRSKI, in their order
 * @prm: those of BRSKI-PRM, after them
 */
typedef struct
{
  const char *form;
  const char *content;
  StileVoucherKind kind;
  const StileJudgeCaseCheck *brski;
  const StilePrmCaseCheck *prm;
} Court;

static gboolean
run (const Court *court,
     const StileJudge *judge,
     GBytes *bytes,
     StileChecks *checks,
     StileJudgement *judgement,
     GError **error)
{
  g_auto (StilePrmCase) opened = { .base = { .judge = judge, .checks = checks, .judgement = judgement } };

  return stile_judge_case_open (&opened.base, bytes, court->kind, court->form, court->content, error) &&
         stile_judge_case_run (&opened.base, court->brski, error) &&
         stile_prm_case_run (&opened, court->prm, error);
}

static gboolean
says_agent_proximity (StileSignedMessage *message, StileVoucherKind kind)
{
  g_autoptr (StileVoucher) voucher =
      stile_voucher_json_parse (stile_signed_message_get_content (message), kind, NULL);

  return voucher != NULL && stile_voucher_get_fields (voucher)->assertion == STILE_ASSERTION_AGENT_PROXIMITY;
}

/**
 * stile_prm_judge_takes:
 * @bytes: a voucher or a request, from anybody
 *
 * Returns: whether it is to be judged here, and not by StileJudge
 */
gboolean
stile_prm_judge_takes (GBytes *bytes)
{
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (bytes, NULL);

  if (message == NULL || stile_signed_message_get_format (message) != STILE_SIGNED_JWS)
    return FALSE;

  return stile_signed_message_get_n_signers (message) > 1 ||
         says_agent_proximity (message, STILE_VOUCHER_ARTIFACT) ||
         says_agent_proximity (message, STILE_VOUCHER_REQUEST);
}

/**
 * stile_prm_judge_as_pledge:
 * @bytes: a voucher, from anybody
 * @checks: gets what was looked at
 * @judgement: gets what was found, as far as it went; clear it
 * @error: %STILE_ERROR_UNTRUSTED or %STILE_ERROR_PROTOCOL, with the check's id in front
 *
 * Judges a countersigned voucher as the pledge that asked for it.  Only when this says yes is the pin to be believed.
 */
gboolean
stile_prm_judge_as_pledge (
    const StileJudge *judge, GBytes *bytes, StileChecks *checks, StileJudgement *judgement, GError **error)
{
  static const Court court = { "P5", "P7", STILE_VOUCHER_ARTIFACT, stile_judge_pledge_prm_checks,
                               stile_prm_judge_pledge_checks };

  return run (&court, judge, bytes, checks, judgement, error);
}

/**
 * stile_prm_judge_as_registrar:
 *
 * Judges a pledge's voucher request as the registrar that an agent brings it to.
 */
gboolean
stile_prm_judge_as_registrar (
    const StileJudge *judge, GBytes *bytes, StileChecks *checks, StileJudgement *judgement, GError **error)
{
  static const Court court = { "R2", "R3", STILE_VOUCHER_REQUEST, stile_judge_registrar_prm_checks,
                               stile_prm_judge_registrar_checks };

  return run (&court, judge, bytes, checks, judgement, error);
}

/**
 * stile_prm_judge_as_masa:
 *
 * Judges a registrar's voucher request as the MASA.  What it may assert then: stile_prm_judge_get_assertion().
 */
gboolean
stile_prm_judge_as_masa (
    const StileJudge *judge, GBytes *bytes, StileChecks *checks, StileJudgement *judgement, GError **error)
{
  static const Court court = { "M1", "M1", STILE_VOUCHER_REQUEST, stile_judge_masa_prm_checks,
                               stile_prm_judge_masa_checks };

  return run (&court, judge, bytes, checks, judgement, error);
}

/**
 * stile_prm_judge_get_assertion:
 * @judgement: of a request that stile_prm_judge_as_masa() took
 *
 * Without the device's request nothing shows that it is there, and without "agent-sign-cert" nobody can tell who stood
 * before it (BRSKI-PRM section 7.3.1).
 *
 * Returns: the most that the voucher may say
 */
StileAssertion
stile_prm_judge_get_assertion (const StileJudgement *judgement)
{
  GVariant *more = stile_voucher_get_fields (judgement->voucher)->more;
  g_autoptr (GVariant) agent = more != NULL ? stile_json_get_member (more, "agent-sign-cert") : NULL;

  return judgement->prior != NULL && agent != NULL ? STILE_ASSERTION_AGENT_PROXIMITY : STILE_ASSERTION_LOGGED;
}

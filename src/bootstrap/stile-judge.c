/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-judge.h"

#include <glib/gi18n-lib.h>

#include "bootstrap/stile-judge-masa.h"
#include "bootstrap/stile-judge-pledge.h"
#include "bootstrap/stile-judge-registrar.h"
#include "bootstrap/stile-voucher-json.h"

/* Judges the vouchers and requests of anybody, as the pledge, the registrar or the MASA that they come to.  The roles and
 * "stilectl voucher verify" ask the same judge; what is looked at, and in which order, is in a table for each role. */

/* Some send base64 where the RFC says DER (BOOTSTRAP section 6, 1). */
static GBytes *
unwrap_base64 (GBytes *bytes)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autofree char *copy = g_strndup (text != NULL ? text : "", length);
  guchar *der;

  if (length == 0 || *text != 'M')
    return NULL;

  der = g_base64_decode (copy, &length);
  return g_bytes_new_take (der, length);
}

static StileSignedMessage *
read_message (const StileJudge *judge, GBytes *bytes, StileChecks *checks, const char *id, GError **error)
{
  StileSignedMessage *message = stile_signed_message_parse (bytes, error);
  g_autoptr (GBytes) der = NULL;

  if (message != NULL || (judge->policy & STILE_JUDGE_COMPAT) == 0)
    return message;
  der = unwrap_base64 (bytes);
  if (der == NULL)
    return NULL;

  g_clear_error (error);
  message = stile_signed_message_parse (der, error);
  if (message != NULL)
    stile_checks_note (checks, id, _ ("It came in base64, and not as the bytes themselves"));
  return message;
}

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
open_case (const Court *court, const StileJudge *judge, GBytes *bytes, StileJudgeCase *opened, GError **error)
{
  StileJudgement *judgement = opened->judgement;
  g_autoptr (GError) reason = NULL;

  judgement->message = read_message (judge, bytes, opened->checks, court->form, &reason);
  if (judgement->message == NULL)
    return stile_checks_refuse (opened->checks, court->form, error, STILE_ERROR_PROTOCOL, "%s",
                                reason->message);

  judgement->voucher =
      stile_voucher_json_parse (stile_signed_message_get_content (judgement->message), court->kind, &reason);
  if (judgement->voucher == NULL)
    return stile_checks_refuse (opened->checks, court->content, error, (StileErrorCode)reason->code, "%s",
                                reason->message);

  return TRUE;
}

static gboolean
run (const Court *court,
     const StileJudge *judge,
     GBytes *bytes,
     StileChecks *checks,
     StileJudgement *judgement,
     GError **error)
{
  StileJudgeCase opened = { .judge = judge, .checks = checks, .judgement = judgement };

  if (!open_case (court, judge, bytes, &opened, error))
    return FALSE;
  for (guint i = 0; court->checks[i] != NULL; i++)
    if (!court->checks[i](&opened, error))
      return FALSE;

  return TRUE;
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

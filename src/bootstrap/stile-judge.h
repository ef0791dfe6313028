/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-checks.h"
#include "bootstrap/stile-judgement.h"

G_BEGIN_DECLS

/**
 * StileJudgePolicy:
 * @STILE_JUDGE_COMPAT: what known peers get wrong is noted, not refused: any root name that ends in ":voucher" or is
 *   empty, id-ct content without signed attributes, base64 where DER belongs
 * @STILE_JUDGE_NONCE_REQUIRED: a voucher without a nonce is refused (P10)
 * @STILE_JUDGE_NO_CLOCK: the clock is not trusted: no date is looked at (P12)
 * @STILE_JUDGE_VERIFIED_ONLY: only the assertion "verified" will do (P11)
 * @STILE_JUDGE_REVOCATION: revocation of the domain's certificates can be checked (P15)
 * @STILE_JUDGE_IDEVID_MAY_END: an IDevID that has run out is still one (R1)
 */
typedef enum
{
  STILE_JUDGE_DEFAULT = 0,
  STILE_JUDGE_COMPAT = 1 << 0,
  STILE_JUDGE_NONCE_REQUIRED = 1 << 1,
  STILE_JUDGE_NO_CLOCK = 1 << 2,
  STILE_JUDGE_VERIFIED_ONLY = 1 << 3,
  STILE_JUDGE_REVOCATION = 1 << 4,
  STILE_JUDGE_IDEVID_MAY_END = 1 << 5,
} StileJudgePolicy;

/**
 * StileJudge:
 * @policy: switches
 * @at: Unix seconds of the judgement
 * @anchors: (nullable) (element-type StileCertificate): pledge: the manufacturer's voucher anchors (P5); registrar and
 *   MASA: the anchors of the IDevIDs (R1, M3)
 * @serial: (nullable): pledge: its own serial number (P8)
 * @nonce: (nullable): pledge: the nonce it sent, as it sent it (P10)
 * @idevid: (nullable): pledge: its own certificate (P8, P9); registrar: what the TLS client showed (R1..R3)
 * @peer_chain: (nullable) (element-type StileCertificate): pledge: what the registrar showed in the inner TLS, leaf first
 *   (P14); registrar: what the pledge showed, leaf first (R1); MASA: what the registrar showed (M5), or NULL
 * @own: (nullable): registrar: its own TLS certificate (R4)
 * @agent_chain: (nullable) (element-type StileCertificate): registrar in BRSKI-PRM: what the Registrar-Agent showed in TLS,
 *   leaf first (R12)
 * @agent_anchors: (nullable) (element-type StileCertificate): registrar in BRSKI-PRM: who issues the certificates of agents;
 *   a CA for them alone tells them from the other devices of the domain (R12)
 * @domain: (nullable) (element-type StileCertificate): registrar in BRSKI-PRM: the anchors under which its domain's
 *   registrars are (R12)
 *
 * What somebody who judges a voucher or a request may know.  Borrowed.  What is not known cannot be checked, and the
 * check is then recorded as skipped; the roles always fill in all that their checks need.
 */
typedef struct
{
  StileJudgePolicy policy;
  gint64 at;
  GPtrArray *anchors;
  const char *serial;
  const char *nonce;
  StileCertificate *idevid;
  GPtrArray *peer_chain;
  StileCertificate *own;
  GPtrArray *agent_chain;
  GPtrArray *agent_anchors;
  GPtrArray *domain;
} StileJudge;

/* A voucher, as the pledge that asked for it: P5 to P15.  @judgement is filled as far as it went, whatever the result. */
gboolean stile_judge_as_pledge (const StileJudge *judge,
                                GBytes *bytes,
                                StileChecks *checks,
                                StileJudgement *judgement,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A pledge's voucher request, as the registrar that it came to: R1 to R4. */
gboolean stile_judge_as_registrar (const StileJudge *judge,
                                   GBytes *bytes,
                                   StileChecks *checks,
                                   StileJudgement *judgement,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A registrar's voucher request, as the MASA: M1 to M5 and M7.  What needs records (M6, M8, M9) is the role's. */
gboolean stile_judge_as_masa (const StileJudge *judge,
                              GBytes *bytes,
                              StileChecks *checks,
                              StileJudgement *judgement,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

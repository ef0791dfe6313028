/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-judge.h"
#include "support/test-pki.h"

G_BEGIN_DECLS

#define COURT_SERIAL "PID:X1 SN:0007"
#define COURT_NONCE "zlHgpVRJCKS5mzm5tZ9kGQ=="

/*
 * Everybody who has a part in a voucher, on the spot: a manufacturer with its MASA and a device, a domain with its
 * registrar, and strangers.  The judge knows what a judge should know; a test takes something away or changes it, and
 * looks at what is said.
 */
typedef struct
{
  TestPki *manufacturer; /* one CA for devices and vouchers, as in RFC 8995 appendix C */
  TestPki *masa;
  TestPki *device;
  TestPki *other_device; /* of the same manufacturer */
  TestPki *domain;
  TestPki *registrar; /* has id-kp-cmcRA */
  TestPki *stranger;  /* a CA that nobody knows */
  TestPki *strange_masa;
  TestPki *strange_registrar;

  GPtrArray *anchors;
  GPtrArray *registrar_chain;
  GPtrArray *device_chain;
  gint64 now;

  StileJudge judge;
  StileVoucherFields fields; /* what court_sign_voucher() makes a voucher of */
  StileChecks *checks;
  StileJudgement judgement;
} Court;

void court_set_up_pledge (Court *self, gconstpointer data);
void court_set_up_registrar (Court *self, gconstpointer data);
void court_set_up_masa (Court *self, gconstpointer data);
void court_tear_down (Court *self, gconstpointer data);

/* (transfer full) */
GBytes *court_print (Court *self, StileVoucherKind kind);
GBytes *court_sign (GBytes *content, TestPki *signer);
GBytes *court_sign_text (const char *json, TestPki *signer);
GBytes *court_sign_fields (Court *self, StileVoucherKind kind, TestPki *signer);

typedef gboolean (*CourtJudge) (
    const StileJudge *judge, GBytes *bytes, StileChecks *checks, StileJudgement *judgement, GError **error);

/* Judges @bytes (transfer full), and wants it accepted, or refused by exactly this check and for this reason. */
void court_expect_accepted (Court *self, CourtJudge judge, GBytes *bytes);
void court_expect_refused (Court *self, CourtJudge judge, GBytes *bytes, const char *id, int code);
/* Whether the check is among those that were made, and how it ended. */
void court_expect_check (Court *self, const char *id, StileCheckResult result);

G_END_DECLS

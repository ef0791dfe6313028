/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-http-message.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/* RFC 8995 section 5. */
#define STILE_VOUCHER_ANSWER_REQUEST_PATH "/.well-known/brski/requestvoucher"
#define STILE_VOUCHER_ANSWER_STATUS_PATH "/.well-known/brski/voucher_status"
#define STILE_VOUCHER_ANSWER_ENROL_STATUS_PATH "/.well-known/brski/enrollstatus"

/* RFC 8995 section 5.6: a registrar may ask for less than a minute; whoever says more is asked after a minute. */
#define STILE_VOUCHER_ANSWER_MAX_WAIT 60

/* What is shown of a registrar's own words. */
#define STILE_VOUCHER_ANSWER_MAX_WORDS 500

/**
 * StileVoucherAnswerKind:
 * @STILE_VOUCHER_ANSWER_VOUCHER: here it is
 * @STILE_VOUCHER_ANSWER_WAIT: somebody must decide; ask again with the same bytes
 * @STILE_VOUCHER_ANSWER_ELSEWHERE: ask at another place
 */
typedef enum
{
  STILE_VOUCHER_ANSWER_VOUCHER,
  STILE_VOUCHER_ANSWER_WAIT,
  STILE_VOUCHER_ANSWER_ELSEWHERE,
} StileVoucherAnswerKind;

/**
 * StileVoucherAnswer:
 * @kind: what came
 * @voucher: the very bytes, or %NULL
 * @seconds: how long to wait
 * @words: (nullable): what the registrar says to people, cleaned
 * @location: (nullable): where else, as it was sent
 * @status: the status that it came with
 */
typedef struct
{
  StileVoucherAnswerKind kind;
  GBytes *voucher;
  guint seconds;
  char *words;
  char *location;
  guint status;
} StileVoucherAnswer;

void stile_voucher_answer_clear (StileVoucherAnswer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StileVoucherAnswer, stile_voucher_answer_clear)

StileHttpMessage *stile_voucher_answer_ask (const char *host, GBytes *request);
gboolean stile_voucher_answer_read (StileVoucherAnswer *self,
                                    StileHttpMessage *response,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

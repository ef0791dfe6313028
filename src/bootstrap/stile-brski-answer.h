/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-checks.h"
#include "codec/stile-http-message.h"

G_BEGIN_DECLS

/* What vouchers and requests for them may be in. */
extern const char *const stile_brski_answer_voucher_types[];

/* What registrar and MASA answer, and what they look at before they read a request (RFC 8995 sections 5.3 and 5.6). */
StileHttpMessage *stile_brski_answer_new (const char *media_type, GBytes *content);
StileHttpMessage *stile_brski_answer_refuse (guint status, const char *sentence);
StileHttpMessage *stile_brski_answer_wait (guint status, guint seconds, const char *sentence);
StileHttpMessage *stile_brski_answer_judged (StileChecks *checks, const GError *error);

const char *stile_brski_answer_find_type (StileHttpMessage *message, const char *const *types);
StileHttpMessage *
stile_brski_answer_check_request (StileHttpMessage *request, const char *const *types, gsize limit);
StileHttpMessage *stile_brski_answer_check_accept (StileHttpMessage *request, const char *type);

G_END_DECLS

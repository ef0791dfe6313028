/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"
#include "codec/stile-http-message.h"

G_BEGIN_DECLS

/* RFC 7030 section 4.1. */
#define STILE_EST_CLIENT_CACERTS_PATH "/.well-known/est/cacerts"

/* A domain has a root or two, a rollover adds three (RFC 7030 section 4.1.3). */
#define STILE_EST_CLIENT_MAX_ROOTS 64

StileHttpMessage *stile_est_client_ask_roots (const char *host);
GPtrArray *stile_est_client_read_roots (StileHttpMessage *response, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "codec/stile-certificate.h"
#include "codec/stile-csr-attributes.h"
#include "codec/stile-http-message.h"

G_BEGIN_DECLS

/* What a service says about a refusal is for people (RFC 7030 section 4.2.3): more than this nobody reads. */
#define STILE_EST_ANSWER_MAX_TEXT 400

/* A domain has a root or two, a rollover adds three (RFC 7030 section 4.1.3). */
#define STILE_EST_ANSWER_MAX_ROOTS 64

/* A leaf, and perhaps the way to the root (RFC 7030 section 4.2.3 has the leaf alone). */
#define STILE_EST_ANSWER_MAX_CERTIFICATES 16

/* A key that the service made: PKCS #8 of RSA 16384 is 10 KB. */
#define STILE_EST_ANSWER_MAX_KEY_SIZE (16 * 1024)

gboolean stile_est_answer_is (StileHttpMessage *response, const char *media_type);
gboolean stile_est_answer_is_certificates (const char *content_type);
char *stile_est_answer_get_text (StileHttpMessage *response);
void stile_est_answer_refuse (StileHttpMessage *response, GError **error);
gboolean stile_est_answer_check (StileHttpMessage *response,
                                 const char *media_type,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

GPtrArray *stile_est_answer_read_roots (StileHttpMessage *response, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileCsrAttributes *stile_est_answer_read_attributes (StileHttpMessage *response,
                                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_est_answer_read_certificates (StileHttpMessage *response,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_est_answer_read_key (StileHttpMessage *response,
                                      GBytes **key,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

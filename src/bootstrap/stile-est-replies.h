/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/x509.h>

#include "codec/stile-certificate.h"
#include "codec/stile-http-message.h"

G_BEGIN_DECLS

StileHttpMessage *stile_est_replies_refuse (guint status, const char *sentence);
StileHttpMessage *stile_est_replies_fail (const GError *error);
StileHttpMessage *stile_est_replies_body (const char *media_type, GBytes *body);
StileHttpMessage *stile_est_replies_certificate (StileCertificate *certificate);
StileHttpMessage *stile_est_replies_key (gnutls_x509_privkey_t key, StileCertificate *certificate);

gboolean stile_est_replies_is_wanted (StileHttpMessage *request, const char *media_type);

G_END_DECLS

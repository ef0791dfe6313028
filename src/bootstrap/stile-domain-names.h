/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate-request.h"

G_BEGIN_DECLS

/* Names in one certificate that are asked for: a server's own and some aliases. */
#define STILE_DOMAIN_NAMES_MAX 32

#define STILE_DOMAIN_NAMES_OID "2.5.29.17"

gboolean stile_domain_names_is_under (const char *name, const char *const *domains);
gboolean stile_domain_names_copy (gnutls_x509_crt_t crt,
                                  StileCertificateRequest *request,
                                  const char *const *domains,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_domain_names_of_certificate (StileCertificate *certificate);
gboolean stile_domain_names_repeat (gnutls_x509_crt_t crt,
                                    StileCertificate *certificate,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

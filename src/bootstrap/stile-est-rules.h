/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-exchange.h"
#include "codec/stile-certificate-request.h"
#include "codec/stile-csr-attributes.h"

G_BEGIN_DECLS

gboolean stile_est_rules_check_key (StileCertificateRequest *request,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_est_rules_check_linking (StileCertificateRequest *request,
                                        StileCsrAttributes *attributes,
                                        const char *binding,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_est_rules_check_attributes (StileCertificateRequest *request,
                                           StileCsrAttributes *attributes,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_est_rules_check_extensions (StileCertificateRequest *request,
                                           StileCsrAttributes *attributes,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_est_rules_check_renewal (StileCertificateRequest *request,
                                        StileCertificate *certificate,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_est_rules_check_subject (StileCertificateRequest *request,
                                        const char *device,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_est_rules_check_unwrapped (StileCertificateRequest *request,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/* A PEM file or PKCS #7: Debian's whole system store is 220 KB. */
#define STILE_CERTIFICATE_BUNDLE_MAX_SIZE (4 * 1024 * 1024)
#define STILE_CERTIFICATE_BUNDLE_MAX_COUNT 1024

GPtrArray *stile_certificate_bundle_parse_pem (GBytes *pem, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_certificate_bundle_load_pem (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_certificate_bundle_to_pem (GPtrArray *certificates);
GPtrArray *stile_certificate_bundle_parse_der (GBytes *ders, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_certificate_bundle_to_der (GPtrArray *certificates);
GPtrArray *stile_certificate_bundle_parse_pkcs7 (GBytes *der, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_certificate_bundle_to_pkcs7 (GPtrArray *certificates, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_certificate_bundle_parse_est (GBytes *body, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_certificate_bundle_to_est (GPtrArray *certificates, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_certificate_bundle_verify (GPtrArray *chain,
                                          GPtrArray *anchors,
                                          const char *host,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

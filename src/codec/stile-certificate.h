/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

G_BEGIN_DECLS

#define STILE_TYPE_CERTIFICATE (stile_certificate_get_type ())
G_DECLARE_FINAL_TYPE (StileCertificate, stile_certificate, STILE, CERTIFICATE, GObject)

/* One certificate: qualified ones with many names reach 10 KB, nothing honest passes this. */
#define STILE_CERTIFICATE_MAX_SIZE (64 * 1024)

StileCertificate *stile_certificate_new_from_der (GBytes *der, GError **error) G_GNUC_WARN_UNUSED_RESULT;

GBytes *stile_certificate_get_der (StileCertificate *self);
char *stile_certificate_to_pem (StileCertificate *self);
const char *stile_certificate_get_subject (StileCertificate *self);
const char *stile_certificate_get_issuer (StileCertificate *self);
const char *stile_certificate_get_name (StileCertificate *self);
const char *stile_certificate_get_issuer_name (StileCertificate *self);
const char *stile_certificate_get_organization (StileCertificate *self);
const char *stile_certificate_get_serial (StileCertificate *self);
const char *stile_certificate_get_fingerprint (StileCertificate *self);
const char *stile_certificate_get_key_description (StileCertificate *self);
GDateTime *stile_certificate_get_not_before (StileCertificate *self);
GDateTime *stile_certificate_get_not_after (StileCertificate *self);
gboolean stile_certificate_is_valid_at (StileCertificate *self, gint64 unix_seconds);
gboolean stile_certificate_is_authority (StileCertificate *self);
gboolean stile_certificate_is_self_issued (StileCertificate *self);
gboolean stile_certificate_is_issued_by (StileCertificate *self, StileCertificate *issuer);
gboolean stile_certificate_matches_host (StileCertificate *self, const char *host);
char **stile_certificate_get_host_names (StileCertificate *self);
gboolean stile_certificate_equal (StileCertificate *self, StileCertificate *other);
GVariant *stile_certificate_to_variant (StileCertificate *self);
gnutls_x509_crt_t stile_certificate_get_x509 (StileCertificate *self);

G_END_DECLS

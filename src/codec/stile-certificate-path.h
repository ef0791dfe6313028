/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/* "At no time": dates are not looked at. */
#define STILE_CERTIFICATE_PATH_NO_TIME G_MININT64

/**
 * StileCertificatePathFlags:
 * @STILE_CERTIFICATE_PATH_DEFAULT: nothing special
 * @STILE_CERTIFICATE_PATH_IGNORE_LEAF_END: the first certificate may have run out (RFC 8995 section 2.6.2)
 */
typedef enum
{
  STILE_CERTIFICATE_PATH_DEFAULT = 0,
  STILE_CERTIFICATE_PATH_IGNORE_LEAF_END = 1 << 0,
} StileCertificatePathFlags;

/* Whether @chain (leaf first; what follows is path material in any order, and proves nothing) leads to one of @anchors
 * at @at (Unix seconds).  The anchors are the sole ones.  An anchor may be a root, an intermediate, or the leaf itself
 * (BOOTSTRAP P14), and a purpose is not looked at: that is stile_certificate_path_has_purpose().  The error is
 * G_TLS_ERROR_BAD_CERTIFICATE with a sentence for people.  @anchor, when not NULL, gets the anchor that it led to,
 * (transfer full). */
gboolean stile_certificate_path_verify (GPtrArray *chain,
                                        GPtrArray *anchors,
                                        gint64 at,
                                        StileCertificatePathFlags flags,
                                        StileCertificate **anchor,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* RFC 7030 section 3.6.1. */
#define STILE_PURPOSE_CMC_RA "1.3.6.1.5.5.7.3.28"

/* Facts that BRSKI reads from certificates; NULL where there is none. */
gboolean stile_certificate_path_has_purpose (StileCertificate *certificate, const char *oid);
/* The whole X520SerialNumber attribute of the subject, byte for byte (RFC 8995 section 2.3.1); NULL too when there are
 * several, or when it holds a NUL. (transfer full) */
char *stile_certificate_path_get_device_serial (StileCertificate *certificate);
/* id-pe-masa-url, as it stands (RFC 8995 section 2.3.2). (transfer full) */
char *stile_certificate_path_get_masa_url (StileCertificate *certificate);
/* The AKI's key identifier alone, without any wrapper; NULL without the extension. (transfer full) */
GBytes *stile_certificate_path_get_authority_key_id (StileCertificate *certificate);
/* SubjectKeyIdentifier; NULL without the extension. (transfer full) */
GBytes *stile_certificate_path_get_subject_key_id (StileCertificate *certificate);
/* RFC 8995 section 5.8.2: the SubjectKeyIdentifier, else SHA-256 of the SPKI, in base64. (transfer full) */
char *stile_certificate_path_get_domain_id (StileCertificate *certificate);
/* The SubjectPublicKeyInfo in DER. (transfer full) */
GBytes *stile_certificate_path_get_public_key (StileCertificate *certificate);
/* The issuer's key id in the wrapper that RFC 8366's idevid-issuer has, 04 18 30 16 80 14 …; without an AKI the SHA-1 of
 * the certificate's own public key in it (8366bis section 6.1). (transfer full) */
GBytes *stile_certificate_path_get_idevid_issuer (StileCertificate *certificate);
/* The key id in any of the three forms that are seen (BOOTSTRAP 1.1); NULL for others. (transfer full) */
GBytes *stile_certificate_path_read_idevid_issuer (GBytes *value);

G_END_DECLS

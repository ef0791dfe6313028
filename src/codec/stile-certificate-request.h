/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/abstract.h>

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

#define STILE_TYPE_CERTIFICATE_REQUEST (stile_certificate_request_get_type ())
G_DECLARE_FINAL_TYPE (StileCertificateRequest, stile_certificate_request, STILE, CERTIFICATE_REQUEST, GObject)

/* PKCS #10 (RFC 2986): a key, a name, some attributes; RSA 16384 is 4 KB. */
#define STILE_CERTIFICATE_REQUEST_MAX_SIZE (16 * 1024)

/**
 * StileCertificateRequestTemplate:
 * @subject: (nullable): DER of the Name to ask for; else @common_name and @serial_number
 * @common_name: (nullable): CN
 * @serial_number: (nullable): X520SerialNumber
 * @dns_names: (nullable) (array zero-terminated=1): subject alternative names
 * @subject_alt_name: (nullable): DER of the extension's value to copy (a renewal keeps it, RFC 7030 section 4.2.2);
 *   instead of @dns_names
 * @challenge_password: (nullable): the proof-of-possession linking (RFC 7030 section 3.5)
 * @extensions: (nullable): OID → GBytes of the DER value, what csrattrs demand more
 * @hash: GNUTLS_DIG_UNKNOWN for what fits the key
 */
typedef struct
{
  GBytes *subject;
  const char *common_name;
  const char *serial_number;
  const char *const *dns_names;
  GBytes *subject_alt_name;
  const char *challenge_password;
  GHashTable *extensions;
  gnutls_digest_algorithm_t hash;
} StileCertificateRequestTemplate;

StileCertificateRequest *stile_certificate_request_new_from_der (GBytes *der,
                                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* An EST body: base64 with any white space, DER, or PEM (RFC 8951 section 3). */
StileCertificateRequest *stile_certificate_request_parse_est (GBytes *body,
                                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileCertificateRequest *stile_certificate_request_create (const StileCertificateRequestTemplate *wanted,
                                                           gnutls_privkey_t key,
                                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

GBytes *stile_certificate_request_get_der (StileCertificateRequest *self);
/* base64 in lines of 64 with a final newline (BOOTSTRAP 1.2). (transfer full) */
GBytes *stile_certificate_request_to_est (StileCertificateRequest *self);
const char *stile_certificate_request_get_subject (StileCertificateRequest *self);
/* DER of the Name. (transfer full) */
GBytes *stile_certificate_request_get_subject_der (StileCertificateRequest *self);
/* DER of the SubjectPublicKeyInfo. (transfer full) */
GBytes *stile_certificate_request_get_public_key (StileCertificateRequest *self);
/* (nullable) */
const char *stile_certificate_request_get_challenge_password (StileCertificateRequest *self);
/* DER of the requested extension's value, or NULL. (transfer full) */
GBytes *stile_certificate_request_get_extension (StileCertificateRequest *self, const char *oid);
/* OIDs of all requested extensions, in order; NULL-terminated. (transfer full) */
char **stile_certificate_request_list_extensions (StileCertificateRequest *self);
/* OIDs of all attributes, in order. (transfer full) */
char **stile_certificate_request_list_attributes (StileCertificateRequest *self);
/* Whether whoever made it holds the private key: its signature (RFC 2986 section 4.2). */
gboolean stile_certificate_request_verify (StileCertificateRequest *self,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
gnutls_x509_crq_t stile_certificate_request_get_x509 (StileCertificateRequest *self);

G_END_DECLS

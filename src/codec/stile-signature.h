/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/* No signing time was given. */
#define STILE_SIGNATURE_NO_TIME G_MININT64

/**
 * StileSignature:
 * @signed_bytes: what was signed, exactly
 * @value: the signature as GnuTLS takes it: ECDSA in DER
 * @algorithm: %GNUTLS_SIGN_UNKNOWN when @problem says why
 * @name: the algorithm for people, "ECDSA-SHA256", or its object identifier
 * @curve: the only curve that the algorithm is defined for, or %GNUTLS_ECC_CURVE_INVALID
 * @signing_time: what the signer says, Unix seconds, or %STILE_SIGNATURE_NO_TIME
 * @has_attributes: whether it covers attributes, and the content by its digest there
 * @certificates: (element-type StileCertificate): what came along as path material
 * @signer: (nullable): the certificate in the message that the signature names
 * @header: (nullable): JWS: the protected header, a{sv}
 * @problem: (nullable): why it cannot hold with any key
 *
 * One signature of a signed message, CMS and JWS alike.
 */
typedef struct
{
  GBytes *signed_bytes;
  GBytes *value;
  gnutls_sign_algorithm_t algorithm;
  char *name;
  gnutls_ecc_curve_t curve;
  gint64 signing_time;
  gboolean has_attributes;
  GPtrArray *certificates;
  StileCertificate *signer;
  GVariant *header;
  GError *problem;
} StileSignature;

/**
 * StileSignatureMessage:
 * @content: what is signed
 * @content_type: its type; "" when the message does not say
 * @certificates: (element-type StileCertificate): all of the message
 * @signatures: (element-type StileSignature): at least one
 *
 * What a message of either format is taken apart into.
 */
typedef struct
{
  GBytes *content;
  char *content_type;
  GPtrArray *certificates;
  GPtrArray *signatures;
} StileSignatureMessage;

StileSignature *stile_signature_new (void);
void stile_signature_free (StileSignature *self);
gboolean stile_signature_verify (const StileSignature *self,
                                 StileCertificate *certificate,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

StileSignatureMessage *stile_signature_message_new (void);
void stile_signature_message_free (StileSignatureMessage *self);
gboolean stile_signature_message_add_certificate (StileSignatureMessage *self,
                                                  GBytes *der,
                                                  StileCertificate **certificate,
                                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_signature_message_check_signers (gsize count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileSignature, stile_signature_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileSignatureMessage, stile_signature_message_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/abstract.h>

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

#define STILE_TYPE_SIGNED_MESSAGE (stile_signed_message_get_type ())
G_DECLARE_FINAL_TYPE (StileSignedMessage, stile_signed_message, STILE, SIGNED_MESSAGE, GObject)

/* A voucher request holds another one in base64, each with a chain: 10 KB is much (BOOTSTRAP P3). */
#define STILE_SIGNED_MESSAGE_MAX_SIZE (64 * 1024)

/* One signs a voucher, two a BRSKI-PRM voucher; each signature costs a verification. */
#define STILE_SIGNED_MESSAGE_MAX_SIGNERS 4
#define STILE_SIGNED_MESSAGE_MAX_CERTIFICATES 16

/* RFC 8366 section 8.4, and what older software writes in its place (RFC 5652 section 4). */
#define STILE_CONTENT_TYPE_VOUCHER "1.2.840.113549.1.9.16.1.40"
#define STILE_CONTENT_TYPE_DATA "1.2.840.113549.1.7.1"

/**
 * StileSignedFormat:
 * @STILE_SIGNED_CMS: SignedData in a ContentInfo, DER or BER (RFC 5652)
 * @STILE_SIGNED_JWS: general JSON serialization (RFC 7515 section 7.2.1)
 */
typedef enum
{
  STILE_SIGNED_CMS,
  STILE_SIGNED_JWS,
} StileSignedFormat;

/* Reading.  Nothing is believed by parsing: signatures are checked one by one, with a certificate that the caller got
 * from anywhere, and who that certificate belongs to is StileCertificatePath's matter. */
StileSignedMessage *stile_signed_message_parse (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileSignedMessage *stile_signed_message_parse_as (GBytes *bytes,
                                                   StileSignedFormat format,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A JWS whose critical header members (RFC 7515 section 4.1.11) may be those of @understood: whoever names one has to look at
 * it.  The other two take a message with none. */
StileSignedMessage *stile_signed_message_parse_jws (GBytes *bytes,
                                                    const char *const *understood,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

StileSignedFormat stile_signed_message_get_format (StileSignedMessage *self);
GBytes *stile_signed_message_get_bytes (StileSignedMessage *self);
GBytes *stile_signed_message_get_content (StileSignedMessage *self);
const char *stile_signed_message_get_content_type (StileSignedMessage *self);
GPtrArray *stile_signed_message_get_certificates (StileSignedMessage *self);

guint stile_signed_message_get_n_signers (StileSignedMessage *self);
StileCertificate *stile_signed_message_get_signer (StileSignedMessage *self, guint index);
GPtrArray *stile_signed_message_get_signer_chain (StileSignedMessage *self, guint index);
const char *stile_signed_message_get_algorithm (StileSignedMessage *self, guint index);
/* The protected header of a JWS, a{sv}; NULL for CMS. (transfer none) */
GVariant *stile_signed_message_get_header (StileSignedMessage *self, guint index);
gint64 stile_signed_message_get_signing_time (StileSignedMessage *self, guint index);
gboolean stile_signed_message_has_signed_attributes (StileSignedMessage *self, guint index);
gboolean stile_signed_message_verify (StileSignedMessage *self,
                                      guint index,
                                      StileCertificate *certificate,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writing: DER, version 3, SHA-256 (SHA-384 for P-384), signed attributes, encapsulated content. */
GBytes *stile_signed_message_sign_cms (GBytes *content,
                                       const char *content_type,
                                       gnutls_privkey_t key,
                                       GPtrArray *chain,
                                       gint64 signing_time,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* ES256 only; @type is the protected header's "typ", or NULL. */
GBytes *stile_signed_message_sign_jws (GBytes *content,
                                       const char *type,
                                       gnutls_privkey_t key,
                                       GPtrArray *chain,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same with more in the protected header: "typ", "kid" (which takes the place of "x5c"), "crit" and what it names. */
GBytes *stile_signed_message_sign_jws_with (GBytes *content,
                                            GVariant *members,
                                            gnutls_privkey_t key,
                                            GPtrArray *chain,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One signature more, the last, over the same payload, letter for letter. */
GBytes *stile_signed_message_sign_jws_again (StileSignedMessage *self,
                                             GVariant *members,
                                             gnutls_privkey_t key,
                                             GPtrArray *chain,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

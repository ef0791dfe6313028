/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-signed-message.h"

G_BEGIN_DECLS

#define STILE_TYPE_VOUCHER (stile_voucher_get_type ())
G_DECLARE_FINAL_TYPE (StileVoucher, stile_voucher, STILE, VOUCHER, GObject)

#define STILE_VOUCHER_CMS_MEDIA_TYPE "application/voucher-cms+json"
#define STILE_VOUCHER_JWS_MEDIA_TYPE "application/voucher-jws+json"

/* RFC 8366 section 5.3: 8 to 32 octets, in base64 with padding; older software writes base64url. */
#define STILE_VOUCHER_MAX_NONCE 64

/**
 * StileVoucherKind:
 * @STILE_VOUCHER_ARTIFACT: "ietf-voucher:voucher" (RFC 8366 section 5)
 * @STILE_VOUCHER_REQUEST: "ietf-voucher-request:voucher" (RFC 8995 section 3)
 */
typedef enum
{
  STILE_VOUCHER_ARTIFACT,
  STILE_VOUCHER_REQUEST,
} StileVoucherKind;

/**
 * StileAssertion:
 *
 * RFC 8366 section 5.3, and "agent-proximity" of 8366bis.  %STILE_ASSERTION_NONE: the member is missing.
 */
typedef enum
{
  STILE_ASSERTION_NONE,
  STILE_ASSERTION_VERIFIED,
  STILE_ASSERTION_LOGGED,
  STILE_ASSERTION_PROXIMITY,
  STILE_ASSERTION_AGENT_PROXIMITY,
  STILE_ASSERTION_UNKNOWN,
} StileAssertion;

/**
 * StileRevocation:
 *
 * "domain-cert-revocation-checks": three answers, since to leave it out is none of the other two.
 */
typedef enum
{
  STILE_REVOCATION_UNSAID,
  STILE_REVOCATION_REQUIRED,
  STILE_REVOCATION_FORBIDDEN,
} StileRevocation;

/* There is no such date in the voucher. */
#define STILE_VOUCHER_NO_DATE G_MININT64

/**
 * StileVoucherFields:
 *
 * What a voucher or a voucher request says, as a plain value: strings as they were transmitted, binaries decoded, dates in
 * Unix seconds.  What is %NULL, NONE, UNSAID or NO_DATE is not there.  Owned by the StileVoucher; whoever makes one fills
 * it in with borrowed values for stile_voucher_new().
 */
typedef struct
{
  gint64 created_on;
  gint64 expires_on;
  gint64 last_renewal_date;
  StileAssertion assertion;
  const char *serial_number;
  GBytes *idevid_issuer;
  GBytes *pinned_domain_cert;
  GBytes *pinned_domain_pubk;
  GBytes *pinned_domain_pubk_sha256;
  StileRevocation revocation;
  const char *nonce;
  const char *est_domain;
  const char *additional_configuration_url;
  GVariant *
      more; /* a{sv}: members that are known and not interpreted here, as they came: extensions of 8366bis, and what
                     BRSKI-PRM adds */

  /* Only in requests. */
  GBytes *prior_signed_voucher_request;
  GBytes *proximity_registrar_cert;
  GBytes *proximity_registrar_pubk;
  GBytes *proximity_registrar_pubk_sha256;
} StileVoucherFields;

#define STILE_VOUCHER_FIELDS_INIT                                                                            \
  {                                                                                                          \
    .created_on = STILE_VOUCHER_NO_DATE, .expires_on = STILE_VOUCHER_NO_DATE,                                \
    .last_renewal_date = STILE_VOUCHER_NO_DATE                                                               \
  }

StileVoucher *stile_voucher_new (StileVoucherKind kind, const StileVoucherFields *fields);

StileVoucherKind stile_voucher_get_kind (StileVoucher *self);
const StileVoucherFields *stile_voucher_get_fields (StileVoucher *self);
/* The pin, or NULL without one or when it is no certificate. (transfer none) */
StileCertificate *stile_voucher_get_pin (StileVoucher *self);

const char *stile_voucher_get_assertion_name (StileAssertion assertion);
/* 16 bytes of the system's generator, in base64. (transfer full) */
char *stile_voucher_make_nonce (void);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/abstract.h>

#include "atls/stile-identity.h"
#include "bootstrap/stile-ledger.h"
#include "codec/stile-certificate-request.h"

G_BEGIN_DECLS

#define STILE_TYPE_DOMAIN_CA (stile_domain_ca_get_type ())
G_DECLARE_FINAL_TYPE (StileDomainCa, stile_domain_ca, STILE, DOMAIN_CA, GObject)

#define STILE_DOMAIN_CA_DEFAULT_LIFETIME (90 * 24 * 60 * 60)

/**
 * StileDomainCaProfile:
 * @lifetime: seconds; 0 for %STILE_DOMAIN_CA_DEFAULT_LIFETIME
 * @servers: the certificates are good for TLS servers too, not for clients only
 * @domains: (nullable) (array zero-terminated=1): DNS names at or under these may be asked for; %NULL: no names at all
 *
 * What all certificates of a CA are like, whoever asks and whatever for.
 */
typedef struct
{
  gint64 lifetime;
  gboolean servers;
  const char *const *domains;
} StileDomainCaProfile;

/**
 * StileDomainCaApplicant:
 * @owner: SHA-256 in hex of the certificate that the client showed, or of its user name
 * @issuer: (nullable): hex of who issued the IDevID of that device
 * @device: (nullable): X520SerialNumber of the device that the client has proved to be: becomes the subject
 * @renews: (nullable): the certificate shown, whose subject and names the request repeats (RFC 7030 section 4.2.2)
 * @key: (nullable): to certify in place of the request's own (RFC 7030 section 4.4)
 *
 * Who asks.  Borrowed.
 */
typedef struct
{
  const char *owner;
  const char *issuer;
  const char *device;
  StileCertificate *renews;
  gnutls_pubkey_t key;
} StileDomainCaApplicant;

StileDomainCa *stile_domain_ca_new (StileIdentity *identity,
                                    const StileDomainCaProfile *profile,
                                    StileLedger *ledger,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_domain_ca_get_chain (StileDomainCa *self);
StileCertificate *stile_domain_ca_issue (StileDomainCa *self,
                                         StileCertificateRequest *request,
                                         const StileDomainCaApplicant *applicant,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

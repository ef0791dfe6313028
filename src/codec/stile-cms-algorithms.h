/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/abstract.h>

#include "codec/stile-der.h"

G_BEGIN_DECLS

/**
 * StileCmsAlgorithm:
 * @sign: GnuTLS' name for it
 * @digest: of the content, and of what is signed
 * @digest_oid: (nullable): in digestAlgorithm; any, and the one that is found there is the hash, for %NULL
 * @oid: in signatureAlgorithm
 *
 * What a SignerInfo's two algorithm identifiers mean together (RFC 5754, RFC 8419, RFC 4056).
 */
typedef struct
{
  gnutls_sign_algorithm_t sign;
  gnutls_digest_algorithm_t digest;
  const char *digest_oid;
  const char *oid;
} StileCmsAlgorithm;

const StileCmsAlgorithm *stile_cms_algorithms_for_key (gnutls_pubkey_t key,
                                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
const StileCmsAlgorithm *stile_cms_algorithms_find (const char *digest_oid,
                                                    const char *oid,
                                                    StileDerReader *parameters,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *stile_cms_algorithms_get_name (const char *digest_oid, const char *oid);

G_END_DECLS

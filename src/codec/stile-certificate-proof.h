/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/**
 * StileCertificateProof:
 * @STILE_CERTIFICATE_PROOF_SIGNED: the key of the second certificate has signed the first
 * @STILE_CERTIFICATE_PROOF_ISSUED: each certificate is issued by the next one as RFC 5280 section 6 wants it, dates apart
 *
 * What was found about certificates, always the same for the same bytes.
 */
typedef enum
{
  STILE_CERTIFICATE_PROOF_SIGNED,
  STILE_CERTIFICATE_PROOF_ISSUED,
} StileCertificateProof;

char *stile_certificate_proof_name (StileCertificateProof proof, StileCertificate *const *path, guint count);
gboolean stile_certificate_proof_is_known (const char *name);
void stile_certificate_proof_remember (const char *name);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-masa.h"

G_BEGIN_DECLS

/**
 * StileMasaArtifact:
 * @voucher: signed, the bytes that are answered
 * @domain_id: of the domain that it names
 * @assertion: what it asserts
 * @nonce: (nullable): of the request
 *
 * A voucher that was made, and what the audit log says of it.
 */
typedef struct
{
  GBytes *voucher;
  char *domain_id;
  StileAssertion assertion;
  char *nonce;
} StileMasaArtifact;

void stile_masa_artifact_free (StileMasaArtifact *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileMasaArtifact, stile_masa_artifact_free)

StileCertificate *stile_masa_artifact_get_pin (const StileJudgement *judgement);
StileMasaArtifact *stile_masa_artifact_make (StileMasa *masa,
                                             const StileJudgement *judgement,
                                             gint64 now,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

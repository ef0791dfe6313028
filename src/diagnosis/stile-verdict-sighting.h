/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-verdict.h"

G_BEGIN_DECLS

/**
 * StileTrustClass:
 * @STILE_TRUST_UNKNOWN: the stores could not say
 * @STILE_TRUST_PUBLIC: a public authority vouches for it
 * @STILE_TRUST_LOCAL: only an authority that was installed on this computer does
 * @STILE_TRUST_MAYBE_LOCAL: this computer's store does, and there was no public one to compare it with
 * @STILE_TRUST_NONE: nobody does
 *
 * Who vouches for what this computer was shown (DIAGNOSIS.md, verdicts).
 */
typedef enum
{
  STILE_TRUST_UNKNOWN,
  STILE_TRUST_PUBLIC,
  STILE_TRUST_LOCAL,
  STILE_TRUST_MAYBE_LOCAL,
  STILE_TRUST_NONE,
} StileTrustClass;

StileTrustClass stile_verdict_sighting_classify_trust (StileSighting *sighting);
StilePathKind stile_verdict_sighting_judge (StileSignals *signals,
                                            StileSighting *sighting,
                                            StileConfidence *confidence,
                                            GPtrArray *why);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-verdict.h"

G_BEGIN_DECLS

StileCertificate *stile_verdict_authority_find (StileSighting *sighting);
const char *stile_verdict_authority_name (StileSighting *sighting, StileCertificate *authority);
char *stile_verdict_authority_identify (StileSighting *sighting, StileCertificate *authority);
gboolean stile_verdict_authority_is_known (StileSighting *sighting,
                                           StileCertificate *authority,
                                           StileKnownAuthorities *known);
StileStanding stile_verdict_authority_find_standing (StileSignals *signals, StileSighting *sighting);

G_END_DECLS

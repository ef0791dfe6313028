/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-finding-case.h"

G_BEGIN_DECLS

void stile_finding_connections_look_for_portal (StileFindingCase *self);
void stile_finding_connections_look_for_minting (StileFindingCase *self);
void stile_finding_connections_look_at_tls (StileFindingCase *self);
void stile_finding_connections_look_at_http (StileFindingCase *self);

G_END_DECLS

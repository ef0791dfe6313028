/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-finding-case.h"

G_BEGIN_DECLS

void stile_finding_headers_look_at_agent (StileFindingCase *self);
void stile_finding_headers_look_at_requests (StileFindingCase *self);
void stile_finding_headers_look_at_responses (StileFindingCase *self);

G_END_DECLS

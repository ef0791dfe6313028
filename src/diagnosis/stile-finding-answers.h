/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-finding-case.h"

G_BEGIN_DECLS

void stile_finding_answers_look_for_gateways (StileFindingCase *self);
void stile_finding_answers_look_for_types (StileFindingCase *self);
void stile_finding_answers_look_for_methods (StileFindingCase *self);

G_END_DECLS

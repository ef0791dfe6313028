/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-finding-case.h"

G_BEGIN_DECLS

void stile_finding_timing_look_for_repeats (StileFindingCase *self);
void stile_finding_timing_look_for_hanging_up (StileFindingCase *self);
void stile_finding_timing_look_for_delay (StileFindingCase *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-finding-case.h"

G_BEGIN_DECLS

void stile_finding_types_look (StileFindingCase *self);

G_END_DECLS

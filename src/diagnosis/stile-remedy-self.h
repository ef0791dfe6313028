/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-remedy-case.h"

G_BEGIN_DECLS

void stile_remedy_self_add_first (StileRemedyCase *self);
void stile_remedy_self_add_last (StileRemedyCase *self);

G_END_DECLS

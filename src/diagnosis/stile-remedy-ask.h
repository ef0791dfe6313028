/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-remedy-case.h"

G_BEGIN_DECLS

void stile_remedy_ask_add (StileRemedyCase *self);

G_END_DECLS

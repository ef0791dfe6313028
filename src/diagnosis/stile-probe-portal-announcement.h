/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-probe.h"

G_BEGIN_DECLS

/* Does the network itself say that one has to sign in? */
extern const StileProbe stile_probe_portal_announcement;

G_END_DECLS

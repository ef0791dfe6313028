/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-carrier.h"
#include "atls/stile-endpoint.h"

G_BEGIN_DECLS

/*
 * Carries to an endpoint in the same process, so that a walk needs no network.  An inspection shows @chain, which holds
 * for whoever gives anchors.  While @problem is set, inspections fail with it; while @held is, they wait to be
 * cancelled.
 */
#define LOCAL_TYPE_CARRIER (local_carrier_get_type ())
G_DECLARE_FINAL_TYPE (LocalCarrier, local_carrier, LOCAL, CARRIER, GObject)

void local_carrier_set_up (StileEndpoint *endpoint, GPtrArray *chain);
void local_carrier_set_problem (const char *problem);
void local_carrier_set_held (gboolean held);

G_END_DECLS

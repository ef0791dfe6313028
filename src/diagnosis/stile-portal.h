/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-signals.h"

G_BEGIN_DECLS

/**
 * StilePortalWay:
 * @STILE_PORTAL_IN_CLEAR: the answer came over plain HTTP
 * @STILE_PORTAL_IN_TLS: it came over TLS that nobody vouches for
 */
typedef enum
{
  STILE_PORTAL_IN_CLEAR,
  STILE_PORTAL_IN_TLS,
} StilePortalWay;

void stile_portal_look_at (StileSignals *signals, StileHttpMessage *answer, StilePortalWay way);
void stile_portal_note (StileSignals *signals, const char *source, const char *url);
void stile_portal_conclude (StileSignals *signals);

G_END_DECLS

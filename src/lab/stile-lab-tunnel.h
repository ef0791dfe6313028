/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lab/stile-lab-authority.h"
#include "lab/stile-lab-scenario.h"

G_BEGIN_DECLS

#define STILE_TYPE_LAB_TUNNEL (stile_lab_tunnel_get_type ())
G_DECLARE_FINAL_TYPE (StileLabTunnel, stile_lab_tunnel, STILE, LAB_TUNNEL, GObject)

StileLabTunnel *stile_lab_tunnel_new (GSocketConnection *client,
                                      StileLabScenario scenario,
                                      StileLabAuthority *authority,
                                      GByteArray *seen);
void stile_lab_tunnel_divert (StileLabTunnel *self, guint16 from, guint16 to);
void stile_lab_tunnel_start (StileLabTunnel *self);
void stile_lab_tunnel_stop (StileLabTunnel *self);

G_END_DECLS

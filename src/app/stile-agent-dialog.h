/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/stile-station.h"

G_BEGIN_DECLS

#define STILE_TYPE_AGENT_DIALOG (stile_agent_dialog_get_type ())
G_DECLARE_FINAL_TYPE (StileAgentDialog, stile_agent_dialog, STILE, AGENT_DIALOG, AdwWindow)

/* Signal "accepted": stile_agent_dialog_fill() tells what somebody wants. */
StileAgentDialog *stile_agent_dialog_new (GtkWindow *parent, const StileStationSetup *setup);
void stile_agent_dialog_fill (StileAgentDialog *self, StileStationSetup *setup);

G_END_DECLS

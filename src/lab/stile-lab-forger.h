/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"
#include "lab/stile-lab-pki.h"
#include "lab/stile-lab-scenario.h"

G_BEGIN_DECLS

#define STILE_TYPE_LAB_FORGER (stile_lab_forger_get_type ())
G_DECLARE_FINAL_TYPE (StileLabForger, stile_lab_forger, STILE, LAB_FORGER, GObject)

StileLabForger *stile_lab_forger_new (StileLabPki *pki, StileHandler *honest);
void stile_lab_forger_set_scenario (StileLabForger *self, StileLabScenario scenario);

G_END_DECLS

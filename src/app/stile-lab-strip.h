/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lab/stile-lab.h"

G_BEGIN_DECLS

#define STILE_TYPE_LAB_STRIP (stile_lab_strip_get_type ())
G_DECLARE_FINAL_TYPE (StileLabStrip, stile_lab_strip, STILE, LAB_STRIP, GtkWidget)

/* Signal "scenario-changed": a person chose another one. */
StileLabScenario stile_lab_strip_get_scenario (StileLabStrip *self);
void stile_lab_strip_set_scenario (StileLabStrip *self, StileLabScenario scenario);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lab/stile-lab-pki.h"
#include "lab/stile-lab-scenario.h"

G_BEGIN_DECLS

#define STILE_TYPE_LAB_MASA (stile_lab_masa_get_type ())
G_DECLARE_FINAL_TYPE (StileLabMasa, stile_lab_masa, STILE, LAB_MASA, GObject)

StileLabMasa *
stile_lab_masa_new (GSocket *socket, StileLabPki *pki, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_lab_masa_set_scenario (StileLabMasa *self, StileLabScenario scenario);
void stile_lab_masa_stop (StileLabMasa *self);

G_END_DECLS

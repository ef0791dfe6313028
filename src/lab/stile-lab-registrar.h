/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"
#include "lab/stile-lab-pki.h"
#include "lab/stile-lab-scenario.h"

G_BEGIN_DECLS

#define STILE_TYPE_LAB_REGISTRAR (stile_lab_registrar_get_type ())
G_DECLARE_FINAL_TYPE (StileLabRegistrar, stile_lab_registrar, STILE, LAB_REGISTRAR, GObject)

StileLabRegistrar *stile_lab_registrar_new (StileLabPki *pki, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileHandler *stile_lab_registrar_get_handler (StileLabRegistrar *self);
void stile_lab_registrar_set_scenario (StileLabRegistrar *self, StileLabScenario scenario);
gboolean stile_lab_registrar_approve (StileLabRegistrar *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_lab_registrar_stop (StileLabRegistrar *self);

G_END_DECLS

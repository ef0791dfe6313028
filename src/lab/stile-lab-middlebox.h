/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lab/stile-lab-pki.h"
#include "lab/stile-lab-scenario.h"

G_BEGIN_DECLS

#define STILE_TYPE_LAB_MIDDLEBOX (stile_lab_middlebox_get_type ())
G_DECLARE_FINAL_TYPE (StileLabMiddlebox, stile_lab_middlebox, STILE, LAB_MIDDLEBOX, GObject)

/* One client opens two or three at once. */
#define STILE_LAB_MIDDLEBOX_MAX_TUNNELS 64

StileLabMiddlebox *stile_lab_middlebox_new (StileLabPki *pki);
gboolean stile_lab_middlebox_start (StileLabMiddlebox *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_lab_middlebox_stop (StileLabMiddlebox *self);
void stile_lab_middlebox_set_scenario (StileLabMiddlebox *self, StileLabScenario scenario);
void stile_lab_middlebox_divert (StileLabMiddlebox *self, guint16 from, guint16 to);
const char *stile_lab_middlebox_get_url (StileLabMiddlebox *self);
guint stile_lab_middlebox_get_n_tunnels (StileLabMiddlebox *self);
GBytes *stile_lab_middlebox_get_seen (StileLabMiddlebox *self);

G_END_DECLS

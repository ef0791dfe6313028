/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "lab/stile-lab-scenario.h"

G_BEGIN_DECLS

#define STILE_TYPE_LAB (stile_lab_get_type ())
G_DECLARE_FINAL_TYPE (StileLab, stile_lab, STILE, LAB, GObject)

StileLab *stile_lab_new (void);
gboolean stile_lab_start (StileLab *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_lab_stop (StileLab *self);
void stile_lab_set_scenario (StileLab *self, StileLabScenario scenario);
StileLabScenario stile_lab_get_scenario (StileLab *self);
gboolean stile_lab_approve (StileLab *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_lab_start_bench (StileLab *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *stile_lab_get_directory (StileLab *self);
const char *stile_lab_get_service_url (StileLab *self);
const char *stile_lab_get_masa_url (StileLab *self);
const char *stile_lab_get_proxy_url (StileLab *self);
const char *stile_lab_get_anchors_file (StileLab *self);
const char *stile_lab_get_domain_file (StileLab *self);
const char *stile_lab_get_inspection_file (StileLab *self);
const char *stile_lab_get_certificate_file (StileLab *self);
const char *stile_lab_get_key_file (StileLab *self);
const char *stile_lab_get_agent_certificate (StileLab *self);
const char *stile_lab_get_agent_key (StileLab *self);
const char *stile_lab_get_device_list (StileLab *self);
GVariant *stile_lab_to_variant (StileLab *self);

G_END_DECLS

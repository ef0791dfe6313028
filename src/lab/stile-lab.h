/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STILE_TYPE_LAB (stile_lab_get_type ())
G_DECLARE_FINAL_TYPE (StileLab, stile_lab, STILE, LAB, GObject)

/**
 * StileLabScenario:
 * @STILE_LAB_INTERCEPTED: a middlebox re-signs with the domain's inspection CA, which the service knows
 * @STILE_LAB_UNKNOWN_AUTHORITY: it re-signs with a CA that the domain does not know
 * @STILE_LAB_BLOCK_PAGE: it answers itself, with a page that says no
 * @STILE_LAB_DIRECT: nothing lies between
 */
typedef enum
{
  STILE_LAB_INTERCEPTED,
  STILE_LAB_UNKNOWN_AUTHORITY,
  STILE_LAB_BLOCK_PAGE,
  STILE_LAB_DIRECT,
} StileLabScenario;

#define STILE_LAB_N_SCENARIOS 4

StileLab *stile_lab_new (void);
gboolean stile_lab_start (StileLab *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_lab_stop (StileLab *self);
void stile_lab_set_scenario (StileLab *self, StileLabScenario scenario);
StileLabScenario stile_lab_get_scenario (StileLab *self);
const char *stile_lab_get_scenario_name (StileLabScenario scenario);
const char *stile_lab_get_scenario_title (StileLabScenario scenario);
const char *stile_lab_get_scenario_meaning (StileLabScenario scenario);
gboolean stile_lab_find_scenario (const char *name, StileLabScenario *scenario);

const char *stile_lab_get_directory (StileLab *self);
const char *stile_lab_get_service_url (StileLab *self);
const char *stile_lab_get_proxy_url (StileLab *self);
const char *stile_lab_get_anchors_file (StileLab *self);
const char *stile_lab_get_domain_file (StileLab *self);
const char *stile_lab_get_inspection_file (StileLab *self);
const char *stile_lab_get_certificate_file (StileLab *self);
const char *stile_lab_get_key_file (StileLab *self);
GVariant *stile_lab_to_variant (StileLab *self);

G_END_DECLS

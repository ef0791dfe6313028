/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "lab/stile-lab-scenario.h"

G_BEGIN_DECLS

void stile_cli_lab_keep_quiet (void);
gboolean stile_cli_lab_find_scenario (const char *name,
                                      StileLabScenario *scenario,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
int stile_cli_lab_run (int argc, char *argv[]);

G_END_DECLS

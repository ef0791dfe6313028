/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-bootstrap-enrol.h"

/**
 * stile_bootstrap_enrol_begin:
 * @task: (transfer full): the step "Enrol"
 */
void
stile_bootstrap_enrol_begin (GTask *task)
{
  stile_bootstrap_step_skip (task);
}

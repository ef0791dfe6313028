/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-bootstrap-step.h"

/**
 * stile_bootstrap_step_complete:
 * @task: (transfer full): the step
 */
void
stile_bootstrap_step_complete (GTask *task)
{
  g_task_return_int (task, STILE_BOOTSTRAP_COMPLETE);
  g_object_unref (task);
}

/**
 * stile_bootstrap_step_skip:
 * @task: (transfer full): the step, which the profile goes without
 */
void
stile_bootstrap_step_skip (GTask *task)
{
  g_task_return_int (task, STILE_BOOTSTRAP_SKIPPED);
  g_object_unref (task);
}

/**
 * stile_bootstrap_step_fail:
 * @task: (transfer full): the step
 * @error: (transfer full): why
 */
void
stile_bootstrap_step_fail (GTask *task, GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-evidence.h"

G_BEGIN_DECLS

/* How a step of the walk ends.  A step is a function that gets a GTask, whose source object is the StileBootstrap and whose
 * task data its StileEvidence, and ends it with one of these; each takes over the task. */
void stile_bootstrap_step_complete (GTask *task);
void stile_bootstrap_step_skip (GTask *task);
void stile_bootstrap_step_fail (GTask *task, GError *error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-probe-exchange.h"

G_BEGIN_DECLS

/**
 * StileProbeSizeFunc:
 *
 * Returns: (transfer full): a request whose body, or whose answer, has @size bytes
 */
typedef StileHttpMessage *(*StileProbeSizeFunc) (StileProbeContext *context, gsize size);

void
stile_probe_bisection_run (GTask *task, const char *probe, StileProbeSizeFunc make, const char *all_pass);

G_END_DECLS

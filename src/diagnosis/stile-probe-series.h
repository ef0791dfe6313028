/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-probe-exchange.h"

G_BEGIN_DECLS

void stile_probe_series_run (
    GTask *task, const char *probe, StileHttpLine *line, GPtrArray *requests, const char *good);

G_END_DECLS

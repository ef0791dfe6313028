/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-trace-document.h"
#include "bootstrap/stile-bootstrap.h"

G_BEGIN_DECLS

GVariant *stile_bootstrap_report_write (StileBootstrap *job);
StileTraceDocument *stile_bootstrap_report_make_trace (StileBootstrap *job);
GVariant *stile_bootstrap_report_write_session (StileClient *client);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-verdict.h"

G_BEGIN_DECLS

GVariant *stile_report_connections_write_client (StileSignals *signals);
GVariant *stile_report_connections_write_service (StileSignals *signals);

G_END_DECLS

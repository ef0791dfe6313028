/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-checks.h"
#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/* When an agent stands before a device, and whether it may still come back (BOOTSTRAP A3 and A9). */
gboolean stile_agent_clock_check (StileCertificate *agent, gint64 now, StileChecks *checks, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

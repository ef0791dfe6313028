/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-est-gate.h"
#include "bootstrap/stile-password-file.h"

G_BEGIN_DECLS

#define STILE_TYPE_EST_GUARD (stile_est_guard_get_type ())
G_DECLARE_FINAL_TYPE (StileEstGuard, stile_est_guard, STILE, EST_GUARD, GObject)

StileEstGuard *stile_est_guard_new (GPtrArray *anchors, StilePasswordFile *passwords);
gboolean stile_est_guard_gate (StileExchange *exchange,
                               StileCertificateRequest *request,
                               gboolean renewing,
                               char **device_issuer,
                               char **device_serial,
                               guint *status,
                               char **sentence,
                               gpointer user_data);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-trust-store.h"

G_BEGIN_DECLS

#define STILE_TYPE_INSTALLATION_RESULT (stile_installation_result_get_type ())
G_DECLARE_FINAL_TYPE (StileInstallationResult, stile_installation_result, STILE, INSTALLATION_RESULT, GObject)

StileInstallationResult *
stile_installation_result_new (StileTrustStore *store, GPtrArray *programs, GError *error);
StileTrustStore *stile_installation_result_get_store (StileInstallationResult *self);
GPtrArray *stile_installation_result_get_programs (StileInstallationResult *self);
const GError *stile_installation_result_get_error (StileInstallationResult *self);
char *stile_installation_result_get_sentence (StileInstallationResult *self);
gboolean stile_installation_result_check (GPtrArray *results, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-lockdown.h"
#include "bootstrap/stile-profile-store.h"

G_BEGIN_DECLS

StileLockdown *stile_cli_settings_load_lockdown (GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_cli_settings_settle (StileProfile *profile,
                                    const char *const *said,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileProfileStore *stile_cli_settings_load_profiles (GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileProfile *stile_cli_settings_open_profile (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

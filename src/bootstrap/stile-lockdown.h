/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-profile.h"

G_BEGIN_DECLS

#define STILE_LOCKDOWN_MAX_SIZE (64 * 1024)

/* Beside the settings of profiles: whether links may invite, and whether people may have profiles of their own. */
#define STILE_LOCKDOWN_INVITATIONS "invitations"
#define STILE_LOCKDOWN_PROFILES "profiles"

#define STILE_TYPE_LOCKDOWN (stile_lockdown_get_type ())
G_DECLARE_FINAL_TYPE (StileLockdown, stile_lockdown, STILE, LOCKDOWN, GObject)

StileLockdown *stile_lockdown_new (void);
StileLockdown *
stile_lockdown_parse (GBytes *bytes, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileLockdown *stile_lockdown_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *stile_lockdown_get_default_path (void);

const char *stile_lockdown_get_path (StileLockdown *self);
const char *stile_lockdown_get_value (StileLockdown *self, const char *key);
gboolean stile_lockdown_is_locked (StileLockdown *self, const char *key);
gboolean stile_lockdown_allows (StileLockdown *self, const char *what, GError **error);
void stile_lockdown_apply (StileLockdown *self, StileProfile *profile);
gboolean stile_lockdown_settle (StileLockdown *self, StileProfile *profile, GError **error);
gboolean stile_lockdown_check_text (StileLockdown *self, const char *key, const char *text, GError **error);
gboolean stile_lockdown_settle_text (StileLockdown *self, const char *key, char **value, GError **error);

G_END_DECLS

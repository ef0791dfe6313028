/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/stile-profile-actions.h"

G_BEGIN_DECLS

#define STILE_TYPE_PREFERENCES (stile_preferences_get_type ())
G_DECLARE_FINAL_TYPE (StilePreferences, stile_preferences, STILE, PREFERENCES, AdwPreferencesWindow)

StilePreferences *
stile_preferences_new (GtkWindow *parent, StileProfileActions *actions, StileProfile *current);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/stile-station.h"
#include "bootstrap/stile-lockdown.h"
#include "bootstrap/stile-profile.h"

G_BEGIN_DECLS

#define STILE_TYPE_SETTINGS (stile_settings_get_type ())
G_DECLARE_FINAL_TYPE (StileSettings, stile_settings, STILE, SETTINGS, GObject)

StileSettings *stile_settings_new (void);
GSettings *stile_settings_get_store (StileSettings *self);
void stile_settings_set_lockdown (StileSettings *self, StileLockdown *lockdown);
StileLockdown *stile_settings_get_lockdown (StileSettings *self);
gboolean stile_settings_is_locked (StileSettings *self, const char *name);
void stile_settings_fill_profile (StileSettings *self, StileProfile *profile);
void stile_settings_keep_profile (StileSettings *self, StileProfile *profile);
gboolean stile_settings_get_window (StileSettings *self, int *width, int *height);
void stile_settings_keep_window (StileSettings *self, int width, int height, gboolean maximized);
void stile_settings_fill_station (StileSettings *self, StileStationSetup *setup);
void stile_settings_keep_station (StileSettings *self, const StileStationSetup *setup);
char *stile_settings_get_place (StileSettings *self);
void stile_settings_keep_place (StileSettings *self, const char *place);
gboolean stile_settings_begin_tour (StileSettings *self);

G_END_DECLS

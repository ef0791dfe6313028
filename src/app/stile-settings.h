/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/stile-station.h"
#include "bootstrap/stile-profile.h"

G_BEGIN_DECLS

#define STILE_TYPE_SETTINGS (stile_settings_get_type ())
G_DECLARE_FINAL_TYPE (StileSettings, stile_settings, STILE, SETTINGS, GObject)

StileSettings *stile_settings_new (void);
void stile_settings_fill_profile (StileSettings *self, StileProfile *profile);
void stile_settings_keep_profile (StileSettings *self, StileProfile *profile);
gboolean stile_settings_get_window (StileSettings *self, int *width, int *height);
void stile_settings_keep_window (StileSettings *self, int width, int height, gboolean maximized);
void stile_settings_fill_station (StileSettings *self, StileStationSetup *setup);
void stile_settings_keep_station (StileSettings *self, const StileStationSetup *setup);
char *stile_settings_get_place (StileSettings *self);
void stile_settings_keep_place (StileSettings *self, const char *place);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/stile-settings.h"
#include "diagnosis/stile-report.h"
#include "lab/stile-lab.h"

G_BEGIN_DECLS

#define STILE_TYPE_WINDOW (stile_window_get_type ())
G_DECLARE_FINAL_TYPE (StileWindow, stile_window, STILE, WINDOW, AdwApplicationWindow)

StileWindow *stile_window_new (GtkApplication *application, StileSettings *settings, StileLab *lab);
void stile_window_show_devices (StileWindow *self, const char *list);
GtkWidget *stile_window_get_shown (StileWindow *self);
const char *stile_window_get_place (StileWindow *self);
gboolean stile_window_show_place (StileWindow *self, const char *place);
void stile_window_invite (StileWindow *self, const char *link);
void stile_window_offer_profile (StileWindow *self, StileProfile *profile);
void stile_window_add_devices (StileWindow *self, GFile *list);
void stile_window_show_report (StileWindow *self, StileReport *report);
void stile_window_diagnose (StileWindow *self, const char *address);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/stile-settings.h"
#include "bootstrap/stile-profile-store.h"

G_BEGIN_DECLS

#define STILE_TYPE_PROFILE_ACTIONS (stile_profile_actions_get_type ())
G_DECLARE_FINAL_TYPE (StileProfileActions, stile_profile_actions, STILE, PROFILE_ACTIONS, GObject)

/* Signal "used": a person wants to go to the service of this StileProfile from now on. */
StileProfileActions *stile_profile_actions_new (StileSettings *settings, StileProfileStore *store);
StileSettings *stile_profile_actions_get_settings (StileProfileActions *self);
StileProfileStore *stile_profile_actions_get_store (StileProfileActions *self);

void stile_profile_actions_use (StileProfileActions *self, const char *id);
void stile_profile_actions_import (StileProfileActions *self, GtkWidget *from, const char *path);
void stile_profile_actions_choose_import (StileProfileActions *self, GtkWidget *from);
void stile_profile_actions_add (StileProfileActions *self, GtkWidget *from, StileProfile *profile);
void stile_profile_actions_export (StileProfileActions *self, GtkWidget *from, const char *id);
void stile_profile_actions_copy_link (StileProfileActions *self, GtkWidget *from, const char *id);
void stile_profile_actions_remove (StileProfileActions *self, GtkWidget *from, const char *id);
void stile_profile_actions_offer (StileProfileActions *self, GtkWidget *from, StileProfile *profile);
void stile_profile_actions_invite (StileProfileActions *self, GtkWidget *from, const char *link);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bootstrap/stile-profile.h"

G_BEGIN_DECLS

/* Of the files in a folder; nobody picks from a list of more. */
#define STILE_PROFILE_STORE_MAX_COUNT 256

#define STILE_TYPE_PROFILE_STORE (stile_profile_store_get_type ())
G_DECLARE_FINAL_TYPE (StileProfileStore, stile_profile_store, STILE, PROFILE_STORE, GObject)

StileProfileStore *stile_profile_store_new (const char *folder, const char *system_folder);
StileProfileStore *stile_profile_store_new_default (void);
gboolean stile_profile_store_load (StileProfileStore *self, GError **error);

StileProfile *stile_profile_store_find (StileProfileStore *self, const char *id);
const char *stile_profile_store_get_id (StileProfileStore *self, StileProfile *profile);
gboolean stile_profile_store_is_fixed (StileProfileStore *self, StileProfile *profile);

StileProfile *stile_profile_store_add (StileProfileStore *self, StileProfile *profile, GError **error);
StileProfile *stile_profile_store_import (StileProfileStore *self, const char *path, GError **error);
gboolean stile_profile_store_remove (StileProfileStore *self,
                                     StileProfile *profile,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

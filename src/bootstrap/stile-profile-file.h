/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-profile.h"

G_BEGIN_DECLS

gboolean stile_profile_set_text (StileProfile *self, const char *name, const char *text, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
char *stile_profile_dup_text (StileProfile *self, const char *name);

StileProfile *stile_profile_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_profile_save (StileProfile *self, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileProfile *stile_profile_make_handout (StileProfile *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_profile_take_over (StileProfile *self, StileProfile *other);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-profile.h"

G_BEGIN_DECLS

/* A file that somebody hands out, with its certificates. */
#define STILE_PROFILE_FILE_MAX_SIZE (256 * 1024)

gboolean stile_profile_file_is_one (GBytes *bytes);
StileProfile *stile_profile_file_parse (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileProfile *stile_profile_file_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean
stile_profile_file_save (StileProfile *profile, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileProfile *stile_profile_file_make_handout (StileProfile *profile,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

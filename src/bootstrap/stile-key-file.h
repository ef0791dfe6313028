/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STILE_TYPE_KEY_FILE (stile_key_file_get_type ())
G_DECLARE_FINAL_TYPE (StileKeyFile, stile_key_file, STILE, KEY_FILE, GObject)

StileKeyFile *stile_key_file_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *const *stile_key_file_get_groups (StileKeyFile *self);
gboolean stile_key_file_check_keys (StileKeyFile *self,
                                    const char *group,
                                    const char *const *known,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

char *stile_key_file_get_text (StileKeyFile *self, const char *group, const char *key);
char **stile_key_file_get_list (StileKeyFile *self, const char *group, const char *key);
char *stile_key_file_get_path (StileKeyFile *self, const char *group, const char *key);
gboolean stile_key_file_read_flag (StileKeyFile *self,
                                   const char *group,
                                   const char *key,
                                   gboolean *flag,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_key_file_read_number (StileKeyFile *self,
                                     const char *group,
                                     const char *key,
                                     guint minimum,
                                     guint maximum,
                                     guint *number,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_key_file_read_choice (StileKeyFile *self,
                                     const char *group,
                                     const char *key,
                                     const char *const *choices,
                                     guint *choice,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_key_file_load_certificates (StileKeyFile *self,
                                             const char *group,
                                             const char *key,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

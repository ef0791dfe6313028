/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STILE_TYPE_PASSWORD_FILE (stile_password_file_get_type ())
G_DECLARE_FINAL_TYPE (StilePasswordFile, stile_password_file, STILE, PASSWORD_FILE, GObject)

/* A line is some 120 bytes; whoever has more users has a directory for them. */
#define STILE_PASSWORD_FILE_MAX_SIZE (1024 * 1024)

/* What a client may send: hashing costs by the length. */
#define STILE_PASSWORD_FILE_MAX_PASSWORD 256

StilePasswordFile *stile_password_file_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StilePasswordFile *stile_password_file_parse (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_password_file_check (StilePasswordFile *self, const char *user, const char *password);

G_END_DECLS

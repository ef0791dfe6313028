/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

gboolean stile_system_command_run (const char *command, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_system_command_elevate (const char *elevate, const char *act, GPtrArray *roots, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_system_command_exists (const char *command);
char *stile_system_command_for_people (const char *command, GPtrArray *paths, GPtrArray *roots);

G_END_DECLS

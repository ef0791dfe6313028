/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *stile_hex_encode (const guint8 *bytes, gsize length);
char *stile_hex_encode_bytes (GBytes *bytes);
GBytes *stile_hex_decode (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_hex_group (const char *hex, gsize group);

G_END_DECLS

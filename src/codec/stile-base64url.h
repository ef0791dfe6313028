/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *stile_base64url_encode (const guint8 *bytes, gsize length);
GBytes *stile_base64url_decode (const char *text, gssize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *
stile_base64url_decode_standard (const char *text, gssize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

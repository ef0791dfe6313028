/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* RFC 8908 section 5 has six members of a line each. */
#define STILE_PORTAL_API_MAX_SIZE 16384

#define STILE_PORTAL_API_MEDIA_TYPE "application/captive+json"

gboolean stile_portal_api_read (GBytes *document, gboolean *captive, char **page, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

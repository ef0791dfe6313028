/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "atls/stile-carrier.h"

G_BEGIN_DECLS

/* The draft's own, its last revision's, and ours for sealed messages (PROTOCOL sections 1 and 2). */
#define STILE_MEDIA_TYPE_FLIGHT "application/atls+octet-stream"
#define STILE_MEDIA_TYPE_FLIGHT_LATE "application/atls"
#define STILE_MEDIA_TYPE_SEALED "application/atls-sealed"
#define STILE_MEDIA_TYPE_PROBLEM "application/problem+json"

gboolean stile_media_type_is (const char *value, const char *media_type);
gboolean stile_media_type_get_kind (const char *value, StileMessageKind *kind);

G_END_DECLS

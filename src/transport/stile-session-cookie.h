/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* PROTOCOL section 1. */
#define STILE_SESSION_COOKIE_NAME "atls-session"

/* A Cookie header: browsers stop at 4 KB for each cookie, servers at 8 KB for the header. */
#define STILE_SESSION_COOKIE_MAX_HEADER 8192

char *stile_session_cookie_read (const char *header);
char *stile_session_cookie_write (const char *id, const char *path, gboolean secure);

G_END_DECLS

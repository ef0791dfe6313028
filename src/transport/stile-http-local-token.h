/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Random bytes of a new token: nobody guesses it. */
#define STILE_HTTP_LOCAL_TOKEN_SIZE 16

/* Characters of a token that somebody brings: no fewer than a new one has, and a line of a file. */
#define STILE_HTTP_LOCAL_TOKEN_MIN_LENGTH 22
#define STILE_HTTP_LOCAL_TOKEN_MAX_LENGTH 128

char *stile_http_local_token_make (void);
gboolean stile_http_local_token_is_valid (const char *text);
gboolean stile_http_local_token_matches (const char *token, const char *candidate, gsize length);

G_END_DECLS

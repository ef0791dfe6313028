/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Of a page that answered instead of the service, this much is read, and this much told. */
#define STILE_HTTP_PROBLEM_MAX_PAGE 16384
#define STILE_HTTP_PROBLEM_MAX_TEXT 240

char *stile_http_problem_describe_page (const char *media_type, GBytes *body);
void stile_http_problem_set_error (
    GError **error, guint status, const char *reason, const char *media_type, GBytes *body);

G_END_DECLS

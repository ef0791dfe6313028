/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The largest document that is read: an observation with two certificate chains of 64 KiB in base64 fits. */
#define STILE_JSON_MAX_SIZE (512 * 1024)

/* Jansson itself stops at 2048; nothing that Stile exchanges nests deeper than this. */
#define STILE_JSON_MAX_DEPTH 32

GVariant *stile_json_parse (GBytes *document, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_json_print (GVariant *value, gboolean pretty);

const char *stile_json_get_string (GVariant *object, const char *member);
gint64 stile_json_get_integer (GVariant *object, const char *member, gint64 fallback);
gboolean stile_json_get_boolean (GVariant *object, const char *member, gboolean fallback);
GVariant *stile_json_get_member (GVariant *object, const char *member);

G_END_DECLS

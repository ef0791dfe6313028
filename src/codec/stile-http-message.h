/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define STILE_TYPE_HTTP_MESSAGE (stile_http_message_get_type ())
G_DECLARE_FINAL_TYPE (StileHttpMessage, stile_http_message, STILE, HTTP_MESSAGE, GObject)

/* More fields than any real message has; each costs two allocations. */
#define STILE_HTTP_MESSAGE_MAX_FIELDS 128

StileHttpMessage *stile_http_message_new_request (const char *method,
                                                  const char *scheme,
                                                  const char *authority,
                                                  const char *path);
gboolean stile_http_message_is_final_status (guint status);
StileHttpMessage *stile_http_message_new_response (guint status);
StileHttpMessage *stile_http_message_new_problem (guint status, const char *title, const char *detail);

gboolean stile_http_message_is_request (StileHttpMessage *self);
const char *stile_http_message_get_method (StileHttpMessage *self);
const char *stile_http_message_get_scheme (StileHttpMessage *self);
const char *stile_http_message_get_authority (StileHttpMessage *self);
const char *stile_http_message_get_path (StileHttpMessage *self);
guint stile_http_message_get_status (StileHttpMessage *self);

gboolean stile_http_message_add_field (StileHttpMessage *self, const char *name, const char *value);
const char *stile_http_message_get_field (StileHttpMessage *self, const char *name);
guint stile_http_message_get_n_fields (StileHttpMessage *self);
const char *stile_http_message_get_nth_field (StileHttpMessage *self, guint index, const char **value);

gboolean stile_http_message_add_trailer (StileHttpMessage *self, const char *name, const char *value);
guint stile_http_message_get_n_trailers (StileHttpMessage *self);
const char *stile_http_message_get_nth_trailer (StileHttpMessage *self, guint index, const char **value);

void stile_http_message_set_content (StileHttpMessage *self, const char *media_type, GBytes *content);
GBytes *stile_http_message_get_content (StileHttpMessage *self);

G_END_DECLS

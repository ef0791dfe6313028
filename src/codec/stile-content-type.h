/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "multipart/mixed; boundary=" and 70 characters are the longest that anybody needs; a line of a header field. */
#define STILE_CONTENT_TYPE_MAX_LENGTH 1024

/* smime-type, name, charset, boundary: four at most; looking for a repeated one is quadratic. */
#define STILE_CONTENT_TYPE_MAX_PARAMETERS 16

typedef struct _StileContentType StileContentType;

StileContentType *stile_content_type_parse (const char *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_content_type_free (StileContentType *self);
const char *stile_content_type_get_name (StileContentType *self);
gboolean stile_content_type_is (StileContentType *self, const char *name);
const char *stile_content_type_get_parameter (StileContentType *self, const char *name);
char *stile_content_type_to_string (StileContentType *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileContentType, stile_content_type_free)

G_END_DECLS

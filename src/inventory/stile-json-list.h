/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An entry; what has more is not read. */
#define STILE_JSON_LIST_MAX_ENTRY_SIZE 4096

typedef struct _StileJsonList StileJsonList;

StileJsonList *stile_json_list_new (const char *data, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_json_list_free (StileJsonList *self);

gboolean stile_json_list_next (StileJsonList *self);
guint stile_json_list_get_index (StileJsonList *self);
const char *stile_json_list_get_text (StileJsonList *self, gsize *length);
GVariant *stile_json_list_get_entry (StileJsonList *self, char **problem);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileJsonList, stile_json_list_free)

G_END_DECLS

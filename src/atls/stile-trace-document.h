/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-trace.h"

G_BEGIN_DECLS

#define STILE_TYPE_TRACE_DOCUMENT (stile_trace_document_get_type ())
G_DECLARE_FINAL_TYPE (StileTraceDocument, stile_trace_document, STILE, TRACE_DOCUMENT, GObject)

#define STILE_TRACE_DOCUMENT_SCHEMA "stile-trace/1"

/* A walk writes 40 KB.  What follows is for who watches a service for a day; what is larger is no trace. */
#define STILE_TRACE_DOCUMENT_MAX_SIZE (8 * 1024 * 1024)
#define STILE_TRACE_DOCUMENT_MAX_EVENTS 4000

StileTraceDocument *stile_trace_document_new (StileTrace *trace, const char *service);
StileTraceDocument *stile_trace_document_new_from_json (GBytes *json,
                                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileTraceDocument *stile_trace_document_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

StileTrace *stile_trace_document_get_trace (StileTraceDocument *self);
const char *stile_trace_document_get_service (StileTraceDocument *self);
void stile_trace_document_set_intercepted (StileTraceDocument *self, gboolean intercepted);
gboolean stile_trace_document_get_intercepted (StileTraceDocument *self);
guint stile_trace_document_get_left_out (StileTraceDocument *self);

GVariant *stile_trace_document_to_variant (StileTraceDocument *self);
gboolean stile_trace_document_save (StileTraceDocument *self,
                                    const char *path,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

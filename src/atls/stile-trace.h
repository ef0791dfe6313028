/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-trace-event.h"

G_BEGIN_DECLS

#define STILE_TYPE_TRACE (stile_trace_get_type ())
G_DECLARE_FINAL_TYPE (StileTrace, stile_trace, STILE, TRACE, GObject)

/* A walk has a few dozen; a peer that spins must not fill the memory.  The oldest go first. */
#define STILE_TRACE_MAX_EVENTS 10000

StileTrace *stile_trace_new (void);
StileTrace *stile_trace_new_recorded (gint64 began);
void stile_trace_add (StileTrace *self, StileTraceEvent *event);
void stile_trace_note (StileTrace *self, StileTraceKind kind, GVariant *details, const char *format, ...)
    G_GNUC_PRINTF (4, 5);
void stile_trace_add_flight (StileTrace *self, StileRole sender, guint number, GBytes *bytes);
void stile_trace_clear (StileTrace *self);
gint64 stile_trace_get_start (StileTrace *self);
gint64 stile_trace_get_began (StileTrace *self);
GVariant *stile_trace_to_variant (StileTrace *self, gboolean with_bytes);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-flight.h"

G_BEGIN_DECLS

#define STILE_TYPE_TRACE_EVENT (stile_trace_event_get_type ())
G_DECLARE_FINAL_TYPE (StileTraceEvent, stile_trace_event, STILE, TRACE_EVENT, GObject)

/**
 * StileTraceKind:
 * @STILE_TRACE_STEP: a job came to a step, or left it
 * @STILE_TRACE_TRANSPORT: something was learnt about what carries the bytes
 * @STILE_TRACE_FLIGHT: a TLS flight went over
 * @STILE_TRACE_MESSAGE: a message went over inside the session
 * @STILE_TRACE_SESSION: the session came up or ended
 * @STILE_TRACE_PROBLEM: something failed
 */
typedef enum
{
  STILE_TRACE_STEP,
  STILE_TRACE_TRANSPORT,
  STILE_TRACE_FLIGHT,
  STILE_TRACE_MESSAGE,
  STILE_TRACE_SESSION,
  STILE_TRACE_PROBLEM,
} StileTraceKind;

StileTraceEvent *stile_trace_event_new (StileTraceKind kind, const char *summary, GVariant *details);
StileTraceEvent *stile_trace_event_new_flight (StileFlight *flight);
StileTraceEvent *stile_trace_event_new_recorded (StileTraceKind kind, const char *summary, gint64 time);
StileTraceEvent *stile_trace_event_new_recorded_flight (StileFlight *flight, gint64 time);
gboolean stile_trace_event_find_kind (const char *name, StileTraceKind *kind);

StileTraceKind stile_trace_event_get_kind (StileTraceEvent *self);
const char *stile_trace_event_get_kind_name (StileTraceEvent *self);
gint64 stile_trace_event_get_time (StileTraceEvent *self);
const char *stile_trace_event_get_summary (StileTraceEvent *self);
GVariant *stile_trace_event_get_details (StileTraceEvent *self);
StileFlight *stile_trace_event_get_flight (StileTraceEvent *self);
GVariant *stile_trace_event_to_variant (StileTraceEvent *self, gint64 start, gboolean with_bytes);

G_END_DECLS

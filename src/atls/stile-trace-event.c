/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-trace-event.h"

#include <glib/gi18n-lib.h>

/**
 * StileTraceEvent:
 *
 * One thing that happened, with when and what.  A trace holds it; it never changes.
 */
struct _StileTraceEvent
{
  GObject parent_instance;

  StileTraceKind kind;
  gint64 time; /* microseconds, monotonic */
  char *summary;
  GVariant *details;   /* a{sv}, or NULL */
  StileFlight *flight; /* for STILE_TRACE_FLIGHT */
};

G_DEFINE_FINAL_TYPE (StileTraceEvent, stile_trace_event, G_TYPE_OBJECT)

static const char *const kind_names[] = {
  [STILE_TRACE_STEP] = "step",       [STILE_TRACE_TRANSPORT] = "transport", [STILE_TRACE_FLIGHT] = "flight",
  [STILE_TRACE_MESSAGE] = "message", [STILE_TRACE_SESSION] = "session",     [STILE_TRACE_PROBLEM] = "problem",
};

static void
stile_trace_event_finalize (GObject *object)
{
  StileTraceEvent *self = STILE_TRACE_EVENT (object);

  g_free (self->summary);
  g_clear_pointer (&self->details, g_variant_unref);
  g_clear_object (&self->flight);

  G_OBJECT_CLASS (stile_trace_event_parent_class)->finalize (object);
}

static void
stile_trace_event_class_init (StileTraceEventClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_trace_event_finalize;
}

static void
stile_trace_event_init (StileTraceEvent *self)
{
  self->time = g_get_monotonic_time ();
}

/**
 * stile_trace_event_new:
 * @summary: what happened, in a translated sentence
 * @details: (nullable): the same for programs, an a{sv}; a floating reference is taken
 */
StileTraceEvent *
stile_trace_event_new (StileTraceKind kind, const char *summary, GVariant *details)
{
  StileTraceEvent *self = g_object_new (STILE_TYPE_TRACE_EVENT, NULL);

  self->kind = kind;
  self->summary = g_strdup (summary);
  if (details != NULL)
    self->details = g_variant_ref_sink (details);

  return self;
}

/**
 * stile_trace_event_new_flight:
 * @flight: what went over
 */
StileTraceEvent *
stile_trace_event_new_flight (StileFlight *flight)
{
  g_autofree char *contents = stile_flight_describe (flight);
  gsize length = g_bytes_get_size (stile_flight_get_bytes (flight));
  g_autofree char *summary = NULL;
  StileTraceEvent *self;

  summary = g_strdup_printf (stile_flight_get_sender (flight) == STILE_ROLE_CLIENT
                                 ? g_dngettext (GETTEXT_PACKAGE, "Flight %u to the service, %zu byte: %s",
                                                "Flight %u to the service, %zu bytes: %s", length)
                                 : g_dngettext (GETTEXT_PACKAGE, "Flight %u from the service, %zu byte: %s",
                                                "Flight %u from the service, %zu bytes: %s", length),
                             stile_flight_get_number (flight), length, contents);
  self = stile_trace_event_new (STILE_TRACE_FLIGHT, summary, NULL);
  self->flight = g_object_ref (flight);

  return self;
}

/**
 * stile_trace_event_new_recorded:
 * @time: when it was, in microseconds since its trace began
 *
 * Returns: (transfer full): an event of long ago
 */
StileTraceEvent *
stile_trace_event_new_recorded (StileTraceKind kind, const char *summary, gint64 time)
{
  StileTraceEvent *self = stile_trace_event_new (kind, summary, NULL);

  self->time = time;

  return self;
}

/**
 * stile_trace_event_new_recorded_flight:
 * @time: when it went over, in microseconds since its trace began
 *
 * Returns: (transfer full): a flight of long ago
 */
StileTraceEvent *
stile_trace_event_new_recorded_flight (StileFlight *flight, gint64 time)
{
  StileTraceEvent *self = stile_trace_event_new_flight (flight);

  self->time = time;

  return self;
}

StileTraceKind
stile_trace_event_get_kind (StileTraceEvent *self)
{
  return self->kind;
}

/**
 * stile_trace_event_get_kind_name:
 *
 * Returns: (transfer none): the kind's name in JSON
 */
const char *
stile_trace_event_get_kind_name (StileTraceEvent *self)
{
  return kind_names[self->kind];
}

/**
 * stile_trace_event_find_kind:
 * @name: (nullable): a kind's name in JSON, from anybody
 *
 * Returns: whether there is such a kind
 */
gboolean
stile_trace_event_find_kind (const char *name, StileTraceKind *kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kind_names); i++)
    if (g_strcmp0 (name, kind_names[i]) == 0)
      {
        *kind = (StileTraceKind)i;
        return TRUE;
      }

  return FALSE;
}

/**
 * stile_trace_event_get_time:
 *
 * Returns: when, in microseconds of the monotonic clock
 */
gint64
stile_trace_event_get_time (StileTraceEvent *self)
{
  return self->time;
}

const char *
stile_trace_event_get_summary (StileTraceEvent *self)
{
  return self->summary;
}

/**
 * stile_trace_event_get_details:
 *
 * Returns: (transfer none) (nullable): an a{sv}
 */
GVariant *
stile_trace_event_get_details (StileTraceEvent *self)
{
  return self->details;
}

/**
 * stile_trace_event_get_flight:
 *
 * Returns: (transfer none) (nullable): the flight that went over
 */
StileFlight *
stile_trace_event_get_flight (StileTraceEvent *self)
{
  return self->flight;
}

/**
 * stile_trace_event_to_variant:
 * @start: what times are counted from
 * @with_bytes: whether flights carry their bytes
 *
 * Returns: (transfer floating): the event for JSON
 */
GVariant *
stile_trace_event_to_variant (StileTraceEvent *self, gint64 start, gboolean with_bytes)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "event",
                         g_variant_new_string (stile_trace_event_get_kind_name (self)));
  g_variant_builder_add (&builder, "{sv}", "ms",
                         g_variant_new_double ((double)(self->time - start) / 1000.0));
  g_variant_builder_add (&builder, "{sv}", "summary", g_variant_new_string (self->summary));
  if (self->details != NULL)
    g_variant_builder_add (&builder, "{sv}", "details", self->details);
  if (self->flight != NULL)
    g_variant_builder_add (&builder, "{sv}", "flight", stile_flight_to_variant (self->flight, with_bytes));

  return g_variant_builder_end (&builder);
}

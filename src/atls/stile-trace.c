/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-trace.h"

/**
 * StileTrace:
 *
 * What happened, as a #GListModel of #StileTraceEvent: the tool prints it, the app shows it, a file holds it, tests
 * assert on it.  It belongs to one thread.
 */
struct _StileTrace
{
  GObject parent_instance;

  GPtrArray *events; /* of StileTraceEvent */
  gint64 start;      /* microseconds, monotonic */
  gint64 began;      /* the same moment by the clock on the wall, Unix seconds */
};

static GType
get_item_type (GListModel *list)
{
  return STILE_TYPE_TRACE_EVENT;
}

static guint
get_n_items (GListModel *list)
{
  return STILE_TRACE (list)->events->len;
}

static gpointer
get_item (GListModel *list, guint position)
{
  StileTrace *self = STILE_TRACE (list);

  return position < self->events->len ? g_object_ref (g_ptr_array_index (self->events, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (StileTrace,
                               stile_trace,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
stile_trace_finalize (GObject *object)
{
  g_ptr_array_unref (STILE_TRACE (object)->events);

  G_OBJECT_CLASS (stile_trace_parent_class)->finalize (object);
}

static void
stile_trace_class_init (StileTraceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_trace_finalize;
}

static void
begin (StileTrace *self)
{
  self->start = g_get_monotonic_time ();
  self->began = g_get_real_time () / G_USEC_PER_SEC;
}

static void
stile_trace_init (StileTrace *self)
{
  self->events = g_ptr_array_new_with_free_func (g_object_unref);
  begin (self);
}

StileTrace *
stile_trace_new (void)
{
  return g_object_new (STILE_TYPE_TRACE, NULL);
}

/**
 * stile_trace_new_recorded:
 * @began: when it began, in Unix seconds
 *
 * Returns: (transfer full): a trace of long ago, without events; their times count from 0
 */
StileTrace *
stile_trace_new_recorded (gint64 began)
{
  StileTrace *self = stile_trace_new ();

  self->start = 0;
  self->began = began;

  return self;
}

/**
 * stile_trace_add:
 * @self: (nullable): nobody is listening when %NULL
 * @event: (transfer full): what happened
 */
void
stile_trace_add (StileTrace *self, StileTraceEvent *event)
{
  if (self == NULL)
    {
      g_object_unref (event);
      return;
    }

  if (self->events->len == STILE_TRACE_MAX_EVENTS)
    {
      g_ptr_array_remove_index (self->events, 0);
      g_list_model_items_changed (G_LIST_MODEL (self), 0, 1, 0);
    }
  g_ptr_array_add (self->events, event);
  g_list_model_items_changed (G_LIST_MODEL (self), self->events->len - 1, 0, 1);
}

/**
 * stile_trace_note:
 * @self: (nullable): nobody is listening when %NULL
 * @details: (nullable): an a{sv}; a floating reference is taken
 * @format: a translated sentence
 */
void
stile_trace_note (StileTrace *self, StileTraceKind kind, GVariant *details, const char *format, ...)
{
  g_autofree char *summary = NULL;
  va_list arguments;

  va_start (arguments, format);
  summary = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  stile_trace_add (self, stile_trace_event_new (kind, summary, details));
}

/**
 * stile_trace_add_flight:
 * @self: (nullable): nobody is listening when %NULL
 * @number: which of the sender's, from 1
 */
void
stile_trace_add_flight (StileTrace *self, StileRole sender, guint number, GBytes *bytes)
{
  g_autoptr (StileFlight) flight = NULL;

  if (self == NULL)
    return;

  flight = stile_flight_new (sender, number, bytes);
  stile_trace_add (self, stile_trace_event_new_flight (flight));
}

/**
 * stile_trace_clear:
 *
 * Forgets all and begins to count time anew.
 */
void
stile_trace_clear (StileTrace *self)
{
  guint removed = self->events->len;

  g_ptr_array_set_size (self->events, 0);
  begin (self);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, removed, 0);
}

/**
 * stile_trace_get_start:
 *
 * Returns: when the trace began, in microseconds of the monotonic clock
 */
gint64
stile_trace_get_start (StileTrace *self)
{
  return self->start;
}

/**
 * stile_trace_get_began:
 *
 * Returns: when the trace began, in Unix seconds
 */
gint64
stile_trace_get_began (StileTrace *self)
{
  return self->began;
}

/**
 * stile_trace_to_variant:
 * @with_bytes: whether flights carry their bytes, in base64 (the draft, Appendix C)
 *
 * Returns: (transfer floating): an av of events, for JSON
 */
GVariant *
stile_trace_to_variant (StileTrace *self, gboolean with_bytes)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  for (guint i = 0; i < self->events->len; i++)
    g_variant_builder_add (
        &builder, "v",
        stile_trace_event_to_variant (g_ptr_array_index (self->events, i), self->start, with_bytes));

  return g_variant_builder_end (&builder);
}

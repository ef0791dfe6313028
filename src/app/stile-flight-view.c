/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-flight-view.h"

#include <glib/gi18n-lib.h>

#include "app/stile-speech.h"

/**
 * StileFlightView:
 *
 * The flights of a trace as a sequence drawing, while they go over: this computer on one side, the service on the
 * other, and whoever lies between in the middle.
 */
struct _StileFlightView
{
  GtkWidget parent_instance;

  StileTrace *trace;
  gboolean between;

  GtkWidget *content;
  GtkWidget *middlebox;
  GtkListBox *rows;
};

G_DEFINE_FINAL_TYPE (StileFlightView, stile_flight_view, GTK_TYPE_WIDGET)

static void
stile_flight_view_dispose (GObject *object)
{
  StileFlightView *self = STILE_FLIGHT_VIEW (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_object (&self->trace);

  G_OBJECT_CLASS (stile_flight_view_parent_class)->dispose (object);
}

static void
stile_flight_view_class_init (StileFlightViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_flight_view_dispose;

  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-flight-view.ui");
  gtk_widget_class_bind_template_child (widget_class, StileFlightView, content);
  gtk_widget_class_bind_template_child (widget_class, StileFlightView, middlebox);
  gtk_widget_class_bind_template_child (widget_class, StileFlightView, rows);
}

static void
stile_flight_view_init (StileFlightView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_speech_set_name (GTK_WIDGET (self), _ ("Flights"));
}

GtkWidget *
stile_flight_view_new (void)
{
  return g_object_new (STILE_TYPE_FLIGHT_VIEW, NULL);
}

static gboolean
is_flight (gpointer item, gpointer user_data)
{
  return stile_trace_event_get_kind (item) == STILE_TRACE_FLIGHT;
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  StileFlightView *self = user_data;
  GtkWidget *row = stile_flight_row_new (stile_trace_event_get_flight (item));

  stile_flight_row_set_between (STILE_FLIGHT_ROW (row), self->between);
  return row;
}

/**
 * stile_flight_view_set_trace:
 *
 * Shows the flights that are in the trace, and those that come.
 */
void
stile_flight_view_set_trace (StileFlightView *self, StileTrace *trace)
{
  GtkFilter *filter;
  g_autoptr (GListModel) flights = NULL;

  if (!g_set_object (&self->trace, trace))
    return;

  filter = GTK_FILTER (gtk_custom_filter_new (is_flight, NULL, NULL));
  flights = G_LIST_MODEL (gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (trace)), filter));
  gtk_list_box_bind_model (self->rows, flights, make_row, self, NULL);
}

/**
 * stile_flight_view_set_between:
 * @between: whether a middlebox lies between
 */
void
stile_flight_view_set_between (StileFlightView *self, gboolean between)
{
  StileFlightRow *row;

  self->between = between;
  gtk_widget_set_visible (self->middlebox, between);
  for (int i = 0; (row = stile_flight_view_get_row (self, i)) != NULL; i++)
    stile_flight_row_set_between (row, between);
}

/**
 * stile_flight_view_get_row:
 *
 * Returns: (transfer none) (nullable): the row of a flight
 */
StileFlightRow *
stile_flight_view_get_row (StileFlightView *self, int index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->rows, index);

  return row != NULL ? STILE_FLIGHT_ROW (row) : NULL;
}

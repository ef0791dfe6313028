/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-trace-window.h"

#include <glib/gi18n-lib.h>

#include "app/stile-flight-view.h"
#include "app/stile-speech.h"

/**
 * StileTraceWindow:
 *
 * A trace from a file: its flights as arrows, and below what else happened, with the time of each.  The window that opened it is
 * its parent.
 */
struct _StileTraceWindow
{
  AdwWindow parent_instance;

  AdwWindowTitle *title;
  GtkLabel *left_out;
  StileFlightView *flights;
  AdwPreferencesGroup *others;
  GtkListBox *events;
};

G_DEFINE_FINAL_TYPE (StileTraceWindow, stile_trace_window, ADW_TYPE_WINDOW)

static void
stile_trace_window_class_init (StileTraceWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (STILE_TYPE_FLIGHT_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-trace-window.ui");
  gtk_widget_class_bind_template_child (widget_class, StileTraceWindow, title);
  gtk_widget_class_bind_template_child (widget_class, StileTraceWindow, left_out);
  gtk_widget_class_bind_template_child (widget_class, StileTraceWindow, flights);
  gtk_widget_class_bind_template_child (widget_class, StileTraceWindow, others);
  gtk_widget_class_bind_template_child (widget_class, StileTraceWindow, events);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
}

static void
stile_trace_window_init (StileTraceWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static gboolean
is_other (gpointer item, gpointer user_data)
{
  return stile_trace_event_get_flight (item) == NULL;
}

/* Of anybody: a sentence in a file is no markup. */
static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = g_markup_escape_text (stile_trace_event_get_summary (item), -1);
  /* Translators: milliseconds since a trace began. */
  g_autofree char *when = g_strdup_printf (_ ("%.1f ms"), (double)stile_trace_event_get_time (item) / 1000.0);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), when);
  stile_speech_complete (row);
  return row;
}

static void
show_title (StileTraceWindow *self, StileTraceDocument *document)
{
  const char *service = stile_trace_document_get_service (document);
  g_autoptr (GDateTime) began =
      g_date_time_new_from_unix_local (stile_trace_get_began (stile_trace_document_get_trace (document)));
  g_autofree char *when = g_date_time_format (began, "%c");

  gtk_window_set_title (GTK_WINDOW (self), service);
  adw_window_title_set_title (self->title, service);
  adw_window_title_set_subtitle (self->title, when);
}

static void
show_left_out (StileTraceWindow *self, guint count)
{
  g_autofree char *text =
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u earlier event is not in the file.",
                                    "%u earlier events are not in the file.", count),
                       count);

  gtk_label_set_text (self->left_out, text);
  gtk_widget_set_visible (GTK_WIDGET (self->left_out), count > 0);
}

static void
show_others (StileTraceWindow *self, StileTrace *trace)
{
  GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (is_other, NULL, NULL));
  g_autoptr (GListModel) others =
      G_LIST_MODEL (gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (trace)), filter));

  gtk_list_box_bind_model (self->events, others, make_row, NULL, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->others), g_list_model_get_n_items (others) > 0);
}

/**
 * stile_trace_window_new:
 * @parent: which window opened it
 *
 * Returns: (transfer none): a window that shows the trace
 */
StileTraceWindow *
stile_trace_window_new (GtkWindow *parent, StileTraceDocument *document)
{
  StileTraceWindow *self = g_object_new (STILE_TYPE_TRACE_WINDOW, "transient-for", parent, NULL);
  StileTrace *trace = stile_trace_document_get_trace (document);

  show_title (self, document);
  show_left_out (self, stile_trace_document_get_left_out (document));
  stile_flight_view_set_trace (self->flights, trace);
  stile_flight_view_set_between (self->flights, stile_trace_document_get_intercepted (document));
  show_others (self, trace);

  return self;
}

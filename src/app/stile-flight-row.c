/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-flight-row.h"

#include <glib/gi18n-lib.h>

#include "app/stile-line.h"
#include "app/stile-speech.h"

/* Where this computer and the service are, from either edge; the heads of the columns stand over them. */
#define LIFELINE_INSET 24
#define ARROW_HEIGHT 18

/**
 * StileFlightRow:
 *
 * A flight as an arrow from its sender to the other end, through whoever lies between, with what it holds and how much.
 */
struct _StileFlightRow
{
  GtkListBoxRow parent_instance;

  char *spoken;
  gboolean from_client;
  gboolean between;

  GtkLabel *contents;
  GtkLabel *size;
  GtkWidget *arrow;
};

G_DEFINE_FINAL_TYPE (StileFlightRow, stile_flight_row, GTK_TYPE_LIST_BOX_ROW)

static void
stile_flight_row_finalize (GObject *object)
{
  g_free (STILE_FLIGHT_ROW (object)->spoken);

  G_OBJECT_CLASS (stile_flight_row_parent_class)->finalize (object);
}

/* The time line of each who takes part, so that rows one below the other read as one drawing. */
static void
draw_lifelines (StileFlightRow *self, GtkSnapshot *snapshot, double width, double height)
{
  cairo_t *cr = stile_line_begin (GTK_WIDGET (self), snapshot, GTK_WIDGET (self->size));

  cairo_set_line_width (cr, 1);
  stile_line_draw (cr, STILE_LINE_SOLID, LIFELINE_INSET, 0, LIFELINE_INSET, height);
  stile_line_draw (cr, STILE_LINE_SOLID, width - LIFELINE_INSET, 0, width - LIFELINE_INSET, height);
  cairo_destroy (cr);
}

static void
draw_arrow (StileFlightRow *self, GtkSnapshot *snapshot, double width)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  gboolean rightwards = self->from_client != mirrored;
  double near = LIFELINE_INSET + 4, far = width - LIFELINE_INSET - 4;
  double from = rightwards ? near : far, to = rightwards ? far : near;
  graphene_rect_t area;
  double y;
  cairo_t *cr;

  if (!gtk_widget_compute_bounds (self->arrow, GTK_WIDGET (self), &area))
    return;

  y = area.origin.y + ARROW_HEIGHT / 2.0;
  cr = stile_line_begin (GTK_WIDGET (self), snapshot, self->arrow);
  stile_line_draw (cr, STILE_LINE_SOLID, from, y, to, y);
  stile_line_draw_head (cr, from, to, y);
  if (self->between)
    {
      cairo_arc (cr, width / 2, y, 4, 0, 2 * G_PI);
      cairo_fill (cr);
    }
  cairo_destroy (cr);
}

static void
stile_flight_row_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StileFlightRow *self = STILE_FLIGHT_ROW (widget);
  double width = gtk_widget_get_width (widget);

  draw_lifelines (self, snapshot, width, gtk_widget_get_height (widget));
  draw_arrow (self, snapshot, width);

  GTK_WIDGET_CLASS (stile_flight_row_parent_class)->snapshot (widget, snapshot);
}

static void
stile_flight_row_class_init (StileFlightRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = stile_flight_row_finalize;
  widget_class->snapshot = stile_flight_row_snapshot;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-flight-row.ui");
  gtk_widget_class_bind_template_child (widget_class, StileFlightRow, contents);
  gtk_widget_class_bind_template_child (widget_class, StileFlightRow, size);
  gtk_widget_class_bind_template_child (widget_class, StileFlightRow, arrow);
}

static void
stile_flight_row_init (StileFlightRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static char *
describe_size (gsize size)
{
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%zu byte", "%zu bytes", size), size);
}

/**
 * stile_flight_row_new:
 *
 * Returns: (transfer floating): a row that shows the flight
 */
GtkWidget *
stile_flight_row_new (StileFlight *flight)
{
  StileFlightRow *self = g_object_new (STILE_TYPE_FLIGHT_ROW, NULL);
  g_autofree char *contents = stile_flight_describe (flight);
  g_autofree char *size = describe_size (g_bytes_get_size (stile_flight_get_bytes (flight)));

  self->from_client = stile_flight_get_sender (flight) == STILE_ROLE_CLIENT;
  gtk_label_set_text (self->contents, contents);
  gtk_label_set_text (self->size, size);
  self->spoken =
      g_strdup_printf (self->from_client ? _ ("Flight %u, from this computer to the service, %s: %s")
                                         : _ ("Flight %u, from the service to this computer, %s: %s"),
                       stile_flight_get_number (flight), size, contents);
  stile_speech_set_name (GTK_WIDGET (self), self->spoken);

  return GTK_WIDGET (self);
}

/**
 * stile_flight_row_set_between:
 * @between: whether the flight goes through somebody in between
 */
void
stile_flight_row_set_between (StileFlightRow *self, gboolean between)
{
  self->between = between;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const char *
stile_flight_row_get_spoken (StileFlightRow *self)
{
  return self->spoken;
}

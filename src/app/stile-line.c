/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-line.h"

#include "app/stile-dialogs.h"

#define WIDTH 2
#define HEAD 6

/**
 * stile_line_begin:
 * @widget: what is drawn on
 * @colored: whose text colour the lines have, so that the style sheet decides it
 *
 * Returns: (transfer full): where to draw, with the widget's own coordinates
 */
cairo_t *
stile_line_begin (GtkWidget *widget, GtkSnapshot *snapshot, GtkWidget *colored)
{
  graphene_rect_t area =
      GRAPHENE_RECT_INIT (0, 0, (float)gtk_widget_get_width (widget), (float)gtk_widget_get_height (widget));
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &area);
  GdkRGBA color;

  stile_dialogs_get_color (colored, &color);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_line_width (cr, WIDTH);

  return cr;
}

void
stile_line_draw (cairo_t *cr, StileLineStyle style, double x1, double y1, double x2, double y2)
{
  static const double dashes[] = { 6, 4 };
  static const double dots[] = { 0, 5 };

  cairo_set_line_cap (cr, style == STILE_LINE_DOTTED ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
  if (style == STILE_LINE_DASHED)
    cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  else
    cairo_set_dash (cr, dots, style == STILE_LINE_DOTTED ? G_N_ELEMENTS (dots) : 0, 0);
  cairo_move_to (cr, x1, y1);
  cairo_line_to (cr, x2, y2);
  cairo_stroke (cr);
}

/**
 * stile_line_draw_head:
 * @from_x: where the arrow comes from
 * @x: where its tip is
 */
void
stile_line_draw_head (cairo_t *cr, double from_x, double x, double y)
{
  double back = from_x < x ? -HEAD : HEAD;

  cairo_move_to (cr, x + back, y - HEAD);
  cairo_line_to (cr, x, y);
  cairo_line_to (cr, x + back, y + HEAD);
  cairo_set_dash (cr, NULL, 0, 0);
  cairo_stroke (cr);
}

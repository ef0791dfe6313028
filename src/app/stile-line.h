/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * StileLineStyle:
 * @STILE_LINE_SOLID: proven
 * @STILE_LINE_DASHED: likely, or about to be
 * @STILE_LINE_DOTTED: unknown
 */
typedef enum
{
  STILE_LINE_SOLID,
  STILE_LINE_DASHED,
  STILE_LINE_DOTTED,
} StileLineStyle;

cairo_t *stile_line_begin (GtkWidget *widget, GtkSnapshot *snapshot, GtkWidget *colored);
void stile_line_draw (cairo_t *cr, StileLineStyle style, double x1, double y1, double x2, double y2);
void stile_line_draw_head (cairo_t *cr, double from_x, double x, double y);

G_END_DECLS

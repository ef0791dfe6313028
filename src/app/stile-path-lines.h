/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/stile-line.h"

G_BEGIN_DECLS

/* All widgets are children of the one that is drawn on. */
void stile_path_lines_draw_layers (
    cairo_t *cr, StileLineStyle style, GtkWidget *one, GtkWidget *other, GtkWidget *words);
void stile_path_lines_draw_between (cairo_t *cr, StileLineStyle style, GtkWidget *one, GtkWidget *other);
void stile_path_lines_draw_past (
    cairo_t *cr, StileLineStyle style, GtkWidget *one, GtkWidget *other, GtkWidget *words);
void stile_path_lines_draw_under (
    cairo_t *cr, StileLineStyle style, GtkWidget *one, GtkWidget *other, GtkWidget *label);
void stile_path_lines_draw_beside (cairo_t *cr, StileLineStyle style, GtkWidget *one, GtkWidget *other);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "paper/stile-paper-table.h"

#include <pango/pangocairo.h>

#define HEAD_FONT "Sans Bold 6.5"

/* In points: between two columns, and above and below the text of a row. */
#define GAP 8
#define PADDING 3

/* A row fits on a page with its head, whatever somebody wrote into a cell; the rest of it is cut. */
#define MAX_LINES 40

static PangoLayout *
make_layout (const StilePaperTable *self, const StilePaperColumn *column, const char *font, const char *text)
{
  double width = stile_paper_get_width (self->paper) * column->share - GAP;
  PangoLayout *layout = stile_paper_make_layout (self->paper, font, text, width);

  pango_layout_set_height (layout, -MAX_LINES);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  return layout;
}

static double
measure (GPtrArray *layouts)
{
  int most = 0;

  for (guint i = 0; i < layouts->len; i++)
    {
      int height;

      pango_layout_get_pixel_size (g_ptr_array_index (layouts, i), NULL, &height);
      most = MAX (most, height);
    }

  return most + 2 * PADDING;
}

static void
draw_line (const StilePaperTable *self, double grey)
{
  cairo_t *cr = stile_paper_get_cairo (self->paper);
  double left = stile_paper_get_left (self->paper), top = stile_paper_get_top (self->paper);

  cairo_set_line_width (cr, 0.5);
  cairo_set_source_rgb (cr, grey, grey, grey);
  cairo_move_to (cr, left, top);
  cairo_line_to (cr, left + stile_paper_get_width (self->paper), top);
  cairo_stroke (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
}

static void
draw (const StilePaperTable *self, GPtrArray *layouts)
{
  cairo_t *cr = stile_paper_get_cairo (self->paper);
  double left = stile_paper_get_left (self->paper), height = measure (layouts);

  for (guint i = 0; i < layouts->len; i++)
    {
      cairo_move_to (cr, left, stile_paper_get_top (self->paper) + PADDING);
      pango_cairo_show_layout (cr, g_ptr_array_index (layouts, i));
      left += stile_paper_get_width (self->paper) * self->columns[i].share;
    }
  stile_paper_add_space (self->paper, height);
}

/**
 * stile_paper_table_add_head:
 *
 * The heads of the columns.
 */
void
stile_paper_table_add_head (const StilePaperTable *self)
{
  g_autoptr (GPtrArray) layouts = g_ptr_array_new_with_free_func (g_object_unref);

  for (gsize i = 0; i < self->n_columns; i++)
    g_ptr_array_add (layouts, make_layout (self, &self->columns[i], HEAD_FONT, self->columns[i].head));
  /* With a row or two below. */
  stile_paper_make_room (self->paper, 3 * measure (layouts));
  draw (self, layouts);
  draw_line (self, 0.2);
}

/**
 * stile_paper_table_add_row:
 * @cells: (array): one for each column, from anybody
 */
void
stile_paper_table_add_row (const StilePaperTable *self, const char *const *cells)
{
  g_autoptr (GPtrArray) layouts = g_ptr_array_new_with_free_func (g_object_unref);

  for (gsize i = 0; i < self->n_columns; i++)
    g_ptr_array_add (layouts, make_layout (self, &self->columns[i], self->columns[i].font, cells[i]));
  if (stile_paper_make_room (self->paper, measure (layouts)) && self->columns[0].head != NULL)
    stile_paper_table_add_head (self);
  draw (self, layouts);
  draw_line (self, 0.8);
}

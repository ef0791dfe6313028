/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-path-lines.h"

#include "app/stile-path-layout.h"

/* Between the end of a line and the word in it. */
#define WORD_GAP 6

/* Where a child is, in the coordinates of the whole picture. */
typedef struct
{
  double left, right, top, bottom;
  double middle_x, middle_y;
} Area;

static Area
get_area (GtkWidget *child, GtkWidget *picture)
{
  graphene_rect_t bounds;
  Area area = { 0 };

  if (!gtk_widget_compute_bounds (child, picture, &bounds))
    return area;

  area.left = bounds.origin.x;
  area.right = bounds.origin.x + bounds.size.width;
  area.top = bounds.origin.y;
  area.bottom = bounds.origin.y + bounds.size.height;
  area.middle_x = (area.left + area.right) / 2;
  area.middle_y = (area.top + area.bottom) / 2;
  return area;
}

static gboolean
is_mirrored (GtkWidget *picture)
{
  return gtk_widget_get_direction (picture) == GTK_TEXT_DIR_RTL;
}

/**
 * stile_path_lines_draw_layers:
 * @words: a box of words, each the name of a layer
 *
 * Side by side: a line for each layer, with its name in the middle.
 */
void
stile_path_lines_draw_layers (
    cairo_t *cr, StileLineStyle style, GtkWidget *one, GtkWidget *other, GtkWidget *words)
{
  GtkWidget *picture = gtk_widget_get_parent (one);
  Area first = get_area (one, picture), second = get_area (other, picture);
  double begin = MIN (first.right, second.right), end = MAX (first.left, second.left);

  for (GtkWidget *word = gtk_widget_get_first_child (words); word != NULL;
       word = gtk_widget_get_next_sibling (word))
    {
      Area area = get_area (word, picture);

      if (!gtk_widget_has_css_class (word, "layer"))
        continue;
      stile_line_draw (cr, style, begin, area.middle_y, area.left - WORD_GAP, area.middle_y);
      stile_line_draw (cr, style, area.right + WORD_GAP, area.middle_y, end, area.middle_y);
    }
}

/**
 * stile_path_lines_draw_between:
 *
 * One below the other: a line from box to box.
 */
void
stile_path_lines_draw_between (cairo_t *cr, StileLineStyle style, GtkWidget *one, GtkWidget *other)
{
  GtkWidget *picture = gtk_widget_get_parent (one);
  Area upper = get_area (one, picture), lower = get_area (other, picture);
  /* Where one of the boxes stands back, the line is at that one's edge. */
  double x = is_mirrored (picture) ? MIN (upper.right, lower.right) - STILE_PATH_LAYOUT_LINE_X
                                   : MAX (upper.left, lower.left) + STILE_PATH_LAYOUT_LINE_X;

  stile_line_draw (cr, style, x, upper.bottom, x, lower.top);
}

/**
 * stile_path_lines_draw_past:
 * @words: the names of the layers, beside the box that is passed
 *
 * One below the other: a line from box to box that leads past the one between them.
 */
void
stile_path_lines_draw_past (
    cairo_t *cr, StileLineStyle style, GtkWidget *one, GtkWidget *other, GtkWidget *words)
{
  GtkWidget *picture = gtk_widget_get_parent (one);
  Area upper = get_area (one, picture), lower = get_area (other, picture), word = get_area (words, picture);

  stile_line_draw (cr, style, word.middle_x, upper.bottom, word.middle_x, word.top - WORD_GAP / 2.0);
  stile_line_draw (cr, style, word.middle_x, word.bottom + WORD_GAP / 2.0, word.middle_x, lower.top);
}

/**
 * stile_path_lines_draw_under:
 * @label: stands in the middle of the line
 *
 * Side by side: a line under all boxes, from the first to the last.
 */
void
stile_path_lines_draw_under (
    cairo_t *cr, StileLineStyle style, GtkWidget *one, GtkWidget *other, GtkWidget *label)
{
  GtkWidget *picture = gtk_widget_get_parent (one);
  Area first = get_area (one, picture), last = get_area (other, picture), word = get_area (label, picture);
  double begin = MIN (first.middle_x, last.middle_x), end = MAX (first.middle_x, last.middle_x);

  stile_line_draw (cr, style, begin, first.bottom, begin, word.middle_y);
  stile_line_draw (cr, style, end, last.bottom, end, word.middle_y);
  if (begin >= word.left - WORD_GAP)
    return;

  stile_line_draw (cr, style, begin, word.middle_y, word.left - WORD_GAP, word.middle_y);
  stile_line_draw (cr, style, word.right + WORD_GAP, word.middle_y, end, word.middle_y);
}

/**
 * stile_path_lines_draw_beside:
 *
 * One below the other: a line beside all boxes, from the first to the last.
 */
void
stile_path_lines_draw_beside (cairo_t *cr, StileLineStyle style, GtkWidget *one, GtkWidget *other)
{
  GtkWidget *picture = gtk_widget_get_parent (one);
  Area first = get_area (one, picture), last = get_area (other, picture);
  double edge = is_mirrored (picture) ? first.left : first.right;
  double x = edge + (is_mirrored (picture) ? -0.5 : 0.5) * STILE_PATH_LAYOUT_AROUND;

  stile_line_draw (cr, style, edge, first.middle_y, x, first.middle_y);
  stile_line_draw (cr, style, x, first.middle_y, x, last.middle_y);
  stile_line_draw (cr, style, x, last.middle_y, edge, last.middle_y);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-report-picture.h"

#include <glib/gi18n-lib.h>
#include <pango/pangocairo.h>

/* Of the width that a hop takes, this much is its box; in points. */
#define BOX_SHARE 0.6
#define BOX_HEIGHT 64
#define LAYER_HEIGHT 14
#define CHANGE_HEIGHT 10
#define SESSION_HEIGHT 26

/* Words that do not fit go on in a second line, and are cut there. */
#define MAX_LINES 2

typedef struct
{
  cairo_t *cr;
  StilePath *path;
  double x;
  double y;
  double box;
  double leg;
} Picture;

static void
draw_word (Picture *self, const char *font, const char *text, double middle, double top, double width)
{
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (self->cr);
  PangoFontDescription *description = pango_font_description_from_string (font);

  pango_layout_set_font_description (layout, description);
  pango_font_description_free (description);
  pango_layout_set_width (layout, (int)(width * PANGO_SCALE));
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_height (layout, -MAX_LINES);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_text (layout, text, -1);
  cairo_move_to (self->cr, middle - width / 2, top);
  pango_cairo_show_layout (self->cr, layout);
}

static double
get_left (Picture *self, guint index)
{
  return self->x + index * (self->box + self->leg);
}

static void
set_colour (Picture *self, StileHopTrust trust)
{
  if (trust == STILE_HOP_BAD)
    cairo_set_source_rgb (self->cr, 0.70, 0.08, 0.11);
  else if (trust == STILE_HOP_GOOD)
    cairo_set_source_rgb (self->cr, 0.11, 0.50, 0.23);
  else
    cairo_set_source_rgb (self->cr, 0.35, 0.35, 0.38);
}

static void
set_dash (Picture *self, StileCertainty certainty)
{
  static const double likely[] = { 5, 3 }, unknown[] = { 1.5, 3 };

  if (certainty == STILE_CERTAINTY_PROVEN)
    cairo_set_dash (self->cr, NULL, 0, 0);
  else
    cairo_set_dash (self->cr, certainty == STILE_CERTAINTY_LIKELY ? likely : unknown, 2, 0);
}

static void
draw_hop (Picture *self, guint index)
{
  const StileHop *hop = stile_path_get_hop (self->path, index);
  double left = get_left (self, index), middle = left + self->box / 2;

  set_colour (self, hop->trust);
  set_dash (self, hop->certainty);
  cairo_set_line_width (self->cr, 1.5);
  cairo_rectangle (self->cr, left, self->y, self->box, BOX_HEIGHT);
  cairo_stroke (self->cr);
  cairo_set_source_rgb (self->cr, 0, 0, 0);
  draw_word (self, "Sans Bold 7.5", hop->name, middle, self->y + 8, self->box - 6);
  draw_word (self, "Sans 6.5", hop->what, middle, self->y + 22, self->box - 6);
  set_colour (self, hop->trust);
  if (hop->trust_word != NULL)
    draw_word (self, "Sans Bold 7", hop->trust_word, middle, self->y + 46, self->box - 6);
  cairo_set_source_rgb (self->cr, 0, 0, 0);
}

static void
draw_leg (Picture *self, guint index)
{
  const StileLeg *leg = stile_path_get_leg (self->path, index);
  double begin = get_left (self, index) + self->box, middle = begin + self->leg / 2;
  double top = self->y + (BOX_HEIGHT - leg->layers->len * LAYER_HEIGHT) / 2.0;

  for (guint i = 0; i < leg->layers->len; i++)
    {
      double line = top + (i + 1) * LAYER_HEIGHT - 2;

      draw_word (self, "Sans 6", g_ptr_array_index (leg->layers, i), middle, line - 10, self->leg - 2);
      set_dash (self, leg->certainty);
      cairo_set_line_width (self->cr, 1);
      cairo_move_to (self->cr, begin, line);
      cairo_line_to (self->cr, begin + self->leg, line);
      cairo_stroke (self->cr);
    }
  set_colour (self, STILE_HOP_BAD);
  for (guint i = 0; i < leg->changed->len; i++)
    draw_word (self, "Sans 6", g_ptr_array_index (leg->changed, i), middle,
               self->y + BOX_HEIGHT + 2 + i * CHANGE_HEIGHT, self->leg + self->box * 0.6);
  cairo_set_source_rgb (self->cr, 0, 0, 0);
}

static double
measure_changes (StilePath *path)
{
  guint most = 0;

  for (guint i = 0; i + 1 < stile_path_get_n_hops (path); i++)
    most = MAX (most, stile_path_get_leg (path, i)->changed->len);

  return most * CHANGE_HEIGHT;
}

static void
draw_session (Picture *self, double changes)
{
  double first = self->x + self->box / 2;
  double last = get_left (self, stile_path_get_n_hops (self->path) - 1) + self->box / 2;
  double bottom = self->y + BOX_HEIGHT + changes + SESSION_HEIGHT - 6;

  if (stile_path_get_session (self->path) != STILE_PATH_SESSION_ESTABLISHED)
    return;

  set_colour (self, STILE_HOP_GOOD);
  set_dash (self, STILE_CERTAINTY_PROVEN);
  cairo_set_line_width (self->cr, 2);
  cairo_move_to (self->cr, first, self->y + BOX_HEIGHT);
  cairo_line_to (self->cr, first, bottom);
  cairo_line_to (self->cr, last, bottom);
  cairo_line_to (self->cr, last, self->y + BOX_HEIGHT);
  cairo_stroke (self->cr);
  draw_word (self, "Sans Bold 7", _ ("Secure session from end to end (ATLS)"), (first + last) / 2,
             bottom - 12, last - first);
  cairo_set_source_rgb (self->cr, 0, 0, 0);
}

/**
 * stile_report_picture_draw:
 * @width: in points, from @x
 *
 * Returns: how high it has become
 */
double
stile_report_picture_draw (cairo_t *cr, StilePath *path, double x, double y, double width)
{
  guint count = stile_path_get_n_hops (path);
  double changes = measure_changes (path);
  double share = count > 0 ? width / (count - 1 + BOX_SHARE) : 0;
  Picture self = {
    .cr = cr, .path = path, .x = x, .y = y, .box = share * BOX_SHARE, .leg = share * (1 - BOX_SHARE)
  };

  if (count == 0)
    return 0;

  for (guint i = 0; i + 1 < count; i++)
    draw_leg (&self, i);
  for (guint i = 0; i < count; i++)
    draw_hop (&self, i);
  draw_session (&self, changes);
  set_dash (&self, STILE_CERTAINTY_PROVEN);
  return BOX_HEIGHT + changes + SESSION_HEIGHT;
}

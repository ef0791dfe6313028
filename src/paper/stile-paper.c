/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "paper/stile-paper.h"

#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <pango/pangocairo.h>
#include <string.h>

/* In points: A4, and Letter where people write on that. */
#define A4_WIDTH 595
#define A4_HEIGHT 842
#define LETTER_WIDTH 612
#define LETTER_HEIGHT 792
#define MARGIN 42

/* Room to write by hand, with words below; of what a blank could have, so much is its line. */
#define BLANK_ABOVE 60
#define BLANK_BELOW 30
#define BLANK_SHARE 0.85

/**
 * StilePaper:
 *
 * Pages that are written from top to bottom, A4 or Letter, and become a PDF.  It is there while they are written.
 */
struct _StilePaper
{
  cairo_t *cr;
  double width;
  double height;
  double y;
  guint page;
  guint n_pages; /* 0 while they are counted */
};

/* The ISO's A4 but for those few countries: the language of the messages tells no better. */
static gboolean
wants_letter (void)
{
  static const char *const countries[] = { "_US", "_CA", "_MX", "_PH", "_CL", "_CO", "_VE" };
  const char *locale = setlocale (LC_PAPER, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (countries); i++)
    if (locale != NULL && strstr (locale, countries[i]) != NULL)
      return TRUE;

  return FALSE;
}

/**
 * stile_paper_make_layout:
 * @font: as Pango describes it
 * @text: (nullable): from anybody
 * @width: where its lines end
 *
 * Returns: (transfer full): text to be put on this paper
 */
PangoLayout *
stile_paper_make_layout (StilePaper *self, const char *font, const char *text, double width)
{
  PangoLayout *layout = pango_cairo_create_layout (self->cr);
  PangoFontDescription *description = pango_font_description_from_string (font);
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  /* A screen's dots are not the paper's. */
  pango_context_set_round_glyph_positions (pango_layout_get_context (layout), FALSE);
  pango_layout_set_font_description (layout, description);
  pango_font_description_free (description);
  pango_layout_set_width (layout, (int)(width * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text (layout, valid, -1);
  return layout;
}

static void
number_page (StilePaper *self)
{
  g_autofree char *text = g_strdup_printf (_ ("Page %u of %u"), ++self->page, self->n_pages);
  g_autoptr (PangoLayout) layout =
      stile_paper_make_layout (self, "Sans 8", text, stile_paper_get_width (self));

  pango_layout_set_alignment (layout, PANGO_ALIGN_RIGHT);
  cairo_move_to (self->cr, MARGIN, self->height - MARGIN + 10);
  pango_cairo_show_layout (self->cr, layout);
}

static void
turn_page (StilePaper *self)
{
  number_page (self);
  cairo_show_page (self->cr);
  self->y = MARGIN;
}

/**
 * stile_paper_make_room:
 * @height: of what must not be torn apart; at most a page's
 *
 * Goes to the next page where this one has no room for it.
 *
 * Returns: whether it is the next page
 */
gboolean
stile_paper_make_room (StilePaper *self, double height)
{
  if (self->y + height <= self->height - MARGIN || self->y <= MARGIN)
    return FALSE;

  turn_page (self);
  return TRUE;
}

/* A line at a time, so that what is longer than a page goes on on the next. */
static void
print_lines (StilePaper *self, PangoLayout *layout, double indent)
{
  for (int i = 0; i < pango_layout_get_line_count (layout); i++)
    {
      PangoLayoutLine *line = pango_layout_get_line_readonly (layout, i);
      PangoRectangle logical;

      pango_layout_line_get_extents (line, NULL, &logical);
      pango_extents_to_pixels (NULL, &logical);
      stile_paper_make_room (self, logical.height);
      cairo_move_to (self->cr, MARGIN + indent, self->y - logical.y);
      pango_cairo_show_layout_line (self->cr, line);
      self->y += logical.height;
    }
}

/**
 * stile_paper_add_text:
 * @font: as Pango describes it
 * @text: (nullable): from anybody; nothing is done for none
 * @indent: from the left margin
 * @after: what stays free below it
 */
void
stile_paper_add_text (StilePaper *self, const char *font, const char *text, double indent, double after)
{
  g_autoptr (PangoLayout) layout = NULL;

  if (text == NULL || *text == '\0')
    return;

  layout = stile_paper_make_layout (self, font, text, stile_paper_get_width (self) - indent);
  print_lines (self, layout, indent);
  self->y += after;
}

/**
 * stile_paper_add_head:
 *
 * A title of what follows.
 */
void
stile_paper_add_head (StilePaper *self, const char *text)
{
  /* A title alone at the foot of a page belongs to the next one. */
  stile_paper_make_room (self, 60);
  self->y += 8;
  stile_paper_add_text (self, "Sans Bold 12", text, 0, 4);
}

/* A line, and the words below it. */
static void
add_blank (StilePaper *self, const char *words, double left, double width)
{
  g_autoptr (PangoLayout) layout = stile_paper_make_layout (self, "Sans 8", words, width);

  cairo_set_line_width (self->cr, 0.5);
  cairo_move_to (self->cr, left, self->y);
  cairo_line_to (self->cr, left + width, self->y);
  cairo_stroke (self->cr);
  cairo_move_to (self->cr, left, self->y + 3);
  pango_cairo_show_layout (self->cr, layout);
}

/**
 * stile_paper_add_blanks:
 * @words: (array length=count): what is to be written, by hand
 *
 * Lines beside each other, for a signature.
 */
void
stile_paper_add_blanks (StilePaper *self, const char *const *words, gsize count)
{
  double share = stile_paper_get_width (self) / (double)count;

  stile_paper_make_room (self, BLANK_ABOVE + BLANK_BELOW);
  self->y += BLANK_ABOVE;
  for (gsize i = 0; i < count; i++)
    add_blank (self, words[i], MARGIN + (double)i * share, share * BLANK_SHARE);
  self->y += BLANK_BELOW;
}

/**
 * stile_paper_add_space:
 *
 * Leaves that much free, or what was drawn there.
 */
void
stile_paper_add_space (StilePaper *self, double height)
{
  self->y += height;
}

/**
 * stile_paper_get_cairo:
 *
 * Returns: (transfer none): to draw on the page with
 */
cairo_t *
stile_paper_get_cairo (StilePaper *self)
{
  return self->cr;
}

double
stile_paper_get_left (StilePaper *self)
{
  return MARGIN;
}

/**
 * stile_paper_get_top:
 *
 * Returns: where the next thing begins
 */
double
stile_paper_get_top (StilePaper *self)
{
  return self->y;
}

double
stile_paper_get_width (StilePaper *self)
{
  return self->width - 2 * MARGIN;
}

static cairo_status_t
write_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static gboolean
set_error (cairo_status_t status, GError **error)
{
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Writing the PDF: %s"),
               cairo_status_to_string (status));
  return FALSE;
}

/* Takes @surface. */
static gboolean
print_pages (
    StilePaper *self, cairo_surface_t *surface, StilePaperFunc func, gpointer user_data, GError **error)
{
  gboolean written;
  cairo_status_t status;

  self->page = 0;
  self->y = MARGIN;
  self->cr = cairo_create (surface);
  written = func (self, user_data, error);
  number_page (self);
  cairo_show_page (self->cr);
  cairo_destroy (self->cr);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);

  return written && set_error (status, error);
}

/**
 * stile_paper_print:
 * @title: what a reader shows above the pages
 * @func: writes them; called twice, since how many there are stands on the first one, too
 * @error: @func's, or %G_IO_ERROR_FAILED
 *
 * Returns: (transfer full): a PDF, A4 or Letter
 */
GBytes *
stile_paper_print (const char *title, StilePaperFunc func, gpointer user_data, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gboolean letter = wants_letter ();
  StilePaper self = { .width = letter ? LETTER_WIDTH : A4_WIDTH,
                      .height = letter ? LETTER_HEIGHT : A4_HEIGHT };
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (NULL, NULL, self.width, self.height);

  if (!print_pages (&self, surface, func, user_data, error))
    return NULL;

  self.n_pages = self.page;
  surface = cairo_pdf_surface_create_for_stream (write_cb, bytes, self.width, self.height);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, title);
  return print_pages (&self, surface, func, user_data, error)
             ? g_byte_array_free_to_bytes (g_steal_pointer (&bytes))
             : NULL;
}

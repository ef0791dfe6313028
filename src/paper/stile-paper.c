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

static PangoLayout *
make_layout (StilePaper *self, const char *font, const char *text, double indent)
{
  PangoLayout *layout = pango_cairo_create_layout (self->cr);
  PangoFontDescription *description = pango_font_description_from_string (font);
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  pango_layout_set_font_description (layout, description);
  pango_font_description_free (description);
  pango_layout_set_width (layout, (int)((self->width - 2 * MARGIN - indent) * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text (layout, valid, -1);
  return layout;
}

static void
number_page (StilePaper *self)
{
  g_autofree char *text = g_strdup_printf ("%u", ++self->page);
  g_autoptr (PangoLayout) layout = make_layout (self, "Sans 8", text, 0);

  cairo_move_to (self->cr, self->width - MARGIN, self->height - MARGIN + 10);
  pango_cairo_show_layout (self->cr, layout);
}

static void
turn_page (StilePaper *self)
{
  number_page (self);
  cairo_show_page (self->cr);
  self->y = MARGIN;
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
      if (self->y + logical.height > self->height - MARGIN)
        turn_page (self);
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

  layout = make_layout (self, font, text, indent);
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
  if (self->y > self->height - MARGIN - 60)
    turn_page (self);
  self->y += 8;
  stile_paper_add_text (self, "Sans Bold 12", text, 0, 4);
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

/**
 * stile_paper_print:
 * @title: what a reader shows above the pages
 * @func: writes them
 * @error: @func's, or %G_IO_ERROR_FAILED
 *
 * Returns: (transfer full): a PDF, A4 or Letter
 */
GBytes *
stile_paper_print (const char *title, StilePaperFunc func, gpointer user_data, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gboolean letter = wants_letter (), written;
  StilePaper self = { .width = letter ? LETTER_WIDTH : A4_WIDTH,
                      .height = letter ? LETTER_HEIGHT : A4_HEIGHT,
                      .y = MARGIN };
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (write_cb, bytes, self.width, self.height);
  cairo_status_t status;

  self.cr = cairo_create (surface);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, title);
  written = func (&self, user_data, error);
  number_page (&self);
  cairo_show_page (self.cr);
  cairo_destroy (self.cr);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (written && status == CAIRO_STATUS_SUCCESS)
    return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));

  if (written)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Writing the PDF: %s"),
                 cairo_status_to_string (status));
  return NULL;
}

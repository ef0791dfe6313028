/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-report-pdf.h"

#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-json.h"
#include "diagnosis/stile-report-picture.h"

/* In points: A4, and Letter where people write on that. */
#define A4_WIDTH 595
#define A4_HEIGHT 842
#define LETTER_WIDTH 612
#define LETTER_HEIGHT 792
#define MARGIN 42

typedef struct
{
  cairo_t *cr;
  double width;
  double height;
  double y;
  guint page;
} Printer;

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
make_layout (Printer *self, const char *font, const char *text, double indent)
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
number_page (Printer *self)
{
  g_autofree char *text = g_strdup_printf ("%u", ++self->page);
  g_autoptr (PangoLayout) layout = make_layout (self, "Sans 8", text, 0);

  cairo_move_to (self->cr, self->width - MARGIN, self->height - MARGIN + 10);
  pango_cairo_show_layout (self->cr, layout);
}

static void
turn_page (Printer *self)
{
  number_page (self);
  cairo_show_page (self->cr);
  self->y = MARGIN;
}

/* A line at a time, so that what is longer than a page goes on on the next. */
static void
print_lines (Printer *self, PangoLayout *layout, double indent)
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

static void
print_text (Printer *self, const char *font, const char *text, double indent, double after)
{
  g_autoptr (PangoLayout) layout = NULL;

  if (text == NULL || *text == '\0')
    return;

  layout = make_layout (self, font, text, indent);
  print_lines (self, layout, indent);
  self->y += after;
}

static void
print_head (Printer *self, const char *text)
{
  /* A title alone at the foot of a page belongs to the next one. */
  if (self->y > self->height - MARGIN - 60)
    turn_page (self);
  self->y += 8;
  print_text (self, "Sans Bold 12", text, 0, 4);
}

static void
print_verdict (Printer *self, StileReport *report)
{
  g_autofree char *title = g_strdup_printf (_ ("Diagnosis of %s"), stile_report_get_url (report));
  g_autofree char *words =
      g_strdup_printf ("%s, %s. %s", stile_report_get_path_class (report),
                       stile_report_get_confidence (report), stile_report_get_confidence_sentence (report));

  print_text (self, "Sans Bold 16", title, 0, 2);
  print_text (self, "Sans 9", stile_json_get_string (stile_report_get_document (report), "created"), 0, 10);
  print_text (self, "Sans 12", stile_report_get_sentence (report), 0, 4);
  print_text (self, "Sans 9", words, 0, 10);
}

static void
print_picture (Printer *self, StileReport *report)
{
  g_autoptr (StilePath) path = stile_report_get_path (report);

  self->y += stile_report_picture_draw (self->cr, path, MARGIN, self->y, self->width - 2 * MARGIN) + 10;
}

static void
print_findings (Printer *self, GVariant *document)
{
  guint count = stile_report_count (document, "findings");

  if (count > 0)
    print_head (self, _ ("What the way changes"));
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (GVariant) finding = stile_report_get_item (document, "findings", i);
      g_autofree char *line = g_strdup_printf ("• %s (%s)", stile_json_get_string (finding, "sentence"),
                                               stile_json_get_string (finding, "id"));

      print_text (self, "Sans 10", line, 8, 2);
    }
}

static void
print_remedies_for (Printer *self, GPtrArray *remedies, gboolean administrator)
{
  for (guint i = 0; i < remedies->len; i++)
    {
      StileRemedy *remedy = g_ptr_array_index (remedies, i);

      if ((g_strcmp0 (stile_remedy_get_audience (remedy), "administrator") == 0) != administrator)
        continue;
      print_text (self, "Sans Bold 10", stile_remedy_get_title (remedy), 0, 1);
      print_text (self, "Sans 10", stile_remedy_get_text (remedy), 8, 2);
      print_text (self, "Monospace 8", stile_remedy_get_copy (remedy), 16, 4);
    }
}

/* Paper is for those who are asked to do something about it: what they are asked comes first. */
static void
print_remedies (Printer *self, StileReport *report)
{
  g_autoptr (GPtrArray) remedies = stile_report_get_remedies (report);

  if (remedies->len > 0)
    print_head (self, _ ("What to do"));
  print_remedies_for (self, remedies, TRUE);
  print_remedies_for (self, remedies, FALSE);
}

static void
print_differences (Printer *self, GVariant *document)
{
  print_head (self, _ ("This computer saw | The service saw"));
  for (guint i = 0; i < stile_report_count (document, "differences"); i++)
    {
      g_autoptr (GVariant) row = stile_report_get_item (document, "differences", i);
      const char *client = stile_json_get_string (row, "client");
      const char *service = stile_json_get_string (row, "service");
      g_autofree char *line =
          g_strdup_printf ("%s\n%s", client != NULL ? client : "–", service != NULL ? service : "–");

      print_text (self, "Sans Bold 9", stile_json_get_string (row, "label"), 8, 0);
      print_text (self, "Sans 9", stile_json_get_boolean (row, "equal", FALSE) ? client : line, 16, 3);
    }
}

static void
print_checks (Printer *self, StileReport *report)
{
  g_autoptr (GListModel) checks = stile_report_get_checks (report);

  print_head (self, _ ("Checks"));
  for (guint i = 0; i < g_list_model_get_n_items (checks); i++)
    {
      g_autoptr (StileCheck) check = g_list_model_get_item (checks, i);
      const char *sentence = stile_check_get_sentence (check);
      g_autofree char *line = g_strdup_printf ("%s: %s. %s", stile_check_get_title (check),
                                               stile_check_state_get_word (stile_check_get_state (check)),
                                               sentence != NULL ? sentence : "");

      print_text (self, "Sans 9", line, 8, 1);
    }
}

static cairo_status_t
write_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/**
 * stile_report_pdf_write:
 *
 * Page one is enough for a ticket: the verdict, the picture, what the way changes and what to do.
 *
 * Returns: (transfer full): the report on paper, A4 or Letter
 */
GBytes *
stile_report_pdf_write (StileReport *report, GError **error)
{
  GByteArray *bytes = g_byte_array_new ();
  gboolean letter = wants_letter ();
  Printer self = { .width = letter ? LETTER_WIDTH : A4_WIDTH,
                   .height = letter ? LETTER_HEIGHT : A4_HEIGHT,
                   .y = MARGIN };
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (write_cb, bytes, self.width, self.height);
  cairo_status_t status;

  self.cr = cairo_create (surface);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, stile_report_get_sentence (report));
  print_verdict (&self, report);
  print_picture (&self, report);
  print_findings (&self, stile_report_get_document (report));
  print_remedies (&self, report);
  print_differences (&self, stile_report_get_document (report));
  print_checks (&self, report);
  number_page (&self);
  cairo_show_page (self.cr);
  cairo_destroy (self.cr);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_byte_array_free_to_bytes (bytes);

  g_byte_array_unref (bytes);
  g_set_error (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("Writing the PDF: %s"),
               cairo_status_to_string (status));
  return NULL;
}

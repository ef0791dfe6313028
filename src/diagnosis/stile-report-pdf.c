/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-report-pdf.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "codec/stile-json.h"
#include "diagnosis/stile-report-picture.h"
#include "paper/stile-paper.h"

static void
print_verdict (StilePaper *self, StileReport *report)
{
  g_autofree char *title = g_strdup_printf (_ ("Diagnosis of %s"), stile_report_get_url (report));
  g_autofree char *words =
      g_strdup_printf ("%s, %s. %s", stile_report_get_path_class (report),
                       stile_report_get_confidence (report), stile_report_get_confidence_sentence (report));

  stile_paper_add_text (self, "Sans Bold 16", title, 0, 2);
  stile_paper_add_text (self, "Sans 9", stile_json_get_string (stile_report_get_document (report), "created"),
                        0, 10);
  stile_paper_add_text (self, "Sans 12", stile_report_get_sentence (report), 0, 4);
  stile_paper_add_text (self, "Sans 9", words, 0, 10);
}

static void
print_picture (StilePaper *self, StileReport *report)
{
  g_autoptr (StilePath) path = stile_report_get_path (report);
  double height = stile_report_picture_draw (stile_paper_get_cairo (self), path, stile_paper_get_left (self),
                                             stile_paper_get_top (self), stile_paper_get_width (self));

  stile_paper_add_space (self, height + 10);
}

static void
print_findings (StilePaper *self, GVariant *document)
{
  guint count = stile_report_count (document, "findings");

  if (count > 0)
    stile_paper_add_head (self, _ ("What the way changes"));
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (GVariant) finding = stile_report_get_item (document, "findings", i);
      g_autofree char *line = g_strdup_printf ("• %s (%s)", stile_json_get_string (finding, "sentence"),
                                               stile_json_get_string (finding, "id"));

      stile_paper_add_text (self, "Sans 10", line, 8, 2);
    }
}

static void
print_remedies_for (StilePaper *self, GPtrArray *remedies, gboolean administrator)
{
  for (guint i = 0; i < remedies->len; i++)
    {
      StileRemedy *remedy = g_ptr_array_index (remedies, i);

      if ((g_strcmp0 (stile_remedy_get_audience (remedy), "administrator") == 0) != administrator)
        continue;
      stile_paper_add_text (self, "Sans Bold 10", stile_remedy_get_title (remedy), 0, 1);
      stile_paper_add_text (self, "Sans 10", stile_remedy_get_text (remedy), 8, 2);
      stile_paper_add_text (self, "Monospace 8", stile_remedy_get_copy (remedy), 16, 4);
    }
}

/* Paper is for those who are asked to do something about it: what they are asked comes first. */
static void
print_remedies (StilePaper *self, StileReport *report)
{
  g_autoptr (GPtrArray) remedies = stile_report_get_remedies (report);

  if (remedies->len > 0)
    stile_paper_add_head (self, _ ("What to do"));
  print_remedies_for (self, remedies, TRUE);
  print_remedies_for (self, remedies, FALSE);
}

static void
print_differences (StilePaper *self, GVariant *document)
{
  stile_paper_add_head (self, _ ("This computer saw | The service saw"));
  for (guint i = 0; i < stile_report_count (document, "differences"); i++)
    {
      g_autoptr (GVariant) row = stile_report_get_item (document, "differences", i);
      const char *client = stile_json_get_string (row, "client");
      const char *service = stile_json_get_string (row, "service");
      g_autofree char *line =
          g_strdup_printf ("%s\n%s", client != NULL ? client : "–", service != NULL ? service : "–");

      stile_paper_add_text (self, "Sans Bold 9", stile_json_get_string (row, "label"), 8, 0);
      stile_paper_add_text (self, "Sans 9", stile_json_get_boolean (row, "equal", FALSE) ? client : line, 16,
                            3);
    }
}

static void
print_checks (StilePaper *self, StileReport *report)
{
  g_autoptr (GListModel) checks = stile_report_get_checks (report);

  stile_paper_add_head (self, _ ("Checks"));
  for (guint i = 0; i < g_list_model_get_n_items (checks); i++)
    {
      g_autoptr (StileCheck) check = g_list_model_get_item (checks, i);
      const char *sentence = stile_check_get_sentence (check);
      g_autofree char *line = g_strdup_printf ("%s: %s. %s", stile_check_get_title (check),
                                               stile_check_state_get_word (stile_check_get_state (check)),
                                               sentence != NULL ? sentence : "");

      stile_paper_add_text (self, "Sans 9", line, 8, 1);
    }
}

static gboolean
print (StilePaper *self, gpointer user_data, GError **error)
{
  StileReport *report = user_data;

  print_verdict (self, report);
  print_picture (self, report);
  print_findings (self, stile_report_get_document (report));
  print_remedies (self, report);
  print_differences (self, stile_report_get_document (report));
  print_checks (self, report);
  return TRUE;
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
  GBytes *bytes = stile_paper_print (stile_report_get_sentence (report), print, report, error);

  if (bytes == NULL)
    stile_error_convert (error, STILE_ERROR_FAILED);
  return bytes;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-acceptance-pdf.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "paper/stile-paper-table.h"

/* Pango counts 96 of its dots to the inch, and the page has 72: all of it comes out a third larger. */
#define FONT "Sans 6.5"
#define DIGITS "Monospace 5"

static void
print_head (StilePaper *paper, const StileAcceptance *report)
{
  const StilePaperColumn columns[] = { { NULL, 0.22, FONT }, { NULL, 0.42, FONT }, { NULL, 0.36, DIGITS } };
  const StilePaperTable table = { paper, columns, G_N_ELEMENTS (columns) };

  stile_paper_add_text (paper, "Sans Bold 18", stile_acceptance_get_title (), 0, 10);
  for (guint i = 0; i < report->labels->len; i++)
    {
      const StileAcceptanceLabel *label = g_ptr_array_index (report->labels, i);
      g_autofree char *digits =
          g_strconcat (label->fingerprint != NULL ? "SHA-256:\n" : "", label->fingerprint, NULL);
      const char *const cells[] = { label->label, label->value, digits };

      stile_paper_table_add_row (&table, cells);
    }
}

static void
print_sums (StilePaper *paper, const StileAcceptance *report)
{
  const StilePaperColumn columns[] = { { _ ("Devices"), 0.2, "Sans Bold 13" },
                                       { _ ("Done"), 0.2, "Sans Bold 13" },
                                       { _ ("Failed"), 0.2, "Sans Bold 13" },
                                       { _ ("Refused"), 0.2, "Sans Bold 13" },
                                       { _ ("Not done"), 0.2, "Sans Bold 13" } };
  const StilePaperTable table = { paper, columns, G_N_ELEMENTS (columns) };
  const guint sums[] = { report->rows->len, report->n_done, report->n_failed, report->n_refused,
                         report->n_open };
  char numbers[G_N_ELEMENTS (sums)][16];
  const char *cells[G_N_ELEMENTS (sums)];

  for (gsize i = 0; i < G_N_ELEMENTS (sums); i++)
    {
      g_snprintf (numbers[i], sizeof numbers[i], "%u", sums[i]);
      cells[i] = numbers[i];
    }
  stile_paper_add_space (paper, 12);
  stile_paper_table_add_head (&table);
  stile_paper_table_add_row (&table, cells);
}

static gboolean
print_reasons (StilePaper *paper, const StileAcceptance *report, GError **error)
{
  const StilePaperColumn columns[] = { { _ ("Serial number"), 0.19, FONT },
                                       { _ ("Name, model"), 0.22, FONT },
                                       { _ ("Result"), 0.13, FONT },
                                       { _ ("Reason"), 0.46, FONT } };
  const StilePaperTable table = { paper, columns, G_N_ELEMENTS (columns) };

  if (report->n_reasons == 0)
    return TRUE;

  stile_paper_add_head (paper, _ ("Not done, and why"));
  stile_paper_table_add_head (&table);
  for (guint i = 0; i < report->rows->len; i++)
    {
      const StileAcceptanceRow *row = g_ptr_array_index (report->rows, i);
      const char *const cells[] = { row->serial, row->name, row->result, row->reason };

      if (g_cancellable_set_error_if_cancelled (report->cancellable, error))
        return FALSE;
      if (row->reason != NULL)
        stile_paper_table_add_row (&table, cells);
    }

  return TRUE;
}

static gboolean
print_devices (StilePaper *paper, const StileAcceptance *report, GError **error)
{
  const StilePaperColumn columns[] = { { _ ("Serial number"), 0.19, FONT },
                                       { _ ("Name, model"), 0.22, FONT },
                                       { _ ("Result"), 0.13, FONT },
                                       { _ ("When"), 0.12, FONT },
                                       { _ ("SHA-256 of its certificate"), 0.34, DIGITS } };
  const StilePaperTable table = { paper, columns, G_N_ELEMENTS (columns) };

  stile_paper_add_head (paper, _ ("Devices"));
  stile_paper_table_add_head (&table);
  for (guint i = 0; i < report->rows->len; i++)
    {
      const StileAcceptanceRow *row = g_ptr_array_index (report->rows, i);
      const char *const cells[] = { row->serial, row->name, row->result, row->when, row->fingerprint };

      if (g_cancellable_set_error_if_cancelled (report->cancellable, error))
        return FALSE;
      stile_paper_table_add_row (&table, cells);
    }

  return TRUE;
}

static gboolean
print (StilePaper *paper, gpointer user_data, GError **error)
{
  const StileAcceptance *report = user_data;
  const char *const blanks[] = { _ ("Place, date"), _ ("Signature") };

  print_head (paper, report);
  print_sums (paper, report);
  if (!print_reasons (paper, report, error) || !print_devices (paper, report, error))
    return FALSE;

  stile_paper_add_blanks (paper, blanks, G_N_ELEMENTS (blanks));
  return TRUE;
}

/**
 * stile_acceptance_pdf_make:
 * @error: %STILE_ERROR_FAILED, or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full): the report on paper
 */
GBytes *
stile_acceptance_pdf_make (StileAcceptance *report, GError **error)
{
  GBytes *bytes = stile_paper_print (stile_acceptance_get_title (), print, report, error);

  if (bytes == NULL && !g_cancellable_is_cancelled (report->cancellable))
    stile_error_convert (error, STILE_ERROR_FAILED);
  return bytes;
}

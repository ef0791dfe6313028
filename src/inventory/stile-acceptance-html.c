/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-acceptance-html.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "paper/stile-paper-html.h"

/* For paper first: dark ink on white there, whatever the reader's screen wants.  Lines have one colour everywhere, since not
 * all that print know variables inside of "border".  Nothing is fetched from anywhere. */
static const char style[] =
    ":root{--ink:#1d1d20;--dim:#5e5c64;--paper:#fff;--card:#f6f5f4;--good:#1b7f3b;--bad:#b3141d}"
    "@media screen and (prefers-color-scheme:dark){:root{--ink:#f6f5f4;--dim:#c0bfbc;--paper:#1e1e20;"
    "--card:#2b2b2e;--good:#57e389;--bad:#ff7b63}}"
    "body{font:15px/1.45 Cantarell,'Noto Sans',sans-serif;color:var(--ink);background-color:var(--paper);"
    "max-width:64rem;margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.6rem;margin:0 0 1rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}"
    "th,td{text-align:start;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #9a9996;"
    "overflow-wrap:anywhere;white-space:pre-line;unicode-bidi:plaintext}"
    ".head th{width:24%;font-weight:normal;color:var(--dim)}"
    ".head tr.more td,.head tr.more th{border:0;padding-bottom:0}"
    ".devices td:nth-child(5),.mono{font-family:monospace;font-size:.8em}"
    "col:nth-child(1){width:18%}col:nth-child(2){width:21%}col:nth-child(3){width:14%}"
    ".devices col:nth-child(4){width:13%}"
    ".sums{display:flex;gap:1rem;margin:1.5rem 0}.sums div{flex:1;background-color:var(--card);"
    "border-radius:10px;padding:.7rem 1rem;border:1px solid #9a9996}"
    ".sums strong{display:block;font-size:1.7rem;line-height:1.2}"
    ".sums .good strong{color:var(--good)}.sums .bad strong{color:var(--bad)}"
    ".sign{display:flex;gap:3rem;margin-top:5rem}.sign div{flex:1;border-top:1px solid;padding-top:.3rem}"
    "@media print{body{margin:0;padding:0;max-width:none;font-size:10.5px}h2{break-after:avoid}"
    "thead{display:table-header-group}tr,.sums,.sign{break-inside:avoid}}"
    "@page{margin:15mm}";

static void
append_label (GString *html, const StileAcceptanceLabel *label)
{
  const char *more = label->fingerprint != NULL ? " class=\"more\"" : "";

  g_string_append_printf (html, "<tr%s>", more);
  stile_paper_html_append_element (html, "th", " scope=\"row\"", label->label);
  stile_paper_html_append_element (html, "td", "", label->value);
  g_string_append (html, "</tr>");
  if (label->fingerprint == NULL)
    return;

  g_string_append (html, "<tr>");
  stile_paper_html_append_element (html, "th", " scope=\"row\"", "SHA-256");
  stile_paper_html_append_element (html, "td", " class=\"mono\"", label->fingerprint);
  g_string_append (html, "</tr>");
}

static void
append_head (GString *html, const StileAcceptance *report)
{
  stile_paper_html_append_element (html, "h1", "", stile_acceptance_get_title ());
  g_string_append (html, "<table class=\"head\"><tbody>");
  for (guint i = 0; i < report->labels->len; i++)
    append_label (html, g_ptr_array_index (report->labels, i));
  g_string_append (html, "</tbody></table>");
}

static void
append_sum (GString *html, const char *class, guint number, const char *words)
{
  g_string_append_printf (html, "<div class=\"%s\"><strong>%u</strong>", number > 0 ? class : "", number);
  stile_paper_html_append_element (html, "span", "", words);
  g_string_append (html, "</div>");
}

static void
append_sums (GString *html, const StileAcceptance *report)
{
  g_string_append (html, "<div class=\"sums\">");
  append_sum (html, "all", report->rows->len, _ ("Devices"));
  append_sum (html, "good", report->n_done, _ ("Done"));
  append_sum (html, "bad", report->n_failed, _ ("Failed"));
  append_sum (html, "bad", report->n_refused, _ ("Refused"));
  append_sum (html, "open", report->n_open, _ ("Not done"));
  g_string_append (html, "</div>");
}

static void
begin_table (GString *html, const char *class, const char *const *heads, gsize count)
{
  g_string_append_printf (html, "<table class=\"%s\"><colgroup>", class);
  for (gsize i = 0; i < count; i++)
    g_string_append (html, "<col>");
  g_string_append (html, "</colgroup><thead>");
  stile_paper_html_append_row (html, "th", heads, count);
  g_string_append (html, "</thead><tbody>\n");
}

static void
write_reasons (const StileAcceptance *report, GString *html, StileExportFile *file)
{
  const char *const heads[] = { _ ("Serial number"), _ ("Name, model"), _ ("Result"), _ ("Reason") };

  if (report->n_reasons == 0)
    return;

  stile_paper_html_append_element (html, "h2", "", _ ("Not done, and why"));
  begin_table (html, "reasons", heads, G_N_ELEMENTS (heads));
  for (guint i = 0; i < report->rows->len; i++)
    {
      const StileAcceptanceRow *row = g_ptr_array_index (report->rows, i);
      const char *const cells[] = { row->serial, row->name, row->result, row->reason };

      if (row->reason == NULL)
        continue;
      stile_paper_html_append_row (html, "td", cells, G_N_ELEMENTS (cells));
      stile_export_file_take (file, html);
    }
  g_string_append (html, "</tbody></table>");
}

static void
write_devices (const StileAcceptance *report, GString *html, StileExportFile *file)
{
  const char *const heads[] = { _ ("Serial number"), _ ("Name, model"), _ ("Result"), _ ("When"),
                                _ ("SHA-256 of its certificate") };

  stile_paper_html_append_element (html, "h2", "", _ ("Devices"));
  begin_table (html, "devices", heads, G_N_ELEMENTS (heads));
  for (guint i = 0; i < report->rows->len; i++)
    {
      const StileAcceptanceRow *row = g_ptr_array_index (report->rows, i);
      const char *const cells[] = { row->serial, row->name, row->result, row->when, row->fingerprint };

      stile_paper_html_append_row (html, "td", cells, G_N_ELEMENTS (cells));
      g_string_append_c (html, '\n');
      stile_export_file_take (file, html);
    }
  g_string_append (html, "</tbody></table>");
}

static void
append_signature (GString *html)
{
  g_string_append (html, "<div class=\"sign\">");
  stile_paper_html_append_element (html, "div", "", _ ("Place, date"));
  stile_paper_html_append_element (html, "div", "", _ ("Signature"));
  g_string_append (html, "</div>");
}

/**
 * stile_acceptance_html_write:
 *
 * One page that refers to nothing else and runs nothing; for paper, too.
 */
void
stile_acceptance_html_write (const StileAcceptance *report, StileExportFile *file)
{
  GString *html = stile_paper_html_new (stile_acceptance_get_title (), style);
  g_autofree char *end = NULL;

  append_head (html, report);
  append_sums (html, report);
  write_reasons (report, html, file);
  write_devices (report, html, file);
  append_signature (html);
  end = stile_paper_html_finish (html);
  stile_export_file_write (file, end, strlen (end));
}

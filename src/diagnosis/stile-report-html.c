/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-report-html.h"

#include <glib/gi18n-lib.h>

#include "codec/stile-json.h"
#include "diagnosis/stile-report-svg.h"
#include "paper/stile-paper-html.h"

/* Light and on paper; dark where the reader wants it.  Nothing is fetched from anywhere. */
static const char style[] =
    ":root{--ink:#1d1d20;--dim:#5e5c64;--paper:#fff;--card:#f6f5f4;--good:#1b7f3b;--bad:#b3141d;--line:#"
    "77767b}"
    "@media screen and "
    "(prefers-color-scheme:dark){:root{--ink:#f6f5f4;--dim:#c0bfbc;--paper:#1e1e20;--card:#2b2b2e;"
    "--good:#57e389;--bad:#ff7b63;--line:#9a9996}}"
    "body{font:15px/1.5 Cantarell,'Noto "
    "Sans',sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;"
    "margin:2rem auto;padding:0 1rem}h1{font-size:1.5rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem}"
    ".card{background:var(--card);border-radius:12px;padding:1rem 1.25rem;margin:1rem 0;"
    "border-inline-start:6px solid "
    "var(--line)}.card.good{border-color:var(--good)}.card.bad{border-color:var(--bad)}"
    ".dim{color:var(--dim)}table{border-collapse:collapse;width:100%;table-layout:fixed}"
    "th,td{text-align:start;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid var(--line);"
    "overflow-wrap:anywhere}pre{background:var(--card);padding:.75rem;border-radius:8px;white-space:pre-wrap;"
    "overflow-wrap:anywhere;font-size:.85rem}svg{width:100%;height:auto;margin:1rem 0}"
    "svg text{font-size:12px;fill:var(--ink)}svg .name{font-weight:bold;font-size:14px}svg "
    ".what{fill:var(--dim)}"
    "svg .bad,svg .changed{fill:var(--bad)}svg .box{fill:var(--card);stroke:var(--line);stroke-width:2}"
    "svg .box.good{stroke:var(--good)}svg .box.bad{stroke:var(--bad);fill:var(--card)}"
    "svg .likely{stroke-dasharray:6 4}svg line{stroke:var(--line);stroke-width:2}svg "
    "line.unknown{stroke-dasharray:2 4}"
    "svg path.session{fill:none;stroke:var(--good);stroke-width:3}svg "
    "text.session{fill:var(--good);font-weight:bold}"
    "@media "
    "print{body{margin:0;max-width:none;font-size:11px}h2{break-after:avoid}tr,pre,.card{break-inside:avoid}}"
    "@page{margin:15mm}";

/* --- parts of the page --- */

static const char *
choose_colour (StileReport *report)
{
  static const char *const good[] = { "direct", "connect-only", "service-terminator" };
  const char *path = stile_report_get_path_class (report);

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    if (g_strcmp0 (path, good[i]) == 0)
      return " class=\"card good\"";

  return g_strcmp0 (path, "undetermined") == 0 ? " class=\"card\"" : " class=\"card bad\"";
}

static void
append_verdict (GString *html, StileReport *report)
{
  g_string_append_printf (html, "<div%s>", choose_colour (report));
  stile_paper_html_append_element (html, "p", "", stile_report_get_sentence (report));
  g_string_append (html, "<p class=\"dim\" dir=\"auto\"><strong>");
  stile_paper_html_append_text (html, stile_report_get_path_class (report));
  g_string_append (html, ", ");
  stile_paper_html_append_text (html, stile_report_get_confidence (report));
  g_string_append (html, "</strong> ");
  stile_paper_html_append_text (html, stile_report_get_confidence_sentence (report));
  g_string_append (html, "</p></div>");
}

static void
append_findings (GString *html, GVariant *document)
{
  guint count = stile_report_count (document, "findings");

  if (count == 0)
    return;

  stile_paper_html_append_element (html, "h2", "", _ ("What the way changes"));
  g_string_append (html, "<ul>");
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (GVariant) finding = stile_report_get_item (document, "findings", i);

      g_string_append (html, "<li dir=\"auto\">");
      stile_paper_html_append_text (html, stile_json_get_string (finding, "sentence"));
      g_string_append (html, " <span class=\"dim\">(");
      stile_paper_html_append_text (html, stile_json_get_string (finding, "id"));
      g_string_append (html, ", ");
      stile_paper_html_append_text (html, stile_json_get_string (finding, "confidence"));
      g_string_append (html, ")</span></li>");
    }
  g_string_append (html, "</ul>");
}

static void
append_remedies (GString *html, StileReport *report)
{
  g_autoptr (GPtrArray) remedies = stile_report_get_remedies (report);

  if (remedies->len == 0)
    return;

  stile_paper_html_append_element (html, "h2", "", _ ("What to do"));
  for (guint i = 0; i < remedies->len; i++)
    {
      StileRemedy *remedy = g_ptr_array_index (remedies, i);

      g_string_append (html, "<section>");
      stile_paper_html_append_element (html, "h3", "", stile_remedy_get_title (remedy));
      stile_paper_html_append_element (html, "p", "", stile_remedy_get_text (remedy));
      if (stile_remedy_get_copy (remedy) != NULL)
        stile_paper_html_append_element (html, "pre", "", stile_remedy_get_copy (remedy));
      g_string_append (html, "</section>");
    }
}

static void
append_differences (GString *html, GVariant *document)
{
  const char *const heads[] = { "", _ ("This computer saw"), _ ("The service saw"), "" };

  stile_paper_html_append_element (html, "h2", "", _ ("Both sides"));
  g_string_append (html, "<table><thead>");
  stile_paper_html_append_row (html, "th", heads, G_N_ELEMENTS (heads));
  g_string_append (html, "</thead><tbody>");
  for (guint i = 0; i < stile_report_count (document, "differences"); i++)
    {
      g_autoptr (GVariant) row = stile_report_get_item (document, "differences", i);
      const char *const cells[] = { stile_json_get_string (row, "label"),
                                    stile_json_get_string (row, "client"),
                                    stile_json_get_string (row, "service"),
                                    stile_json_get_boolean (row, "equal", FALSE) ? _ ("the same") : "≠" };

      stile_paper_html_append_row (html, "td", cells, G_N_ELEMENTS (cells));
    }
  g_string_append (html, "</tbody></table>");
}

static void
append_checks (GString *html, StileReport *report)
{
  g_autoptr (GListModel) checks = stile_report_get_checks (report);

  stile_paper_html_append_element (html, "h2", "", _ ("Checks"));
  g_string_append (html, "<table><tbody>");
  for (guint i = 0; i < g_list_model_get_n_items (checks); i++)
    {
      g_autoptr (StileCheck) check = g_list_model_get_item (checks, i);
      const char *const cells[] = { stile_check_get_title (check),
                                    stile_check_state_get_word (stile_check_get_state (check)),
                                    stile_check_get_sentence (check) };

      stile_paper_html_append_row (html, "td", cells, G_N_ELEMENTS (cells));
    }
  g_string_append (html, "</tbody></table>");
}

static void
append_certificates (GString *html, GVariant *document)
{
  g_autoptr (GVariant) client = stile_json_get_member (document, "client");

  stile_paper_html_append_element (html, "h2", "", _ ("Certificates that this computer was shown"));
  for (guint i = 0; i < stile_report_count (client, "connections"); i++)
    {
      g_autoptr (GVariant) connection = stile_report_get_item (client, "connections", i);

      for (guint j = 0; j < stile_report_count (connection, "chain"); j++)
        {
          g_autoptr (GVariant) certificate = stile_report_get_item (connection, "chain", j);

          stile_paper_html_append_element (html, "p", "", stile_json_get_string (certificate, "subject"));
          stile_paper_html_append_element (html, "p", " class=\"dim\"",
                                           stile_json_get_string (certificate, "sha256"));
          if (stile_json_get_string (certificate, "pem") != NULL)
            stile_paper_html_append_element (html, "pre", "", stile_json_get_string (certificate, "pem"));
        }
    }
}

/* Inside a script nothing is escaped, and only "</" and "<!" could end it: neither is needed in JSON. */
static void
append_json (GString *html, StileReport *report)
{
  g_autofree char *json = stile_report_to_json (report);

  g_string_append (html, "<script type=\"application/json\" id=\"report\">");
  for (const char *at = json; *at != '\0'; at++)
    if (*at == '<')
      g_string_append (html, "\\u003c");
    else
      g_string_append_c (html, *at);
  g_string_append (html, "</script>");
}

/**
 * stile_report_html_write:
 *
 * Returns: (transfer full): one page that refers to nothing else and runs nothing; readable on paper
 */
char *
stile_report_html_write (StileReport *report)
{
  GVariant *document = stile_report_get_document (report);
  g_autoptr (StilePath) path = stile_report_get_path (report);
  g_autofree char *title = g_strdup_printf (_ ("Diagnosis of %s"), stile_report_get_url (report));
  GString *html = stile_paper_html_new (title, style);

  stile_paper_html_append_element (html, "h1", "", title);
  stile_paper_html_append_element (html, "p", " class=\"dim\"", stile_json_get_string (document, "created"));
  append_verdict (html, report);
  stile_report_svg_append (html, path);
  append_findings (html, document);
  append_remedies (html, report);
  append_differences (html, document);
  append_checks (html, report);
  append_certificates (html, document);
  append_json (html, report);
  return stile_paper_html_finish (html);
}

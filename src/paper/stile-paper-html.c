/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "paper/stile-paper-html.h"

/**
 * stile_paper_html_new:
 * @style: CSS of our own
 *
 * Returns: (transfer full): the beginning of a page that refers to nothing else
 */
GString *
stile_paper_html_new (const char *title, const char *style)
{
  GString *html = g_string_new ("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">"
                                "<meta name=\"viewport\" content=\"width=device-width\">");

  stile_paper_html_append_element (html, "title", "", title);
  g_string_append_printf (html, "<style>%s</style></head><body>", style);
  return html;
}

/**
 * stile_paper_html_finish:
 * @html: (transfer full): a page
 *
 * Returns: (transfer full): all of it
 */
char *
stile_paper_html_finish (GString *html)
{
  g_string_append (html, "</body></html>\n");
  return g_string_free (html, FALSE);
}

/**
 * stile_paper_html_append_text:
 * @text: (nullable): from anybody
 */
void
stile_paper_html_append_text (GString *html, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autofree char *escaped = g_markup_escape_text (valid, -1);

  g_string_append (html, escaped);
}

/**
 * stile_paper_html_append_element:
 * @attributes: of our own, with a space in front, or ""
 * @text: (nullable): from anybody; it has a direction of its own
 */
void
stile_paper_html_append_element (GString *html, const char *tag, const char *attributes, const char *text)
{
  g_string_append_printf (html, "<%s%s dir=\"auto\">", tag, attributes);
  stile_paper_html_append_text (html, text);
  g_string_append_printf (html, "</%s>", tag);
}

/**
 * stile_paper_html_append_row:
 * @tag: of the cells, "th" or "td"
 * @cells: (array length=count): from anybody
 */
void
stile_paper_html_append_row (GString *html, const char *tag, const char *const *cells, gsize count)
{
  g_string_append (html, "<tr>");
  for (gsize i = 0; i < count; i++)
    stile_paper_html_append_element (html, tag, "", cells[i]);
  g_string_append (html, "</tr>");
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <md4c-html.h>
#include <stdlib.h>

/* render-html PAGE.md PAGE.html NAME...: a page of the documentation, with links to all of them on top. */

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%s – "
    "Stile</title>\n<style>\n"
    ":root { color-scheme: light dark; }\n"
    "body { max-width: 46rem; margin: 0 auto; padding: 1rem; font: 1rem/1.5 sans-serif; }\n"
    "nav a { margin-inline-end: 1rem; }\n"
    "pre, code { font-family: monospace; }\n"
    "pre { padding: .75rem; overflow: auto; border: 1px solid #8888; border-radius: .5rem; }\n"
    "table { border-collapse: collapse; display: block; overflow: auto; }\n"
    "th, td { border: 1px solid #8888; padding: .25rem .5rem; text-align: start; vertical-align: top; }\n"
    "img { max-width: 100%%; }\n"
    "</style>\n</head>\n<body>\n<nav aria-label=\"Pages\">\n";

static void
append (const MD_CHAR *text, MD_SIZE size, void *user_data)
{
  g_string_append_len (user_data, text, size);
}

/* What links call a heading: as the app does, from its words. */
static gboolean
add_anchor (const GMatchInfo *match, GString *result, gpointer user_data)
{
  g_autofree char *level = g_match_info_fetch (match, 1);
  g_autofree char *inner = g_match_info_fetch (match, 2);
  g_autoptr (GRegex) tag = g_regex_new ("<[^>]*>|&[a-z]+;", 0, 0, NULL);
  g_autofree char *words = g_regex_replace_literal (tag, inner, -1, 0, "", 0, NULL);
  g_autofree char *small = g_utf8_strdown (words, -1);
  g_autoptr (GRegex) other = g_regex_new ("[^\\p{L}\\p{N}_ -]", 0, 0, NULL);
  g_autofree char *kept = g_regex_replace_literal (other, small, -1, 0, "", 0, NULL);
  g_autofree char *anchor = g_strdelimit (g_strdup (kept), " ", '-');

  g_string_append_printf (result, "<h%s id=\"%s\">%s</h%s>", level, anchor, inner, level);
  return FALSE;
}

static char *
replace_links (const char *html, char **names)
{
  g_autofree char *all = g_strjoinv ("|", names);
  g_autofree char *pattern = g_strdup_printf ("href=\"(%s)\\.md", all);
  g_autoptr (GRegex) pages = g_regex_new (pattern, 0, 0, NULL);
  /* What is not installed with the pages is a name without a link. */
  g_autoptr (GRegex) others =
      g_regex_new ("<a href=\"(?!https?:|#|[a-z]+\\.html)[^\"]*\">(.*?)</a>", G_REGEX_DOTALL, 0, NULL);
  g_autofree char *linked = g_regex_replace (pages, html, -1, 0, "href=\"\\1.html", 0, NULL);

  return g_regex_replace (others, linked, -1, 0, "\\1", 0, NULL);
}

static char *
find_title (const char *markdown)
{
  g_auto (GStrv) lines = g_strsplit (markdown, "\n", 2);

  return g_markup_escape_text (g_str_has_prefix (lines[0], "# ") ? lines[0] + 2 : lines[0], -1);
}

static char *
render (const char *markdown, gsize length, char **names)
{
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GString) page = g_string_new (NULL);
  g_autoptr (GRegex) heading = g_regex_new ("<h([1-6])>(.*?)</h\\1>", G_REGEX_DOTALL, 0, NULL);
  g_autofree char *title = find_title (markdown);
  g_autofree char *anchored = NULL;
  g_autofree char *linked = NULL;

  if (md_html (markdown, (MD_SIZE)length, append, body, MD_FLAG_TABLES | MD_FLAG_NOHTML, 0) != 0)
    return NULL;

  anchored = g_regex_replace_eval (heading, body->str, -1, 0, 0, add_anchor, NULL, NULL);
  linked = replace_links (anchored, names);
  g_string_append_printf (page, head, title);
  for (gsize i = 0; names[i] != NULL; i++)
    g_string_append_printf (page, "<a href=\"%s.html\">%s</a>\n", names[i], names[i]);
  g_string_append_printf (page, "</nav>\n<main>\n%s</main>\n</body>\n</html>\n", linked);

  return g_string_free (g_steal_pointer (&page), FALSE);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *markdown = NULL;
  g_autofree char *html = NULL;
  gsize length;

  if (argc < 4)
    {
      g_printerr ("Usage: render-html PAGE.md PAGE.html NAME...\n");
      return 2;
    }
  if (g_file_get_contents (argv[1], &markdown, &length, &error))
    html = render (markdown, length, argv + 3);
  if (html != NULL && g_file_set_contents (argv[2], html, -1, &error))
    return EXIT_SUCCESS;

  g_printerr ("render-html: %s: %s\n", argv[1],
              error != NULL ? error->message : "it cannot be read as Markdown");
  return EXIT_FAILURE;
}

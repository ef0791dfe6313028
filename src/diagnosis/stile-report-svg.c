/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-report-svg.h"

#include <glib/gi18n-lib.h>

/* In user units; the picture is as wide as the page. */
#define BOX_WIDTH 170
#define BOX_HEIGHT 92
#define LEG_WIDTH 110
#define MARGIN 8
#define LAYER_HEIGHT 20
#define SESSION_HEIGHT 44

/* Letters that fit into a box; the whole stands in its title. */
#define NAME_LETTERS 20
#define WHAT_LETTERS 26

static void
append_escaped (GString *html, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (html, escaped);
}

static void
append_cut (GString *html, const char *text, glong letters)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *cut =
      g_utf8_strlen (valid, -1) > letters ? g_utf8_substring (valid, 0, letters - 1) : NULL;

  append_escaped (html, cut != NULL ? cut : valid);
  if (cut != NULL)
    g_string_append (html, "…");
}

static guint
get_left (guint index)
{
  return MARGIN + index * (BOX_WIDTH + LEG_WIDTH);
}

static void
append_text (GString *html, const char *css, guint x, guint y, const char *text, glong letters)
{
  g_string_append_printf (html, "<text class=\"%s\" x=\"%u\" y=\"%u\" text-anchor=\"middle\">", css, x, y);
  append_cut (html, text, letters);
  g_string_append (html, "</text>");
}

static void
append_hop (GString *html, const StileHop *hop, guint index)
{
  guint left = get_left (index), middle = left + BOX_WIDTH / 2;

  g_string_append (html, "<g><title>");
  append_escaped (html, hop->spoken != NULL ? hop->spoken : hop->name);
  g_string_append_printf (
      html, "</title><rect class=\"box %s %s\" x=\"%u\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"10\"/>",
      hop->trust == STILE_HOP_BAD    ? "bad"
      : hop->trust == STILE_HOP_GOOD ? "good"
                                     : "open",
      hop->certainty == STILE_CERTAINTY_PROVEN ? "proven" : "likely", left, MARGIN, BOX_WIDTH, BOX_HEIGHT);
  append_text (html, "name", middle, MARGIN + 30, hop->name, NAME_LETTERS);
  append_text (html, "what", middle, MARGIN + 52, hop->what, WHAT_LETTERS);
  if (hop->trust_word != NULL)
    {
      g_autofree char *word = g_strconcat (hop->trust == STILE_HOP_BAD    ? "✗ "
                                           : hop->trust == STILE_HOP_GOOD ? "✓ "
                                                                          : "",
                                           hop->trust_word, NULL);

      append_text (html, hop->trust == STILE_HOP_BAD ? "word bad" : "word", middle, MARGIN + 76, word,
                   WHAT_LETTERS);
    }
  g_string_append (html, "</g>");
}

static const char *
name_line (StileCertainty certainty)
{
  switch (certainty)
    {
    case STILE_CERTAINTY_PROVEN:
      return "proven";
    case STILE_CERTAINTY_LIKELY:
      return "likely";
    case STILE_CERTAINTY_UNKNOWN:
    default:
      return "unknown";
    }
}

/* A line for each layer, with its name above it. */
static void
append_leg (GString *html, const StileLeg *leg, guint index)
{
  guint begin = get_left (index) + BOX_WIDTH, end = begin + LEG_WIDTH;
  guint top = MARGIN + (BOX_HEIGHT - leg->layers->len * LAYER_HEIGHT) / 2 + LAYER_HEIGHT - 4;

  for (guint i = 0; i < leg->layers->len; i++)
    {
      guint y = top + i * LAYER_HEIGHT;

      append_text (html, "layer", (begin + end) / 2, y - 3, g_ptr_array_index (leg->layers, i), 16);
      g_string_append_printf (html, "<line class=\"%s\" x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/>",
                              name_line (leg->certainty), begin, y, end, y);
    }
  for (guint i = 0; i < leg->changed->len; i++)
    append_text (html, "changed", (begin + end) / 2, MARGIN + BOX_HEIGHT + 12 + i * 13,
                 g_ptr_array_index (leg->changed, i), 24);
}

static guint
count_changes (StilePath *path)
{
  guint most = 0;

  for (guint i = 0; i + 1 < stile_path_get_n_hops (path); i++)
    most = MAX (most, stile_path_get_leg (path, i)->changed->len);

  return most;
}

static void
append_session (GString *html, StilePath *path, guint top)
{
  guint first = get_left (0) + BOX_WIDTH / 2;
  guint last = get_left (stile_path_get_n_hops (path) - 1) + BOX_WIDTH / 2;
  guint y = top + SESSION_HEIGHT / 2;

  if (stile_path_get_session (path) != STILE_PATH_SESSION_ESTABLISHED)
    return;

  g_string_append_printf (html, "<path class=\"session\" d=\"M%u %d V%u H%u V%d\"/>", first,
                          MARGIN + BOX_HEIGHT, y, last, MARGIN + BOX_HEIGHT);
  append_text (html, "session", (first + last) / 2, y - 6, _ ("Secure session from end to end (ATLS)"), 60);
}

/**
 * stile_report_svg_append:
 * @html: gets the picture; its colours are in the page's style sheet
 */
void
stile_report_svg_append (GString *html, StilePath *path)
{
  guint count = stile_path_get_n_hops (path);
  guint bottom = MARGIN + BOX_HEIGHT + count_changes (path) * 13;

  if (count == 0)
    return;

  g_string_append_printf (
      html, "<svg viewBox=\"0 0 %u %u\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\"><title>",
      get_left (count) - LEG_WIDTH + MARGIN, bottom + SESSION_HEIGHT);
  append_escaped (html, stile_path_get_spoken (path));
  g_string_append (html, "</title>");
  for (guint i = 0; i + 1 < count; i++)
    append_leg (html, stile_path_get_leg (path, i), i);
  for (guint i = 0; i < count; i++)
    append_hop (html, stile_path_get_hop (path, i), i);
  append_session (html, path, bottom);
  g_string_append (html, "</svg>");
}

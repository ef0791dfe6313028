/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/test-pseudo.h"

#include <string.h>

/*
 * The language that tests/support/pseudo makes, read back: tests find what they look for in it, and what was never
 * translated stands out.
 */

#define OPENING 0x27e6
#define CLOSING 0x27e7
#define PADDING 0xb7

static const char other[] = "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞɊŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþɋŕšţûṽŵẋýž";
static const char latin[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

gboolean
test_pseudo_is_on (void)
{
  return g_strcmp0 (g_getenv ("LANGUAGE"), "en_XA") == 0;
}

static gunichar
read_letter (gunichar letter)
{
  const char *found = letter > 0x7f ? g_utf8_strchr (other, -1, letter) : NULL;

  return found != NULL ? (gunichar)latin[g_utf8_pointer_to_offset (other, found)] : letter;
}

/* The padding, dots and spaces, stands right before a closing bracket; elsewhere a middle dot is one. */
static gboolean
is_padding (const char *at)
{
  while (g_utf8_get_char (at) == PADDING || *at == ' ')
    at = g_utf8_next_char (at);

  return g_utf8_get_char (at) == CLOSING;
}

/**
 * test_pseudo_read:
 *
 * Returns: (transfer full): the English of what is shown; a copy where tests run in English
 */
char *
test_pseudo_read (const char *shown)
{
  GString *text = g_string_new (NULL);

  if (!test_pseudo_is_on ())
    return g_string_free (g_string_append (text, shown), FALSE);

  for (const char *at = shown; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar letter = g_utf8_get_char (at);

      if (letter != OPENING && letter != CLOSING &&
          !((letter == PADDING || letter == ' ') && is_padding (at)))
        g_string_append_unichar (text, read_letter (letter));
    }

  return g_string_free (text, FALSE);
}

/* --- faults --- */

/* What may be shown as it is: see tests/support/pseudo-allowed. */
static GRegex *
load_allowed (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "support", "pseudo-allowed", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GString) whole = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GRegex *regex;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0' && **line != '#')
      g_string_append_printf (whole, "%s(?:%s)", whole->len > 0 ? "|" : "", *line);

  regex = g_regex_new (whole->str, G_REGEX_OPTIMIZE, 0, &error);
  g_assert_no_error (error);
  return regex;
}

static gboolean
has_latin_letter (const char *text)
{
  for (; *text != '\0'; text++)
    if (g_ascii_isalpha (*text))
      return TRUE;

  return FALSE;
}

static GPtrArray *data;

/**
 * test_pseudo_add_data:
 * @text: a document in another language that is shown by the test: each of its lines and strings is data
 */
void
test_pseudo_add_data (const char *text)
{
  if (data == NULL)
    data = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (data, g_strdup (text));
}

/* From the first plain letter on, without what joins it to the next piece. */
static char *
strip_marks (const char *piece)
{
  const char *marks = " .:;,\n";
  gsize length;

  while (*piece != '\0' && !g_ascii_isalpha (*piece))
    piece++;
  length = strlen (piece);
  while (length > 0 && strchr (marks, piece[length - 1]) != NULL)
    length--;

  return g_strndup (piece, length);
}

/* Pieces between what is translated, without the marks that join them. */
static gboolean
is_data (const char *rest)
{
  g_auto (GStrv) pieces = g_regex_split_simple ("[⟦⟧·]+", rest, 0, 0);

  if (data == NULL)
    return FALSE;

  for (char **piece = pieces; *piece != NULL; piece++)
    {
      g_autofree char *inner = strip_marks (*piece);
      gboolean found = !has_latin_letter (inner);

      for (guint i = 0; !found && i < data->len; i++)
        found = strstr (g_ptr_array_index (data, i), inner) != NULL;
      if (!found)
        return FALSE;
    }

  return TRUE;
}

/**
 * test_pseudo_find_fault:
 * @shown: a text that somebody sees
 *
 * Returns: (transfer full) (nullable): what in it was not translated, nor is data; %NULL when nothing is
 */
char *
test_pseudo_find_fault (const char *shown)
{
  static GRegex *allowed = NULL;
  g_autofree char *rest = NULL;

  if (allowed == NULL)
    allowed = load_allowed ();

  rest = g_regex_replace_literal (allowed, shown, -1, 0, " ", 0, NULL);
  return has_latin_letter (rest) && !is_data (shown) && !is_data (rest) ? g_strdup (g_strstrip (rest)) : NULL;
}

/**
 * test_pseudo_judge:
 * @where: what shows it
 *
 * Fails the test that runs, once for each text.
 */
void
test_pseudo_judge (const char *shown, const char *where)
{
  static GHashTable *told = NULL;
  g_autofree char *fault = shown != NULL ? test_pseudo_find_fault (shown) : NULL;

  if (fault == NULL)
    return;
  if (told == NULL)
    told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (g_hash_table_add (told, g_strdup (shown)))
    {
      g_test_message ("not translatable, nor data that tests/support/pseudo-allowed knows: “%s” in %s “%s”",
                      fault, where, shown);
      g_test_fail ();
    }
}

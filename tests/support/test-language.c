/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/test-language.h"

#include <string.h>

#include "support/test-pseudo.h"

/*
 * English words looked for in whatever language the app speaks, by what the compiled translation says: several English
 * words may have one translation, and one several.  Good enough to walk through the app and take pictures; tests proper run
 * in English.
 */

#define MAGIC 0x950412deu
#define MAX_DEPTH 3
#define LEAST_PIECE 9
#define ENOUGH 24
#define FORMAT "%(?:(\\d+)\\$)?[-+ 0#']*\\d*(?:\\.\\d+)?(?:hh|h|ll|l|z|j|t)?([a-zA-Z])|%%"

typedef struct
{
  char *english; /* a regular expression with a group for each format */
  char *plain;   /* as the program has it */
  char *translation;
} Message;

static GPtrArray *messages;
static GHashTable *known; /* English to GRegex */

gboolean
test_language_is_on (void)
{
  const char *language = g_getenv ("LANGUAGE");

  return language != NULL && *language != '\0' && g_getenv ("STILE_LOCALEDIR") != NULL &&
         !test_pseudo_is_on ();
}

/* --- the translation --- */

typedef char *(*FillSlot) (guint number, const char *kind, gpointer user_data);

/* @text as a regular expression; what stands in place of a format is for @fill to say. */
static char *
make_pattern (const char *text, FillSlot fill, gpointer user_data)
{
  g_autoptr (GRegex) format = g_regex_new (FORMAT, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  GString *pattern = g_string_new (NULL);
  g_autofree char *rest = NULL;
  int at = 0;
  guint next = 0;

  g_regex_match (format, text, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *position = g_match_info_fetch (match, 1);
      g_autofree char *kind = g_match_info_fetch (match, 2);
      g_autofree char *before = NULL;
      g_autofree char *slot = NULL;
      int start;
      int end;

      g_match_info_fetch_pos (match, 0, &start, &end);
      before = g_regex_escape_string (text + at, start - at);
      at = end;
      if (position != NULL && *position != '\0')
        next = (guint)g_ascii_strtoull (position, NULL, 10);
      else if (kind != NULL && *kind != '\0')
        next++;
      slot = kind != NULL && *kind != '\0' ? fill (next, kind, user_data) : g_strdup ("%");
      g_string_append_printf (pattern, "%s%s", before, slot);
    }

  rest = g_regex_escape_string (text + at, -1);
  g_string_append (pattern, rest);
  return g_string_free (pattern, FALSE);
}

static char *
fill_with_group (guint number, const char *kind, gpointer user_data)
{
  return g_strdup (strchr ("dui", *kind) != NULL ? "(\\d+)" : "(.+)");
}

static char *
fill_with_anything (guint number, const char *kind, gpointer user_data)
{
  return g_strdup (".+");
}

static char *
strip_mnemonic (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "_", 2);

  return g_strjoinv ("", parts);
}

static void
add (const char *english, const char *translation)
{
  Message *message = g_new (Message, 1);

  message->english = make_pattern (english, fill_with_group, NULL);
  message->plain = g_strdup (english);
  message->translation = g_strdup (translation);
  g_ptr_array_add (messages, message);
}

/* What has a mnemonic is heard without it, too. */
static void
add_both (const char *english, const char *translation)
{
  g_autofree char *heard = strip_mnemonic (english);
  g_autofree char *said = strip_mnemonic (translation);

  add (english, translation);
  if (!g_str_equal (heard, english))
    add (heard, said);
}

/* An entry is "context\004singular\0plural" and "one\0other\0…": GNU gettext manual, "The Format of GNU MO Files". */
static void
add_entry (const char *id, gsize id_length, const char *text, gsize length)
{
  const char *context = strchr (id, '\004');
  const char *singular = context != NULL ? context + 1 : id;
  const char *plural = strlen (id) < id_length ? id + strlen (id) + 1 : NULL;

  for (const char *at = text; *singular != '\0' && at < text + length; at += strlen (at) + 1)
    {
      add_both (singular, at);
      if (plural != NULL)
        add_both (plural, at);
    }
}

static guint32
read_number (const char *bytes, gsize offset)
{
  guint32 number;

  memcpy (&number, bytes + offset, sizeof number);
  return number;
}

static void
load (void)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("STILE_LOCALEDIR"), g_getenv ("LANGUAGE"), "LC_MESSAGES", "stile.mo", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;

  messages = g_ptr_array_new ();
  known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_regex_unref);
  g_file_get_contents (path, &bytes, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmphex (read_number (bytes, 0), ==, MAGIC);
  for (guint32 i = 0; i < read_number (bytes, 8); i++)
    {
      gsize id = read_number (bytes, 12) + i * 8;
      gsize text = read_number (bytes, 16) + i * 8;

      add_entry (bytes + read_number (bytes, id + 4), read_number (bytes, id),
                 bytes + read_number (bytes, text + 4), read_number (bytes, text));
    }
}

/* --- what is looked for --- */

static char *translate (const char *english, guint depth);

typedef struct
{
  GMatchInfo *match;
  guint depth;
} Values;

static char *
fill_with_value (guint number, const char *kind, gpointer user_data)
{
  Values *values = user_data;
  g_autofree char *value = g_match_info_fetch (values->match, (int)number);

  return translate (value != NULL ? value : "", values->depth + 1);
}

/* What is said as two things: "Before: Refused." */
static void
add_parts (GString *pattern, const char *english, guint depth)
{
  g_auto (GStrv) parts = g_strsplit (english, ": ", 2);
  gboolean ended = g_str_has_suffix (english, ".");
  g_autofree char *begun = g_strndup (english, strlen (english) - ended);

  if (depth > MAX_DEPTH)
    return;
  if (parts[0] != NULL && parts[1] != NULL)
    {
      g_autofree char *first = translate (parts[0], depth + 1);
      g_autofree char *second = translate (parts[1], depth + 1);

      g_string_append_printf (pattern, "|%s.{1,3}%s", first, second);
    }
  else if (ended && depth > 0)
    {
      g_autofree char *sentence = translate (begun, depth + 1);

      g_string_append_printf (pattern, "|%s.?", sentence);
    }
}

/* Returns: a regular expression for all that may stand for @english, itself among it */
static char *
translate (const char *english, guint depth)
{
  g_autofree char *itself = g_regex_escape_string (english, -1);
  GString *pattern = g_string_new (NULL);

  g_string_append_printf (pattern, "(?:%s", itself);
  for (guint i = 0; depth <= MAX_DEPTH && i < messages->len; i++)
    {
      Message *message = g_ptr_array_index (messages, i);
      g_autofree char *whole = g_strdup_printf ("^%s$", message->english);
      g_autoptr (GRegex) regex = NULL;
      Values values = { NULL, depth };

      /* "%s: %s" and the like fit everything. */
      if (strlen (message->plain) < 9 && strchr (message->plain, '%') != NULL && depth > 0)
        continue;
      regex = g_regex_new (whole, G_REGEX_DOTALL, 0, NULL);
      if (regex != NULL && g_regex_match (regex, english, 0, &values.match))
        {
          g_autofree char *translated = make_pattern (message->translation, fill_with_value, &values);

          g_string_append_printf (pattern, "|%s", translated);
        }
      g_clear_pointer (&values.match, g_match_info_unref);
    }

  add_parts (pattern, english, depth);
  g_string_append_c (pattern, ')');
  return g_string_free (pattern, FALSE);
}

/* Enough of a sentence to know it by, whatever stands in place of its formats. */
static gboolean
has_piece_of (const char *text, const char *plain)
{
  g_auto (GStrv) pieces = g_regex_split_simple ("%[^ ]", plain, 0, 0);

  for (char **piece = pieces; *piece != NULL; piece++)
    {
      g_autofree char *beginning = g_utf8_substring (*piece, 0, MIN (g_utf8_strlen (*piece, -1), ENOUGH));

      if (strlen (beginning) >= LEAST_PIECE && strstr (text, beginning) != NULL)
        return TRUE;
    }

  return FALSE;
}

/* A piece of a sentence is there where the sentence is. */
static void
add_sentences_with (GString *pattern, const char *piece)
{
  for (guint i = 0; i < messages->len; i++)
    {
      Message *message = g_ptr_array_index (messages, i);

      if (strstr (message->plain, piece) != NULL || has_piece_of (piece, message->plain))
        {
          g_autofree char *translated = make_pattern (message->translation, fill_with_anything, NULL);

          g_string_append_printf (pattern, "|%s", translated);
        }
    }
}

static GRegex *
make_regex (const char *english, TestLanguageMatch how)
{
  g_autofree char *whole = translate (english, 0);
  g_autoptr (GString) pattern = g_string_new (whole);
  g_autofree char *anchored = NULL;
  g_autoptr (GError) error = NULL;
  GRegex *regex;

  if (how != TEST_LANGUAGE_WHOLE)
    add_sentences_with (pattern, english);
  anchored =
      how == TEST_LANGUAGE_WHOLE ? g_strdup_printf ("^(?:%s)$", pattern->str) : g_strdup (pattern->str);
  regex = g_regex_new (anchored, G_REGEX_DOTALL | G_REGEX_OPTIMIZE, 0, &error);
  g_assert_no_error (error);
  return regex;
}

/**
 * test_language_says:
 * @shown: what somebody sees or hears, in the language of LANGUAGE
 * @english: what the test looks for, or a piece of it
 *
 * Returns: whether the one stands for the other
 */
gboolean
test_language_says (const char *shown, const char *english, TestLanguageMatch how)
{
  g_autofree char *key = g_strdup_printf ("%d%s", how, english);
  g_autofree char *unmarked = strip_mnemonic (shown);
  gsize half = strlen (unmarked) / 2;
  g_autofree char *once = g_strndup (unmarked, half);
  GRegex *regex;

  if (messages == NULL)
    load ();
  regex = g_hash_table_lookup (known, key);
  if (regex == NULL)
    {
      regex = make_regex (english, how);
      g_hash_table_insert (known, g_steal_pointer (&key), regex);
    }

  /* GTK 4.8 speaks a text with its mnemonic before the text, and some are seen without. */
  return g_regex_match (regex, shown, 0, NULL) || g_regex_match (regex, unmarked, 0, NULL) ||
         (strlen (unmarked) > half && unmarked[half] == ' ' && g_str_equal (once, unmarked + half + 1) &&
          g_regex_match (regex, once, 0, NULL));
}

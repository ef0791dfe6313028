/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-csv-reader.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * StileCsvReader:
 *
 * Reads a table of RFC 4180, a record at a time, out of memory that somebody else holds.  A record that is broken says
 * so, and the next one begins at the next line: a quotation mark that is not closed costs one line and no more.
 */
struct _StileCsvReader
{
  const char *at;
  const char *end;
  guint line; /* of at */
  char separator;

  const char *record;
  gsize record_size;
  guint record_line;
  GPtrArray *fields; /* of char* */
  char *problem;
};

static const char *
find_line_end (const char *at, const char *end)
{
  const char *feed = at < end ? memchr (at, '\n', (gsize)(end - at)) : NULL;

  return feed != NULL ? feed : end;
}

static gboolean
is_end (StileCsvReader *self, const char *at)
{
  return at == self->end || *at == '\n' || (*at == '\r' && (at + 1 == self->end || at[1] == '\n'));
}

static gboolean
is_blank (StileCsvReader *self, char c)
{
  return c == ' ' || (c == '\t' && self->separator != '\t');
}

static const char *
skip_blanks (StileCsvReader *self, const char *at)
{
  while (at < self->end && is_blank (self, *at))
    at++;

  return at;
}

/* Spreadsheets write rows that are empty as nothing but separators. */
static gboolean
says_nothing (StileCsvReader *self, const char *at)
{
  if (*at == '#')
    return TRUE;

  while (!is_end (self, at) && (is_blank (self, *at) || *at == self->separator))
    at++;

  return is_end (self, at);
}

static void
go_to_next_line (StileCsvReader *self)
{
  self->at = find_line_end (self->at, self->end);
  if (self->at < self->end)
    {
      self->at++;
      self->line++;
    }
}

/* Of the characters that may separate, the one that the first record has most of. */
static char
find_separator (const char *at, const char *end)
{
  static const char candidates[] = { ',', ';', '\t' };
  gsize counts[G_N_ELEMENTS (candidates)] = { 0 };
  gsize best = 0;
  gboolean quoted = FALSE;

  for (; at < end; at++)
    {
      quoted ^= *at == '"';
      for (gsize i = 0; !quoted && i < G_N_ELEMENTS (candidates); i++)
        counts[i] += *at == candidates[i];
    }
  for (gsize i = 1; i < G_N_ELEMENTS (candidates); i++)
    if (counts[i] > counts[best])
      best = i;

  return candidates[best];
}

/**
 * stile_csv_reader_new:
 * @data: (array length=length): the table, from anybody; it stays where it is as long as the reader
 *
 * The separator is comma, semicolon or tab, whichever occurs most in the first line that says anything.
 *
 * Returns: (transfer full): a reader before the first record
 */
StileCsvReader *
stile_csv_reader_new (const char *data, gsize length)
{
  StileCsvReader *self = g_new0 (StileCsvReader, 1);

  self->at = data;
  self->end = data + length;
  self->line = 1;
  self->fields = g_ptr_array_new_with_free_func (g_free);

  while (self->at < self->end && says_nothing (self, self->at))
    go_to_next_line (self);
  self->separator = find_separator (self->at, find_line_end (self->at, self->end));

  return self;
}

/**
 * stile_csv_reader_free:
 * @self: (transfer full): no longer needed
 */
void
stile_csv_reader_free (StileCsvReader *self)
{
  g_ptr_array_unref (self->fields);
  g_free (self->problem);
  g_free (self);
}

/* Gives what follows the field, or NULL with the problem. */
static const char *
read_quoted (StileCsvReader *self, const char *at)
{
  GString *field = g_string_new (NULL);

  for (; at < self->end && at - self->record < STILE_CSV_MAX_RECORD_SIZE; at++)
    {
      if (*at == '"' && (at + 1 == self->end || at[1] != '"'))
        break;
      at += *at == '"';
      g_string_append_c (field, *at);
    }
  g_ptr_array_add (self->fields, g_string_free (field, FALSE));

  if (at >= self->end || *at != '"')
    {
      self->problem =
          g_strdup (_ ("A quotation mark is not closed. Close it, or write it twice where it belongs to "
                       "the text."));
      return NULL;
    }

  at = skip_blanks (self, at + 1);
  if (is_end (self, at) || *at == self->separator)
    return at;

  self->problem =
      g_strdup (_ ("Something follows a closing quotation mark. Write quotation marks twice where they "
                   "belong to the text."));
  return NULL;
}

static const char *
read_plain (StileCsvReader *self, const char *at)
{
  const char *from = at;

  while (!is_end (self, at) && *at != self->separator)
    at++;
  g_ptr_array_add (self->fields, g_strndup (from, (gsize)(at - from)));

  return at;
}

/* Gives the end of the record, or NULL with the problem. */
static const char *
read_fields (StileCsvReader *self, const char *at)
{
  for (;;)
    {
      at = skip_blanks (self, at);
      at = at < self->end && *at == '"' ? read_quoted (self, at + 1) : read_plain (self, at);
      if (at == NULL || is_end (self, at))
        return at;
      at++;
    }
}

static void
take_line (StileCsvReader *self, const char *end)
{
  self->record_size = (gsize)(end - self->record);
  if (self->record_size > 0 && self->record[self->record_size - 1] == '\r')
    self->record_size--;
}

static void
judge_record (StileCsvReader *self)
{
  if (self->problem == NULL && self->record_size > STILE_CSV_MAX_RECORD_SIZE)
    self->problem = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE,
                     "This line has %zu byte, and %d is the most. Look whether a line break is missing.",
                     "This line has %zu bytes, and %d is the most. Look whether a line break is missing.",
                     self->record_size),
        self->record_size, STILE_CSV_MAX_RECORD_SIZE);
  /* First of all, as the rest may come from it. */
  if (!g_utf8_validate_len (self->record, self->record_size, NULL))
    {
      g_free (self->problem);
      self->problem = g_strdup (_ ("This line is not in UTF-8. Write it anew, and save the file as UTF-8."));
    }
  if (self->problem != NULL)
    g_ptr_array_set_size (self->fields, 0);
}

static void
read_record (StileCsvReader *self)
{
  const char *line_end = find_line_end (self->at, self->end);
  const char *end = NULL;

  self->record = self->at;
  self->record_line = self->line;
  if (line_end - self->at <= STILE_CSV_MAX_RECORD_SIZE + 1)
    end = read_fields (self, self->at);

  take_line (self, end != NULL ? end : line_end);
  judge_record (self);

  for (const char *feed = self->record; end != NULL && (feed = memchr (feed, '\n', (gsize)(end - feed)));
       feed++)
    self->line++;
  self->at = end != NULL ? end : line_end;
  go_to_next_line (self);
}

/**
 * stile_csv_reader_next:
 *
 * Goes to the next record that says anything; empty lines and those that begin with "#" do not.
 *
 * Returns: whether there is one
 */
gboolean
stile_csv_reader_next (StileCsvReader *self)
{
  g_ptr_array_set_size (self->fields, 0);
  g_clear_pointer (&self->problem, g_free);

  while (self->at < self->end && says_nothing (self, self->at))
    go_to_next_line (self);
  if (self->at == self->end)
    return FALSE;

  read_record (self);
  return TRUE;
}

/**
 * stile_csv_reader_get_line:
 *
 * Returns: the line where the record begins, from 1
 */
guint
stile_csv_reader_get_line (StileCsvReader *self)
{
  return self->record_line;
}

/**
 * stile_csv_reader_get_record:
 * @length: (out): how long it is
 *
 * Returns: (transfer none) (array length=length): the record as it stands there
 */
const char *
stile_csv_reader_get_record (StileCsvReader *self, gsize *length)
{
  *length = self->record_size;
  return self->record;
}

/**
 * stile_csv_reader_get_fields:
 *
 * Returns: (transfer none) (element-type utf8): the record's fields; empty when there is a problem
 */
GPtrArray *
stile_csv_reader_get_fields (StileCsvReader *self)
{
  return self->fields;
}

/**
 * stile_csv_reader_get_problem:
 *
 * Returns: (transfer none) (nullable): why the record cannot be read, and what to do; a sentence
 */
const char *
stile_csv_reader_get_problem (StileCsvReader *self)
{
  return self->problem;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-json-list.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-json.h"

/* The member that holds the list, where the document is an object. */
#define MEMBER "\"devices\""

/**
 * StileJsonList:
 *
 * Reads a long JSON array entry by entry, out of memory that somebody else holds.  This class only finds where entries
 * end; what they and the document around them are is for stile_json_parse() to say, which would refuse so long a
 * document as a whole.
 */
struct _StileJsonList
{
  const char *at; /* after the bracket, or after an entry's comma */
  const char *end;

  const char *text;
  gsize size;
  guint index;
};

static const char *
skip_spaces (const char *at, const char *end)
{
  while (at < end && strchr (" \t\r\n", *at) != NULL && *at != '\0')
    at++;

  return at;
}

/* Gives the quotation mark at the end, or NULL. */
static const char *
skip_string (const char *at, const char *end)
{
  for (at++; at < end && *at != '"'; at++)
    if (*at == '\\' && at + 1 < end)
      at++;

  return at < end ? at : NULL;
}

/* Gives the comma or bracket that ends the entry which begins at @at, or NULL when none does. */
static const char *
skip_entry (const char *at, const char *end)
{
  gsize depth = 0;

  for (; at != NULL && at < end; at++)
    {
      if (*at == '"')
        at = skip_string (at, end);
      else if (*at == '[' || *at == '{')
        depth++;
      else if (depth == 0 && (*at == ',' || *at == ']' || *at == '}'))
        return at;
      else if (*at == ']' || *at == '}')
        depth--;

      if (at == NULL)
        break;
    }

  return NULL;
}

static const char *
find_array_of_member (const char *at, const char *end)
{
  gsize length = strlen (MEMBER);

  at = skip_spaces (at, end);
  if ((gsize)(end - at) < length || memcmp (at, MEMBER, length) != 0)
    return NULL;

  at = skip_spaces (at + length, end);
  if (at == end || *at != ':')
    return NULL;

  at = skip_spaces (at + 1, end);
  return at < end && *at == '[' ? at : NULL;
}

/* Gives the bracket that begins the list, or NULL. */
static const char *
find_array (const char *at, const char *end)
{
  const char *array = NULL;

  at = skip_spaces (at, end);
  if (at < end && *at == '[')
    return at;

  while (at != NULL && at < end && *at != '}' && array == NULL)
    {
      array = find_array_of_member (at + 1, end);
      at = skip_entry (at + 1, end);
    }

  return array;
}

/* Gives the bracket that ends the list, or NULL. */
static const char *
find_array_end (const char *array, const char *end)
{
  const char *at = array;

  do
    at = skip_entry (at + 1, end);
  while (at != NULL && *at == ',');

  return at != NULL && *at == ']' ? at : NULL;
}

/* The document, with an empty list in its place. */
static gboolean
judge_document (const char *data, const char *end, const char *array, const char *array_end, GError **error)
{
  GByteArray *rest = g_byte_array_new ();
  g_autoptr (GBytes) document = NULL;
  g_autoptr (GVariant) value = NULL;

  g_byte_array_append (rest, (const guint8 *)data, (guint)(array + 1 - data));
  g_byte_array_append (rest, (const guint8 *)array_end, (guint)(end - array_end));
  document = g_byte_array_free_to_bytes (rest);
  value = stile_json_parse (document, STILE_JSON_MAX_SIZE, NULL);
  if (value == NULL)
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                         _ ("It is no valid JSON: something is broken before or after the list of devices."));

  return value != NULL;
}

/**
 * stile_json_list_new:
 * @data: (array length=length): a JSON text, from anybody; it stays where it is as long as the list
 * @error: %STILE_ERROR_SETTINGS when there is no array in it, or it is broken beyond the array's entries
 *
 * Returns: (transfer full): a list before its first entry
 */
StileJsonList *
stile_json_list_new (const char *data, gsize length, GError **error)
{
  const char *end = data + length;
  const char *array = find_array (data, end);
  const char *array_end = array != NULL ? find_array_end (array, end) : NULL;
  StileJsonList *self;

  if (array == NULL)
    {
      g_set_error_literal (
          error, STILE_ERROR, STILE_ERROR_SETTINGS,
          _ ("It is JSON, and no list: an array is needed, or an object with one as “devices”."));
      return NULL;
    }
  if (array_end == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("The list has no end: a bracket or a quotation mark is not closed."));
      return NULL;
    }
  if (!judge_document (data, end, array, array_end, error))
    return NULL;

  self = g_new0 (StileJsonList, 1);
  self->at = array + 1;
  self->end = array_end;
  if (skip_spaces (self->at, self->end) == self->end)
    self->at = NULL;

  return self;
}

/**
 * stile_json_list_free:
 * @self: (transfer full): no longer needed
 */
void
stile_json_list_free (StileJsonList *self)
{
  g_free (self);
}

/**
 * stile_json_list_next:
 *
 * Returns: whether there is one more entry
 */
gboolean
stile_json_list_next (StileJsonList *self)
{
  const char *from;
  const char *to;

  if (self->at == NULL)
    return FALSE;

  from = skip_spaces (self->at, self->end);
  to = skip_entry (from, self->end);
  self->at = to != NULL ? to + 1 : NULL;
  if (to == NULL)
    to = self->end;
  while (to > from && g_ascii_isspace (to[-1]))
    to--;

  self->text = from;
  self->size = (gsize)(to - from);
  self->index++;
  return TRUE;
}

/**
 * stile_json_list_get_index:
 *
 * Returns: the entry's place in the list, from 1
 */
guint
stile_json_list_get_index (StileJsonList *self)
{
  return self->index;
}

/**
 * stile_json_list_get_text:
 * @length: (out): how long it is
 *
 * Returns: (transfer none) (array length=length): the entry as it stands there
 */
const char *
stile_json_list_get_text (StileJsonList *self, gsize *length)
{
  *length = self->size;
  return self->text;
}

/**
 * stile_json_list_get_entry:
 * @problem: (out) (transfer full): a sentence, when there is no value
 *
 * Returns: (transfer full): the entry's value, as stile_json_parse() makes them
 */
GVariant *
stile_json_list_get_entry (StileJsonList *self, char **problem)
{
  g_autofree char *array = NULL;
  g_autoptr (GBytes) document = NULL;
  g_autoptr (GVariant) values = NULL;
  g_autoptr (GVariant) value = NULL;

  if (self->size > STILE_JSON_LIST_MAX_ENTRY_SIZE)
    {
      *problem = g_strdup_printf (
          g_dngettext (GETTEXT_PACKAGE, "This entry has %zu byte, and %d is the most. Shorten it.",
                       "This entry has %zu bytes, and %d is the most. Shorten it.", self->size),
          self->size, STILE_JSON_LIST_MAX_ENTRY_SIZE);
      return NULL;
    }

  array = g_strdup_printf ("[%.*s]", (int)self->size, self->text);
  document = g_bytes_new (array, strlen (array));
  values = stile_json_parse (document, self->size + 2, NULL);
  if (values == NULL || g_variant_n_children (values) != 1)
    {
      *problem =
          g_strdup (_ ("This entry is no valid JSON. Look for a comma, a bracket or a quotation mark that is "
                       "missing or too many."));
      return NULL;
    }

  value = g_variant_get_child_value (values, 0);
  return g_variant_get_variant (value);
}

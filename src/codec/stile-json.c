/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-json.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

/* A document is first a jansson tree, which stops the hostile ones, then a GVariant, which the rest of Stile reads. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_t, json_decref)

/* A value takes some 300 bytes as a GVariant and two in a document: 512 KB of zeros would become 80 MB.  What Stile
 * exchanges has some hundred. */
#define MAX_VALUES 65536

/* Where converting has come to: how deep, and how many values there are already. */
typedef struct
{
  int depth;
  int values;
} Progress;

static GVariant *convert (json_t *value, Progress *progress, GError **error);

static GVariant *
convert_object (json_t *object, Progress *progress, GError **error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  const char *name;
  json_t *member;

  json_object_foreach (object, name, member)
  {
    GVariant *value = convert (member, progress, error);

    if (value == NULL)
      return NULL;
    g_variant_builder_add (&builder, "{sv}", name, value);
  }

  return g_variant_builder_end (&builder);
}

static GVariant *
convert_array (json_t *array, Progress *progress, GError **error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  for (size_t i = 0; i < json_array_size (array); i++)
    {
      GVariant *value = convert (json_array_get (array, i), progress, error);

      if (value == NULL)
        return NULL;
      g_variant_builder_add (&builder, "v", value);
    }

  return g_variant_builder_end (&builder);
}

static GVariant *
convert_container (json_t *value, Progress *progress, GError **error)
{
  GVariant *converted;

  if (progress->depth == STILE_JSON_MAX_DEPTH)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   _ ("The JSON document nests %d deep or more, the limit is %d"), progress->depth + 1,
                   STILE_JSON_MAX_DEPTH);
      return NULL;
    }

  progress->depth++;
  converted = json_is_object (value) ? convert_object (value, progress, error)
                                     : convert_array (value, progress, error);
  progress->depth--;

  return converted;
}

static gboolean
count_value (Progress *progress, GError **error)
{
  if (progress->values++ < MAX_VALUES)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
               g_dngettext (GETTEXT_PACKAGE, "The JSON document has %d value or more, the limit is %d",
                            "The JSON document has %d values or more, the limit is %d",
                            (gulong)progress->values),
               progress->values, MAX_VALUES);
  return FALSE;
}

static GVariant *
convert (json_t *value, Progress *progress, GError **error)
{
  if (!count_value (progress, error))
    return NULL;

  switch (json_typeof (value))
    {
    case JSON_OBJECT:
    case JSON_ARRAY:
      return convert_container (value, progress, error);
    case JSON_STRING:
      return g_variant_new_string (json_string_value (value));
    case JSON_INTEGER:
      return g_variant_new_int64 (json_integer_value (value));
    case JSON_REAL:
      return g_variant_new_double (json_real_value (value));
    case JSON_TRUE:
    case JSON_FALSE:
      return g_variant_new_boolean (json_is_true (value));
    case JSON_NULL:
    default:
      return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
    }
}

/* Jansson's own text quotes what the peer wrote, control characters and all. */
static const char *
describe (const json_error_t *problem)
{
  static const struct
  {
    enum json_error_code code;
    const char *description;
  } table[] = {
    { json_error_stack_overflow, N_ ("it nests too deep") },
    { json_error_premature_end_of_input, N_ ("it ends too early") },
    { json_error_end_of_input_expected, N_ ("something follows its end") },
    { json_error_invalid_utf8, N_ ("it is not UTF-8") },
    { json_error_null_byte_in_key, N_ ("a member’s name holds a NUL") },
    { json_error_null_character, N_ ("a string holds a NUL") },
    { json_error_duplicate_key, N_ ("a member occurs twice") },
    { json_error_numeric_overflow, N_ ("a number is too large") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].code == json_error_code (problem))
      return _ (table[i].description);

  return _ ("it is not well-formed");
}

/**
 * stile_json_parse:
 * @document: a JSON text in UTF-8, from anybody
 * @limit: the most bytes that are read, usually %STILE_JSON_MAX_SIZE
 * @error: %G_IO_ERROR_MESSAGE_TOO_LARGE for more than @limit bytes, %STILE_JSON_MAX_DEPTH levels
 *   or 65536 values,
 *   %G_IO_ERROR_INVALID_DATA for whatever is not exactly one object or array (RFC 8259)
 *
 * Objects become a{sv} with their members in the document's order, arrays av, strings s, integers x, other numbers d,
 * true and false b, null an mv that holds nothing.  Refuses what parsers disagree about: a member that occurs twice,
 * integers beyond 64 bits, `\u0000`.
 *
 * Returns: (transfer full): the document, not floating
 */
GVariant *
stile_json_parse (GBytes *document, gsize limit, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (document, &length);
  g_autoptr (json_t) tree = NULL;
  json_error_t problem;
  Progress progress = { 0, 0 };
  GVariant *value;

  if (length > limit)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   g_dngettext (GETTEXT_PACKAGE, "The JSON document has %zu byte, the limit is %zu",
                                "The JSON document has %zu bytes, the limit is %zu", length),
                   length, limit);
      return NULL;
    }

  tree = json_loadb (text != NULL ? text : "", length, JSON_REJECT_DUPLICATES, &problem);
  if (tree == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("The JSON document is not valid: %s (line %d, column %d)"), describe (&problem),
                   problem.line, problem.column);
      return NULL;
    }

  value = convert (tree, &progress, error);
  return value != NULL ? g_variant_ref_sink (value) : NULL;
}

/* Terminals obey U+0080 to U+009F too, which JSON lets stand as they are. */
static gboolean
is_control (const char *text)
{
  guchar c = (guchar)text[0];
  guchar next = c != 0 ? (guchar)text[1] : 0;

  return c < 0x20 || c == 0x7f || (c == 0xc2 && next >= 0x80 && next < 0xa0);
}

static void
print_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++)
    {
      guchar c = (guchar)*text;

      if (c == '"' || c == '\\')
        g_string_append_c (out, '\\');
      if (is_control (text))
        g_string_append_printf (out, "\\u%04x", c == 0xc2 ? (guchar) * ++text : c);
      else
        g_string_append_c (out, (char)c);
    }
  g_string_append_c (out, '"');
}

/* The fewest digits that read back as the same number, and always a number that JSON knows. */
static void
print_double (GString *out, double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (number))
    {
      g_string_append (out, "null");
      return;
    }

  g_ascii_formatd (text, sizeof text, "%.15g", number);
  if (g_ascii_strtod (text, NULL) != number)
    g_ascii_dtostr (text, sizeof text, number);
  g_string_append (out, text);
  if (strpbrk (text, ".e") == NULL)
    g_string_append (out, ".0");
}

static void print_value (GString *out, GVariant *value, gboolean pretty, guint indent);

static void
print_break (GString *out, gboolean pretty, guint indent)
{
  if (pretty)
    g_string_append_printf (out, "\n%*s", (int)(2 * indent), "");
}

static void
print_entry (GString *out, GVariant *entry, gboolean pretty, guint indent)
{
  g_autoptr (GVariant) name = g_variant_get_child_value (entry, 0);
  g_autoptr (GVariant) value = g_variant_get_child_value (entry, 1);

  g_return_if_fail (g_variant_is_of_type (name, G_VARIANT_TYPE_STRING));

  print_string (out, g_variant_get_string (name, NULL));
  g_string_append (out, pretty ? ": " : ":");
  print_value (out, value, pretty, indent);
}

static void
print_container (GString *out, GVariant *value, gboolean pretty, guint indent)
{
  gboolean object = g_variant_is_of_type (value, G_VARIANT_TYPE_DICTIONARY);
  gsize count = g_variant_n_children (value);

  g_string_append_c (out, object ? '{' : '[');
  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);

      if (i > 0)
        g_string_append_c (out, ',');
      print_break (out, pretty, indent + 1);
      if (object)
        print_entry (out, child, pretty, indent + 1);
      else
        print_value (out, child, pretty, indent + 1);
    }
  if (count > 0)
    print_break (out, pretty, indent);
  g_string_append_c (out, object ? '}' : ']');
}

static void
print_boxed (GString *out, GVariant *value, gboolean pretty, guint indent)
{
  g_autoptr (GVariant) inner = g_variant_n_children (value) > 0 ? g_variant_get_child_value (value, 0) : NULL;

  if (inner != NULL)
    print_value (out, inner, pretty, indent);
  else
    g_string_append (out, "null");
}

static void
print_value (GString *out, GVariant *value, gboolean pretty, guint indent)
{
  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BOOLEAN:
      g_string_append (out, g_variant_get_boolean (value) ? "true" : "false");
      break;
    case G_VARIANT_CLASS_BYTE:
      g_string_append_printf (out, "%u", g_variant_get_byte (value));
      break;
    case G_VARIANT_CLASS_INT16:
      g_string_append_printf (out, "%d", g_variant_get_int16 (value));
      break;
    case G_VARIANT_CLASS_UINT16:
      g_string_append_printf (out, "%u", g_variant_get_uint16 (value));
      break;
    case G_VARIANT_CLASS_INT32:
      g_string_append_printf (out, "%" G_GINT32_FORMAT, g_variant_get_int32 (value));
      break;
    case G_VARIANT_CLASS_UINT32:
      g_string_append_printf (out, "%" G_GUINT32_FORMAT, g_variant_get_uint32 (value));
      break;
    case G_VARIANT_CLASS_INT64:
      g_string_append_printf (out, "%" G_GINT64_FORMAT, g_variant_get_int64 (value));
      break;
    case G_VARIANT_CLASS_UINT64:
      g_string_append_printf (out, "%" G_GUINT64_FORMAT, g_variant_get_uint64 (value));
      break;
    case G_VARIANT_CLASS_DOUBLE:
      print_double (out, g_variant_get_double (value));
      break;
    case G_VARIANT_CLASS_STRING:
    case G_VARIANT_CLASS_OBJECT_PATH:
    case G_VARIANT_CLASS_SIGNATURE:
      print_string (out, g_variant_get_string (value, NULL));
      break;
    case G_VARIANT_CLASS_VARIANT:
    case G_VARIANT_CLASS_MAYBE:
      print_boxed (out, value, pretty, indent);
      break;
    case G_VARIANT_CLASS_ARRAY:
    case G_VARIANT_CLASS_TUPLE:
      print_container (out, value, pretty, indent);
      break;
    case G_VARIANT_CLASS_HANDLE:
    case G_VARIANT_CLASS_DICT_ENTRY:
    default:
      g_return_if_reached ();
    }
}

/**
 * stile_json_print:
 * @value: dictionaries with string keys, arrays, strings, numbers, booleans, maybes and variants of these
 * @pretty: over several lines, indented by two spaces; otherwise one line with no line break in it
 *
 * Nothing and numbers that are not finite become null.  Members keep their order.  A floating @value stays floating.
 *
 * Returns: (transfer full): a JSON text in UTF-8, without a line break at its end
 */
char *
stile_json_print (GVariant *value, gboolean pretty)
{
  GString *out = g_string_new (NULL);

  print_value (out, value, pretty, 0);

  return g_string_free (out, FALSE);
}

static GVariant *
lookup (GVariant *object, const char *member, const GVariantType *type)
{
  if (object == NULL || !g_variant_is_of_type (object, G_VARIANT_TYPE_VARDICT))
    return NULL;

  return g_variant_lookup_value (object, member, type);
}

/**
 * stile_json_get_string:
 * @object: (nullable): an a{sv}, or nothing that has members
 *
 * Returns: (transfer none) (nullable): valid as long as @object; %NULL when the member is missing or no string
 */
const char *
stile_json_get_string (GVariant *object, const char *member)
{
  const char *text = NULL;

  /* Only a borrowed format makes GVariant keep the string inside @object. */
  if (object == NULL || !g_variant_is_of_type (object, G_VARIANT_TYPE_VARDICT) ||
      !g_variant_lookup (object, member, "&s", &text))
    return NULL;

  return text;
}

/**
 * stile_json_get_integer:
 * @object: (nullable): an a{sv}, or nothing that has members
 *
 * Returns: the member, or @fallback when it is missing or no integer
 */
gint64
stile_json_get_integer (GVariant *object, const char *member, gint64 fallback)
{
  g_autoptr (GVariant) value = lookup (object, member, G_VARIANT_TYPE_INT64);

  return value != NULL ? g_variant_get_int64 (value) : fallback;
}

/**
 * stile_json_get_boolean:
 * @object: (nullable): an a{sv}, or nothing that has members
 *
 * Returns: the member, or @fallback when it is missing or neither true nor false
 */
gboolean
stile_json_get_boolean (GVariant *object, const char *member, gboolean fallback)
{
  g_autoptr (GVariant) value = lookup (object, member, G_VARIANT_TYPE_BOOLEAN);

  return value != NULL ? g_variant_get_boolean (value) : fallback;
}

/**
 * stile_json_get_member:
 * @object: (nullable): an a{sv}, or nothing that has members
 *
 * Returns: (transfer full) (nullable): the member, or %NULL when it is missing or null
 */
GVariant *
stile_json_get_member (GVariant *object, const char *member)
{
  g_autoptr (GVariant) value = lookup (object, member, NULL);

  if (value == NULL || g_variant_is_of_type (value, G_VARIANT_TYPE_MAYBE))
    return NULL;

  return g_steal_pointer (&value);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-gs1-code.h"

#include <string.h>

/* GS1 General Specifications: an element is an application identifier (AI) and its value.  Two matter here. */
#define AI_GTIN "01"
#define AI_SERIAL "21"
#define GTIN_SIZE 14

/* FNC1, as scanners give it: before the first element, and after those of no fixed length. */
#define FNC1 '\x1d'

/* Elements of a fixed length, figure 7.8.5-2, with their identifier; they need no FNC1. */
static const struct
{
  const char *identifier;
  gsize length;
} fixed[] = {
  { "00", 20 }, { "01", 16 }, { "02", 16 }, { "03", 16 }, { "04", 18 }, { "11", 8 },
  { "12", 8 },  { "13", 8 },  { "14", 8 },  { "15", 8 },  { "16", 8 },  { "17", 8 },
  { "18", 8 },  { "19", 8 },  { "20", 4 },  { "31", 10 }, { "32", 10 }, { "33", 10 },
  { "34", 10 }, { "35", 10 }, { "36", 10 }, { "41", 16 },
};

/* What scanners that are set so say before the text, of the kinds of code that GS1 uses. */
static const char *
skip_symbology (const char *text)
{
  static const char *const symbologies[] = { "]d2", "]Q3", "]C1", "]e0", "]J1" };

  for (gsize i = 0; i < G_N_ELEMENTS (symbologies); i++)
    if (g_str_has_prefix (text, symbologies[i]))
      return text + strlen (symbologies[i]);

  return text;
}

/* Digits from the right weigh 3 and 1 in turn, but for the last, which makes the sum a multiple of ten. */
static gboolean
is_gtin (const char *text)
{
  guint sum = 0;

  if (strspn (text, G_CSET_DIGITS) < GTIN_SIZE)
    return FALSE;

  for (gsize i = 0; i < GTIN_SIZE; i++)
    sum += (guint)(text[i] - '0') * (i % 2 == 0 ? 3 : 1);

  return sum % 10 == 0;
}

/* Many scanners lose the FNC1 at the beginning.  A GTIN with its check digit before a serial number is GS1 all the
 * same. */
static gboolean
is_gtin_and_serial (const char *text)
{
  return g_str_has_prefix (text, AI_GTIN) && is_gtin (text + 2) &&
         g_str_has_prefix (text + 2 + GTIN_SIZE, AI_SERIAL) && text[2 + GTIN_SIZE + 2] != '\0';
}

/* Gives what follows "(21)", or NULL. */
static const char *
skip_bracket (const char *text)
{
  gsize digits = *text == '(' ? strspn (text + 1, G_CSET_DIGITS) : 0;

  return digits >= 2 && digits <= 4 && text[1 + digits] == ')' ? text + 2 + digits : NULL;
}

/**
 * stile_gs1_code_is:
 * @text: what a code says, UTF-8
 *
 * Returns: whether it is made of GS1's elements, in either form
 */
gboolean
stile_gs1_code_is (const char *text)
{
  return skip_symbology (text) != text || strchr (text, FNC1) != NULL || skip_bracket (text) != NULL ||
         is_gtin_and_serial (text);
}

static void
take (
    StileDeviceFields *fields, const char *identifier, gsize identifier_size, const char *value, gsize length)
{
  g_autofree char *text = g_strndup (value, length);
  g_autofree char *model = g_strconcat ("GTIN ", text, NULL);

  if (identifier_size != 2)
    return;
  if (strncmp (identifier, AI_SERIAL, 2) == 0)
    stile_device_fields_set (fields, STILE_DEVICE_FIELD_SERIAL, text);
  else if (strncmp (identifier, AI_GTIN, 2) == 0 && length == GTIN_SIZE && is_gtin (text))
    stile_device_fields_set (fields, STILE_DEVICE_FIELD_MODEL, model);
}

/* "(01)04012345678901(21)X": a value ends where the next identifier begins. */
static void
read_brackets (const char *text, StileDeviceFields *fields)
{
  const char *value;

  while ((value = skip_bracket (text)) != NULL)
    {
      const char *end = value;

      while (*end != '\0' && skip_bracket (end) == NULL)
        end++;
      take (fields, text + 1, (gsize)(value - text - 2), value, (gsize)(end - value));
      text = end;
    }
}

static gsize
measure_element (const char *text)
{
  gsize length = strcspn (text, "\x1d");

  for (gsize i = 0; i < G_N_ELEMENTS (fixed); i++)
    if (g_str_has_prefix (text, fixed[i].identifier))
      return MIN (length, fixed[i].length);

  return length;
}

static void
read_elements (const char *text, StileDeviceFields *fields)
{
  while (*text != '\0')
    {
      gsize length = measure_element (text);

      if (length > 2)
        take (fields, text, 2, text + 2, length - 2);
      text += length;
      if (*text == FNC1)
        text++;
    }
}

/**
 * stile_gs1_code_read:
 * @text: what a code says, UTF-8
 * @fields: gets the serial number (AI 21), and the GTIN (AI 01) as model
 *
 * Reads elements with their identifiers in brackets, as people are shown them, or with FNC1, as codes have them.
 */
void
stile_gs1_code_read (const char *text, StileDeviceFields *fields)
{
  text = skip_symbology (text);
  if (skip_bracket (text) != NULL)
    read_brackets (text, fields);
  else
    read_elements (text, fields);
}

/**
 * stile_gs1_code_read_link:
 * @path: the path of a web address, encoded
 * @fields: gets the serial number and the GTIN of a GS1 Digital Link, "/01/04012345678901/21/X", if it is one
 */
void
stile_gs1_code_read_link (const char *path, StileDeviceFields *fields)
{
  g_auto (GStrv) segments = g_strsplit (path, "/", -1);
  guint count = g_strv_length (segments);
  guint at = 0;

  while (at + 1 < count && (strcmp (segments[at], AI_GTIN) != 0 || !is_gtin (segments[at + 1])))
    at++;

  for (; at + 1 < count; at += 2)
    {
      g_autofree char *value = g_uri_unescape_string (segments[at + 1], NULL);

      if (value != NULL && g_utf8_validate (value, -1, NULL))
        take (fields, segments[at], strlen (segments[at]), value, strlen (value));
    }
}

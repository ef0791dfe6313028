/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-fields.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-certificate-text.h"
#include "inventory/stile-device-address.h"

/* Names of columns and members are at most this long, or are none that we know. */
#define MAX_NAME_SIZE 32

/* Of a text that is shown shortened, so much is looked at for each character that is shown. */
#define BYTES_PER_CHARACTER 8

/* What people and other programs call them, without capitals, spaces and marks. */
static const struct
{
  const char *name;
  StileDeviceField field;
} names[] = {
  { "serial", STILE_DEVICE_FIELD_SERIAL },
  { "serialnumber", STILE_DEVICE_FIELD_SERIAL },
  { "serialno", STILE_DEVICE_FIELD_SERIAL },
  { "sn", STILE_DEVICE_FIELD_SERIAL },
  { "productserialnumber", STILE_DEVICE_FIELD_SERIAL },
  { "address", STILE_DEVICE_FIELD_ADDRESS },
  { "host", STILE_DEVICE_FIELD_ADDRESS },
  { "hostname", STILE_DEVICE_FIELD_ADDRESS },
  { "ip", STILE_DEVICE_FIELD_ADDRESS },
  { "ipaddress", STILE_DEVICE_FIELD_ADDRESS },
  { "port", STILE_DEVICE_FIELD_PORT },
  { "name", STILE_DEVICE_FIELD_NAME },
  { "devicename", STILE_DEVICE_FIELD_NAME },
  { "model", STILE_DEVICE_FIELD_MODEL },
  { "note", STILE_DEVICE_FIELD_NOTE },
  { "notes", STILE_DEVICE_FIELD_NOTE },
  { "comment", STILE_DEVICE_FIELD_NOTE },
};

/* How the columns are written, for a sentence about one. */
static const char *const columns[STILE_DEVICE_N_FIELDS] = {
  [STILE_DEVICE_FIELD_SERIAL] = "serial", [STILE_DEVICE_FIELD_ADDRESS] = "address",
  [STILE_DEVICE_FIELD_PORT] = "port",     [STILE_DEVICE_FIELD_NAME] = "name",
  [STILE_DEVICE_FIELD_MODEL] = "model",   [STILE_DEVICE_FIELD_NOTE] = "note",
};

/**
 * stile_device_fields_find:
 * @name: a column's or a member's name, in any case, from anybody
 *
 * Returns: the field that it means, or %STILE_DEVICE_FIELD_NONE
 */
StileDeviceField
stile_device_fields_find (const char *name)
{
  char plain[MAX_NAME_SIZE];
  gsize length = 0;

  for (; *name != '\0'; name++)
    if (strchr (" \t-_./#", *name) == NULL)
      {
        if (length == sizeof plain - 1)
          return STILE_DEVICE_FIELD_NONE;
        plain[length++] = g_ascii_tolower (*name);
      }
  plain[length] = '\0';

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (plain, names[i].name) == 0)
      return names[i].field;

  return STILE_DEVICE_FIELD_NONE;
}

/**
 * stile_device_fields_set:
 * @field: which one, or %STILE_DEVICE_FIELD_NONE to do nothing
 * @value: UTF-8; spaces at its ends mean nothing (X.520 says so of serial numbers, too), and an empty one is none
 *
 * The first value stays, where there are several.
 */
void
stile_device_fields_set (StileDeviceFields *self, StileDeviceField field, const char *value)
{
  g_autofree char *stripped = NULL;

  if (field == STILE_DEVICE_FIELD_NONE || self->values[field] != NULL)
    return;

  stripped = g_strstrip (g_strdup (value));
  if (*stripped != '\0')
    self->values[field] = g_steal_pointer (&stripped);
}

/**
 * stile_device_fields_clear:
 *
 * Frees what is in it.
 */
void
stile_device_fields_clear (StileDeviceFields *self)
{
  for (guint i = 0; i < STILE_DEVICE_N_FIELDS; i++)
    g_clear_pointer (&self->values[i], g_free);
}

/* Some come from copying a web page, and nobody can see why such a serial number is not the device's. */
static gboolean
has_invisible (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      GUnicodeType type = g_unichar_type (g_utf8_get_char (text));

      if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR ||
          type == G_UNICODE_PARAGRAPH_SEPARATOR)
        return TRUE;
    }

  return FALSE;
}

/* "4.01235E+12" is what spreadsheets make of a long number, and what it was is lost. */
static gboolean
is_rounded (const char *serial)
{
  gsize digits;

  if (!g_ascii_isdigit (serial[0]) || (serial[1] != '.' && serial[1] != ','))
    return FALSE;

  digits = strspn (serial + 2, G_CSET_DIGITS);
  serial += 2 + digits;
  return digits > 0 && (g_str_has_prefix (serial, "E+") || g_str_has_prefix (serial, "e+")) &&
         strlen (serial + 2) == 2 && strspn (serial + 2, G_CSET_DIGITS) == 2;
}

static char *
judge_serial (const char *serial)
{
  if (serial == NULL)
    return g_strdup (_ ("There is no serial number. Write the one that is on the device’s label."));
  if (strlen (serial) > STILE_DEVICE_SERIAL_MAX_SIZE)
    return g_strdup_printf (
        g_dngettext (
            GETTEXT_PACKAGE,
            "The serial number has %zu byte, and %d is the most. Look whether two fields have run together.",
            "The serial number has %zu bytes, and %d is the most. Look whether two fields have run together.",
            strlen (serial)),
        strlen (serial), STILE_DEVICE_SERIAL_MAX_SIZE);
  if (has_invisible (serial))
    return g_strdup (_ ("There is an invisible character in the serial number. Type it anew."));
  if (is_rounded (serial))
    return g_strdup (
        _ ("A spreadsheet has rounded this serial number. Make its column one of text, enter the number "
           "again, and export the list again."));

  return NULL;
}

static char *
judge_lengths (StileDeviceFields *self)
{
  for (guint i = 0; i < STILE_DEVICE_N_FIELDS; i++)
    if (self->values[i] != NULL && strlen (self->values[i]) > STILE_DEVICE_FIELD_MAX_SIZE)
      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                           "The field “%s” has %zu byte, and %d is the most. Shorten it.",
                                           "The field “%s” has %zu bytes, and %d is the most. Shorten it.",
                                           strlen (self->values[i])),
                              columns[i], strlen (self->values[i]), STILE_DEVICE_FIELD_MAX_SIZE);

  return NULL;
}

/* Address and port are one thing from here on. */
static char *
judge_address (StileDeviceFields *self)
{
  char **address = &self->values[STILE_DEVICE_FIELD_ADDRESS];
  char **port = &self->values[STILE_DEVICE_FIELD_PORT];
  g_autoptr (GError) error = NULL;
  g_autofree char *made = NULL;

  if (*address == NULL)
    return *port != NULL ? g_strdup (_ ("There is a port, and no address. Write the address, too.")) : NULL;

  made = stile_device_address_make (*address, *port, &error);
  if (made == NULL)
    return g_strdup (error->message);

  g_free (*address);
  *address = g_steal_pointer (&made);
  g_clear_pointer (port, g_free);
  return NULL;
}

static void
make_presentable (char **value)
{
  char *text;

  if (*value == NULL)
    return;

  text = stile_device_fields_make_text (*value, strlen (*value), STILE_DEVICE_FIELD_MAX_SIZE);
  g_free (*value);
  *value = text;
}

/* What is escaped becomes longer, and must still be a field when somebody reads it again. */
static void
make_field (char **value)
{
  glong characters = STILE_DEVICE_FIELD_MAX_SIZE;

  make_presentable (value);
  while (*value != NULL && strlen (*value) > STILE_DEVICE_FIELD_MAX_SIZE)
    {
      char *text = stile_device_fields_make_text (*value, strlen (*value), --characters);

      g_free (*value);
      *value = text;
    }
}

/**
 * stile_device_fields_judge:
 *
 * Looks whether the fields are a device's, and writes them as they are used: the address with its port as in a URL,
 * and name, model and note without what a screen obeys.  Where they are not, all of them can be shown.
 *
 * Returns: (transfer full) (nullable): a sentence that says what is wrong and what to do, or %NULL
 */
char *
stile_device_fields_judge (StileDeviceFields *self)
{
  char *problem = judge_serial (self->values[STILE_DEVICE_FIELD_SERIAL]);

  if (problem == NULL)
    problem = judge_lengths (self);
  if (problem == NULL)
    problem = judge_address (self);

  for (guint i = 0; i < STILE_DEVICE_N_FIELDS; i++)
    if (problem != NULL || i >= STILE_DEVICE_FIELD_NAME)
      make_field (&self->values[i]);

  if (problem != NULL)
    make_presentable (&problem);
  return problem;
}

static char *
fold_spaces (const char *text, gsize length)
{
  GString *folded = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isspace (text[i]))
        g_string_append_c (folded, text[i]);
      else if (folded->len > 0 && folded->str[folded->len - 1] != ' ')
        g_string_append_c (folded, ' ');
    }

  return g_string_free (folded, FALSE);
}

/**
 * stile_device_fields_make_text:
 * @text: (array length=length): from anybody, in whichever encoding
 * @characters: how many may be shown
 *
 * Returns: (transfer full): one line that can be shown, and ends in "…" where it was cut
 */
char *
stile_device_fields_make_text (const char *text, gsize length, glong characters)
{
  gsize most = (gsize)characters * BYTES_PER_CHARACTER;
  gsize size = MIN (length, most);
  g_autofree char *folded = NULL;
  g_autofree char *presentable = NULL;

  while (size < length && size > 0 && ((guchar)text[size] & 0xc0) == 0x80)
    size--;

  folded = fold_spaces (text, size);
  presentable = stile_certificate_text_make_presentable (folded, strlen (folded));
  if (size == length && g_utf8_strlen (presentable, -1) <= characters)
    return g_strchomp (g_steal_pointer (&presentable));

  *g_utf8_offset_to_pointer (presentable, MIN (characters - 1, g_utf8_strlen (presentable, -1))) = '\0';
  return g_strconcat (presentable, "…", NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-code.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-json.h"
#include "inventory/stile-gs1-code.h"

/* So much of a code is told in a sentence, and kept with the device. */
#define TOLD_CHARACTERS 40
#define TEXT_CHARACTERS 120

/* Codes of other purposes, by what they begin with.  Of these no more than that is told: many hold a secret. */
static const struct
{
  const char *start;
  const char *what;
} others[] = {
  { "WIFI:", N_ ("a code to join a Wi-Fi network") },
  { "DPP:", N_ ("a key for Wi-Fi Easy Connect") },
  { "MT:", N_ ("a setup code for Matter") },
  { "X-HM:", N_ ("a setup code for HomeKit") },
  { "OTPAUTH:", N_ ("a key for one-time passwords") },
  { "MAILTO:", N_ ("a mail address") },
  { "MATMSG:", N_ ("a mail address") },
  { "TEL:", N_ ("a telephone number") },
  { "SMS:", N_ ("a telephone number") },
  { "SMSTO:", N_ ("a telephone number") },
  { "BEGIN:VCARD", N_ ("a contact") },
  { "MECARD:", N_ ("a contact") },
  { "BEGIN:VEVENT", N_ ("an appointment") },
  { "GEO:", N_ ("a place on a map") },
};

static gboolean
starts_with (const char *text, const char *start)
{
  return g_ascii_strncasecmp (text, start, strlen (start)) == 0;
}

static gboolean
refuse (GError **error, const char *told, const char *what)
{
  g_set_error (
      error, STILE_ERROR, STILE_ERROR_SETTINGS,
      _ ("“%s” was read: %s. There is no serial number in it: scan the code beside “S/N” or “Serial” on the "
         "device, or type that number."),
      told, what);
  return FALSE;
}

static gboolean
refuse_other (const char *text, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    if (starts_with (text, others[i].start))
      {
        g_autofree char *told = g_strconcat (others[i].start, "…", NULL);

        return refuse (error, told, _ (others[i].what));
      }

  return TRUE;
}

static gboolean
has_serial (const StileDeviceFields *fields)
{
  return fields->values[STILE_DEVICE_FIELD_SERIAL] != NULL;
}

static void
set_known (StileDeviceFields *fields, const char *key, const char *value, gboolean encoded)
{
  g_autofree char *spaced = g_strdelimit (g_strdup (value), encoded ? "+" : "", ' ');
  g_autofree char *plain = encoded ? g_uri_unescape_string (spaced, NULL) : g_steal_pointer (&spaced);

  if (plain != NULL && g_utf8_validate (plain, -1, NULL))
    stile_device_fields_set (fields, stile_device_fields_find (key), plain);
}

static const char *
skip_spaces (const char *text)
{
  return text + strspn (text, " \t");
}

/* "serial=X", "SN: X" or "S/N X". */
static void
read_pair (char *pair, gboolean encoded, StileDeviceFields *fields)
{
  char *mark = strpbrk (pair, encoded ? "=" : "=:");

  /* The number may have a colon of its own. */
  if (starts_with (pair, "S/N ") && strchr (":=", *skip_spaces (pair + 3)) == NULL)
    mark = pair + 3;
  if (mark == NULL)
    return;

  *mark = '\0';
  set_known (fields, pair, mark + 1, encoded);
}

static void
read_pairs (const char *text, const char *separators, gboolean encoded, StileDeviceFields *fields)
{
  g_auto (GStrv) pairs = g_strsplit_set (text, separators, -1);

  for (char **pair = pairs; *pair != NULL; pair++)
    read_pair (g_strstrip (*pair), encoded, fields);
}

/* The host of a web address is its manufacturer's, not the device's. */
static gboolean
read_web_address (const char *text, StileDeviceFields *fields, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_ENCODED | G_URI_FLAGS_PARSE_RELAXED, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autofree char *told = NULL;

  if (uri != NULL && g_uri_get_query (uri) != NULL)
    read_pairs (g_uri_get_query (uri), "&;", TRUE, fields);
  if (uri != NULL && !has_serial (fields))
    stile_gs1_code_read_link (g_uri_get_path (uri), fields);
  if (has_serial (fields))
    return TRUE;

  /* The rest of it may open doors. */
  told = host != NULL && *host != '\0' ? stile_device_fields_make_text (host, strlen (host), TOLD_CHARACTERS)
                                       : g_strdup ("https://…");
  return refuse (error, told, _ ("a web address"));
}

static void
read_member (const char *name, GVariant *value, StileDeviceFields *fields)
{
  g_autofree char *number = NULL;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    number = g_strdup_printf ("%" G_GINT64_FORMAT, g_variant_get_int64 (value));

  if (number != NULL)
    set_known (fields, name, number, FALSE);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    set_known (fields, name, g_variant_get_string (value, NULL), FALSE);
}

static gboolean
read_json (const char *text, StileDeviceFields *fields, GError **error)
{
  g_autoptr (GBytes) document = g_bytes_new (text, strlen (text));
  g_autoptr (GVariant) object = stile_json_parse (document, STILE_DEVICE_CODE_MAX_SIZE, NULL);
  GVariantIter iter;
  const char *name;
  GVariant *value;

  if (object == NULL || !g_variant_is_of_type (object, G_VARIANT_TYPE_VARDICT))
    return refuse (error, "{…", _ ("damaged JSON"));

  g_variant_iter_init (&iter, object);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    read_member (name, value, fields);

  return has_serial (fields) || refuse (error, "{…", _ ("a JSON object"));
}

/* "PID:CHIMAY-U-AC SN:FDO27361XTF" is one serial number, and the device's certificate has it so. */
static gboolean
read_product_and_serial (const char *text, StileDeviceFields *fields)
{
  const char *product = text + strlen ("PID:");
  g_autofree char *model = NULL;

  if (!g_str_has_prefix (text, "PID:") || strstr (text, "SN:") == NULL)
    return FALSE;

  product = skip_spaces (product);
  model = g_strndup (product, strcspn (product, " ,;"));
  set_known (fields, "serial", text, FALSE);
  set_known (fields, "model", model, FALSE);
  return TRUE;
}

/* "geo:1,2" or "Batch: 7", but not the "AB:CD:…" of a network card. */
static gboolean
is_of_another_kind (const char *text)
{
  gsize length = strspn (text, G_CSET_A_2_Z G_CSET_a_2_z " ");

  if (length < 2 || (text[length] != ':' && text[length] != '='))
    return FALSE;

  return length > 2 || text[length] == '=' || !g_ascii_isxdigit (text[0]) || !g_ascii_isxdigit (text[1]);
}

/* Words without a digit are something to read, as are several lines. */
static gboolean
read_bare (const char *text, StileDeviceFields *fields, GError **error)
{
  g_autofree char *told = stile_device_fields_make_text (text, strlen (text), TOLD_CHARACTERS);

  if (strchr (text, '\n') != NULL || is_of_another_kind (text) || strstr (text, "://") != NULL ||
      (strchr (text, ' ') != NULL && strpbrk (text, G_CSET_DIGITS) == NULL))
    return refuse (error, told, _ ("a text of a kind that is not known here"));

  set_known (fields, "serial", text, FALSE);
  return TRUE;
}

static gboolean
read_text (const char *text, StileDeviceFields *fields, GError **error)
{
  if (!refuse_other (text, error))
    return FALSE;
  if (*text == '{')
    return read_json (text, fields, error);
  if (starts_with (text, "https://") || starts_with (text, "http://"))
    return read_web_address (text, fields, error);
  if (stile_gs1_code_is (text))
    {
      stile_gs1_code_read (text, fields);
      return has_serial (fields) || refuse (error, "GS1", _ ("a code of a kind of goods"));
    }
  if (read_product_and_serial (text, fields))
    return TRUE;

  read_pairs (text, ";&|\r\n", FALSE, fields);
  return has_serial (fields) || read_bare (text, fields, error);
}

static gboolean
judge_text (const char *text, GError **error)
{
  gsize length = strlen (text);
  const char *sentence = NULL;

  if (length == 0)
    sentence = _ ("There is nothing in the code. Scan it again, or type the serial number.");
  else if (length > STILE_DEVICE_CODE_MAX_SIZE)
    sentence = _ ("This is longer than any code. Type the serial number.");
  else if (!g_utf8_validate (text, -1, NULL))
    sentence = _ ("The code holds no text. Scan the one beside “S/N” or “Serial”, or type that number.");

  if (sentence != NULL)
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, sentence);
  return sentence == NULL;
}

/**
 * stile_device_code_parse:
 * @text: what a QR or data matrix code says, or somebody has typed, from anybody
 * @error: %STILE_ERROR_SETTINGS that tells what was read and why it is no device's
 *
 * Reads a serial number alone, and texts that have one in a form of: "serial=…;address=…", also as the query of a web
 * address, "SN:…", "S/N …", a JSON object, or GS1.
 *
 * Returns: (transfer full): a device
 */
StileImportLine *
stile_device_code_parse (const char *text, GError **error)
{
  g_autofree char *stripped = NULL;
  g_autofree char *problem = NULL;
  g_auto (StileDeviceFields) fields = { 0 };

  g_return_val_if_fail (text != NULL, NULL);

  stripped = g_strstrip (g_strdup (text));
  if (!judge_text (stripped, error) || !read_text (stripped, &fields, error))
    return NULL;

  problem = stile_device_fields_judge (&fields);
  if (problem != NULL)
    {
      g_autofree char *told = stile_device_fields_make_text (stripped, strlen (stripped), TOLD_CHARACTERS);

      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” was read: %s"), told, problem);
      return NULL;
    }

  return stile_import_line_new (
      0, stile_device_fields_make_text (stripped, strlen (stripped), TEXT_CHARACTERS), &fields, NULL);
}

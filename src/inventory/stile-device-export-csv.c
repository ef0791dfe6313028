/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-export-csv.h"

#include <string.h>

#include "codec/stile-certificate-text.h"
#include "codec/stile-date.h"
#include "inventory/stile-csv-guard.h"

/* The first are those that StileDeviceImport reads. */
static const char *const columns[] = {
  "serial",
  "address",
  "name",
  "model",
  "note",
  "state",
  "step",
  "message",
  "changed",
  "domain",
  "certificate_sha256",
  "certificate_serial",
  "valid_until",
};

/* A "#" would begin a remark, and spaces at the ends get lost. */
static gboolean
wants_quotes (const char *text)
{
  gsize length = strlen (text);

  return strpbrk (text, ",;\t\r\n\"") != NULL || *text == '#' || *text == ' ' ||
         (length > 0 && text[length - 1] == ' ');
}

static void
append_quoted (GString *record, const char *text)
{
  g_string_append_c (record, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        g_string_append_c (record, '"');
      g_string_append_c (record, *text);
    }
  g_string_append_c (record, '"');
}

static void
append_field (GString *record, const char *text)
{
  g_autofree char *guarded =
      stile_csv_guard_is_needed (text) ? g_strconcat ("'", text, NULL) : g_strdup (text);

  if (record->len > 0)
    g_string_append_c (record, ',');
  if (wants_quotes (guarded))
    append_quoted (record, guarded);
  else
    g_string_append (record, guarded);
}

static void
append_text (GString *record, const char *text, glong characters)
{
  g_autofree char *clean = stile_export_source_clean (text, characters);

  append_field (record, clean);
}

static void
append_head (GString *record)
{
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    append_field (record, columns[i]);
  g_string_append (record, "\r\n");
}

static void
append_facts (GString *record, const StileExportSourceFacts *facts)
{
  StileCertificate *certificate = facts->certificate;
  GDateTime *end = certificate != NULL ? stile_certificate_get_not_after (certificate) : NULL;
  g_autofree char *until = end != NULL ? stile_date_format (g_date_time_to_unix (end)) : g_strdup ("");

  append_text (record, facts->domain != NULL ? stile_certificate_get_name (facts->domain) : NULL,
               STILE_EXPORT_SOURCE_MAX_NAME);
  append_field (record, certificate != NULL ? stile_certificate_get_fingerprint (certificate) : "");
  append_field (record, certificate != NULL ? stile_certificate_get_serial (certificate) : "");
  append_field (record, until);
}

static void
append_device (GString *record, StileDevice *device)
{
  const char *const texts[] = { stile_device_get_address (device), stile_device_get_name (device),
                                stile_device_get_model (device), stile_device_get_note (device) };
  const char *serial = stile_device_get_serial (device);
  g_autofree char *shown = stile_certificate_text_make_presentable (serial, strlen (serial));
  g_autofree char *changed = stile_date_format (stile_device_get_changed (device));

  /* Each of its spaces counts. */
  append_field (record, shown);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    append_text (record, texts[i], STILE_DEVICE_FIELD_MAX_SIZE);
  append_field (record, stile_device_state_get_name (stile_device_get_state (device)));
  append_field (record, stile_prm_step_get_name (stile_device_get_step (device)));
  append_text (record, stile_device_get_message (device), STILE_EXPORT_SOURCE_MAX_MESSAGE);
  append_field (record, changed);
}

/**
 * stile_device_export_csv_write:
 *
 * A table of devices (RFC 4180), which can be read as a list of devices again.
 */
gboolean
stile_device_export_csv_write (const StileExportSource *source, StileExportFile *file, GError **error)
{
  g_autoptr (GString) record = g_string_new (NULL);

  append_head (record);
  stile_export_file_take (file, record);
  for (guint i = 0; i < source->devices->len; i++)
    {
      g_auto (StileExportSourceFacts) facts = { 0 };

      if (!stile_export_source_read (source, i, &facts, error))
        return FALSE;
      append_device (record, g_ptr_array_index (source->devices, i));
      append_facts (record, &facts);
      g_string_append (record, "\r\n");
      stile_export_file_take (file, record);
    }

  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "inventory/stile-device-export-json.h"

#include <string.h>

#include "codec/stile-date.h"
#include "codec/stile-json.h"

/* Texts stay as they are, as long as they are UTF-8: programs look for them elsewhere. */
static void
add_text (GVariantBuilder *object, const char *member, const char *text)
{
  if (text != NULL && *text != '\0')
    g_variant_builder_add (object, "{sv}", member, g_variant_new_take_string (g_utf8_make_valid (text, -1)));
}

static void
add_date (GVariantBuilder *object, const char *member, gint64 unix_seconds)
{
  g_variant_builder_add (object, "{sv}", member,
                         g_variant_new_take_string (stile_date_format (unix_seconds)));
}

static void
add_certificate (GVariantBuilder *object, const char *member, StileCertificate *certificate)
{
  g_auto (GVariantBuilder) inner = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GDateTime *end = certificate != NULL ? stile_certificate_get_not_after (certificate) : NULL;

  if (certificate == NULL)
    return;

  add_text (&inner, "name", stile_certificate_get_name (certificate));
  add_text (&inner, "sha256", stile_certificate_get_fingerprint (certificate));
  add_text (&inner, "serial", stile_certificate_get_serial (certificate));
  if (end != NULL)
    add_date (&inner, "valid_until", g_date_time_to_unix (end));
  g_variant_builder_add (object, "{sv}", member, g_variant_builder_end (&inner));
}

static void
add_events (GVariantBuilder *object, GVariant *events)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  GVariantIter iter;
  gint64 date;
  const char *what, *text;

  g_variant_iter_init (&iter, events);
  while (g_variant_iter_next (&iter, "(x&s&s)", &date, &what, &text))
    {
      g_auto (GVariantBuilder) event = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

      add_date (&event, "date", date);
      add_text (&event, "what", what);
      add_text (&event, "text", text);
      g_variant_builder_add_value (&list, g_variant_builder_end (&event));
    }
  g_variant_builder_add (object, "{sv}", "events", g_variant_builder_end (&list));
}

static GVariant *
make_device (StileDevice *device, const StileExportSourceFacts *facts, GVariant *events)
{
  g_auto (GVariantBuilder) object = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_text (&object, "serial", stile_device_get_serial (device));
  add_text (&object, "address", stile_device_get_address (device));
  add_text (&object, "name", stile_device_get_name (device));
  add_text (&object, "model", stile_device_get_model (device));
  add_text (&object, "note", stile_device_get_note (device));
  add_text (&object, "state", stile_device_state_get_name (stile_device_get_state (device)));
  add_text (&object, "step", stile_prm_step_get_name (stile_device_get_step (device)));
  add_text (&object, "message", stile_device_get_message (device));
  add_date (&object, "changed", stile_device_get_changed (device));
  add_certificate (&object, "domain", facts->domain);
  add_certificate (&object, "registrar", facts->registrar);
  add_text (&object, "agent_sha256", facts->agent);
  add_certificate (&object, "certificate", facts->certificate);
  add_events (&object, events);
  return g_variant_ref_sink (g_variant_builder_end (&object));
}

static void
write_text (StileExportFile *file, const char *text)
{
  stile_export_file_write (file, text, strlen (text));
}

static void
write_value (StileExportFile *file, GVariant *value)
{
  g_autofree char *text = stile_json_print (value, FALSE);

  write_text (file, text);
}

static void
write_head (const StileExportSource *source, StileExportFile *file)
{
  g_autofree char *created = stile_date_format (source->now);

  write_text (file, "{\"schema\":\"" STILE_DEVICE_EXPORT_JSON_SCHEMA "\",\n\"created\":\"");
  write_text (file, created);
  write_text (file, "\",\n");
  if (source->who != NULL)
    {
      g_autoptr (GVariant) who =
          g_variant_ref_sink (g_variant_new_take_string (g_utf8_make_valid (source->who, -1)));

      write_text (file, "\"by\":");
      write_value (file, who);
      write_text (file, ",\n");
    }
  write_text (file, "\"devices\":[");
}

static gboolean
write_device (const StileExportSource *source, guint index, StileExportFile *file, GError **error)
{
  g_auto (StileExportSourceFacts) facts = { 0 };
  g_autoptr (GVariant) events = NULL;
  g_autoptr (GVariant) device = NULL;

  if (!stile_export_source_read (source, index, &facts, error))
    return FALSE;
  events = stile_export_source_list_events (source, index, error);
  if (events == NULL)
    return FALSE;

  device = make_device (g_ptr_array_index (source->devices, index), &facts, events);
  write_text (file, index > 0 ? ",\n" : "\n");
  write_value (file, device);
  return TRUE;
}

/**
 * stile_device_export_json_write:
 *
 * "stile-devices/1" (docs/devices.md), a line a device.
 */
gboolean
stile_device_export_json_write (const StileExportSource *source, StileExportFile *file, GError **error)
{
  write_head (source, file);
  for (guint i = 0; i < source->devices->len; i++)
    if (!write_device (source, i, file, error))
      return FALSE;

  write_text (file, "\n]}\n");
  return TRUE;
}

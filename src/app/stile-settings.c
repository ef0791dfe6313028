/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-settings.h"

#include <gio/gio.h>

#define DEFAULT_WIDTH 960
#define DEFAULT_HEIGHT 680

/**
 * StileSettings:
 *
 * What the app remembers from one start to the next.  The application holds one; the rest of Stile is given values.
 * Where the schema is not installed it remembers nothing, and works.
 */
struct _StileSettings
{
  GObject parent_instance;

  GSettings *settings; /* NULL: there is no schema */
};

G_DEFINE_FINAL_TYPE (StileSettings, stile_settings, G_TYPE_OBJECT)

/* A key, and the property of StileProfile that it keeps; an enum is kept by its nick. */
typedef struct
{
  const char *key;
  const char *property;
} Kept;

static const Kept kept[] = {
  { "service-url", "service" },
  { "anchors-file", "anchors" },
  { "certificate-file", "certificate" },
  { "key-file", "key" },
  { "proxy", "proxy" },
  { "policy", "policy" },
  { "mode", "mode" },
  { "tls-version", "tls-version" },
  { "trust", "trust" },
  { "registrars", "registrars" },
  { "cloud-anchors-file", "cloud-anchors" },
  { "enrol", "enrol" },
  { "new-key", "new-key" },
  { "nonce-required", "nonce-required" },
  { "no-clock", "no-clock" },
  { "compat", "compat" },
};

static void
stile_settings_dispose (GObject *object)
{
  g_clear_object (&STILE_SETTINGS (object)->settings);

  G_OBJECT_CLASS (stile_settings_parent_class)->dispose (object);
}

static void
stile_settings_class_init (StileSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_settings_dispose;
}

static void
stile_settings_init (StileSettings *self)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, APP_ID, TRUE);
  if (schema != NULL)
    self->settings = g_settings_new (APP_ID);
}

StileSettings *
stile_settings_new (void)
{
  return g_object_new (STILE_TYPE_SETTINGS, NULL);
}

static void
fill (StileSettings *self, StileProfile *profile, const Kept *one)
{
  GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS (profile), one->property);
  g_autofree char *text = NULL;
  g_autoptr (GEnumClass) klass = NULL;
  GEnumValue *value;

  if (G_IS_PARAM_SPEC_BOOLEAN (spec))
    {
      g_object_set (profile, one->property, g_settings_get_boolean (self->settings, one->key), NULL);
      return;
    }

  text = g_settings_get_string (self->settings, one->key);
  if (!G_IS_PARAM_SPEC_ENUM (spec))
    {
      g_object_set (profile, one->property, text, NULL);
      return;
    }

  klass = g_type_class_ref (spec->value_type);
  value = g_enum_get_value_by_nick (klass, text);
  if (value != NULL)
    g_object_set (profile, one->property, value->value, NULL);
}

/**
 * stile_settings_fill_profile:
 *
 * Sets the profile to what was kept last.
 */
void
stile_settings_fill_profile (StileSettings *self, StileProfile *profile)
{
  if (self->settings == NULL)
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    fill (self, profile, &kept[i]);
}

static GVariant *
to_variant (StileProfile *profile, const char *property)
{
  GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS (profile), property);
  g_autoptr (GEnumClass) klass = NULL;
  g_autofree char *text = NULL;
  gboolean on;
  int number;

  if (G_IS_PARAM_SPEC_BOOLEAN (spec))
    {
      g_object_get (profile, property, &on, NULL);
      return g_variant_new_boolean (on);
    }
  if (!G_IS_PARAM_SPEC_ENUM (spec))
    {
      g_object_get (profile, property, &text, NULL);
      return g_variant_new_string (text != NULL ? text : "");
    }

  g_object_get (profile, property, &number, NULL);
  klass = g_type_class_ref (spec->value_type);
  return g_variant_new_string (g_enum_get_value (klass, number)->value_nick);
}

/**
 * stile_settings_keep_profile:
 *
 * Keeps the profile for the next start.
 */
void
stile_settings_keep_profile (StileSettings *self, StileProfile *profile)
{
  g_autoptr (GSettingsSchema) schema = NULL;

  if (self->settings == NULL)
    return;

  g_object_get (self->settings, "settings-schema", &schema, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_autoptr (GSettingsSchemaKey) key = g_settings_schema_get_key (schema, kept[i].key);
      g_autoptr (GVariant) value = g_variant_ref_sink (to_variant (profile, kept[i].property));

      /* "Any mode" is no value of the schema: its default stands for it. */
      if (g_settings_schema_key_range_check (key, value))
        g_settings_set_value (self->settings, kept[i].key, value);
      else
        g_settings_reset (self->settings, kept[i].key);
    }
}

/* --- the provisioning station --- */

static const char *
read_text (StileSettings *self, const char *key)
{
  g_autofree char *text = self->settings != NULL ? g_settings_get_string (self->settings, key) : NULL;

  return text != NULL && *text != '\0' ? g_steal_pointer (&text) : NULL;
}

/**
 * stile_settings_fill_station:
 * @setup: (out): gets what was kept last; to be given to stile_station_setup_clear()
 */
void
stile_settings_fill_station (StileSettings *self, StileStationSetup *setup)
{
  *setup = (StileStationSetup){
    .inventory = stile_device_store_get_default_path (),
    .registrar = read_text (self, "registrar-url"),
    .anchors = read_text (self, "registrar-anchors-file"),
    .certificate = read_text (self, "agent-certificate-file"),
    .key = read_text (self, "agent-key-file"),
    .proxy = read_text (self, "registrar-proxy"),
    .jobs = self->settings != NULL ? g_settings_get_uint (self->settings, "devices-at-once") : 0,
  };
}

static void
write_text (StileSettings *self, const char *key, const char *text)
{
  g_settings_set_string (self->settings, key, text != NULL ? text : "");
}

/**
 * stile_settings_keep_station:
 *
 * Keeps where to go and as whom for the next start; keys stay in their files.
 */
void
stile_settings_keep_station (StileSettings *self, const StileStationSetup *setup)
{
  if (self->settings == NULL)
    return;

  write_text (self, "registrar-url", setup->registrar);
  write_text (self, "registrar-anchors-file", setup->anchors);
  write_text (self, "agent-certificate-file", setup->certificate);
  write_text (self, "agent-key-file", setup->key);
  write_text (self, "registrar-proxy", setup->proxy);
  if (setup->jobs > 0)
    g_settings_set_uint (self->settings, "devices-at-once", setup->jobs);
}

/**
 * stile_settings_get_window:
 * @width: (out): the size when not maximized
 * @height: (out):
 *
 * Returns: whether the window was maximized
 */
gboolean
stile_settings_get_window (StileSettings *self, int *width, int *height)
{
  *width = self->settings != NULL ? g_settings_get_int (self->settings, "window-width") : DEFAULT_WIDTH;
  *height = self->settings != NULL ? g_settings_get_int (self->settings, "window-height") : DEFAULT_HEIGHT;

  return self->settings != NULL && g_settings_get_boolean (self->settings, "window-maximized");
}

void
stile_settings_keep_window (StileSettings *self, int width, int height, gboolean maximized)
{
  if (self->settings == NULL)
    return;

  /* What the schema holds for possible; a window can be made smaller by force. */
  g_settings_set_int (self->settings, "window-width", CLAMP (width, 360, 16384));
  g_settings_set_int (self->settings, "window-height", CLAMP (height, 294, 16384));
  g_settings_set_boolean (self->settings, "window-maximized", maximized);
}

/**
 * stile_settings_get_place:
 *
 * Returns: (transfer full) (nullable): the place that was shown last
 */
char *
stile_settings_get_place (StileSettings *self)
{
  return self->settings != NULL ? g_settings_get_string (self->settings, "place") : NULL;
}

void
stile_settings_keep_place (StileSettings *self, const char *place)
{
  if (self->settings != NULL && place != NULL)
    g_settings_set_string (self->settings, "place", place);
}

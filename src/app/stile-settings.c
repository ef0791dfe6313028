/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-settings.h"

#include <gio/gio.h>

#define DEFAULT_WIDTH 960
#define DEFAULT_HEIGHT 680

/**
 * StileSettings:
 *
 * What the app remembers from one start to the next, and what the administrator has settled of it.  The application holds
 * one; the rest of Stile is given values.  Where the schema is not installed it remembers nothing, and works.
 */
struct _StileSettings
{
  GObject parent_instance;

  GSettings *settings; /* NULL: there is no schema */
  StileLockdown *lockdown;
};

G_DEFINE_FINAL_TYPE (StileSettings, stile_settings, G_TYPE_OBJECT)

/* A key, and the property of StileProfile that it keeps; an enum is kept by its nick. */
typedef struct
{
  const char *key;
  const char *property;
} Kept;

static const Kept kept[] = {
  { "profile-name", "name" },
  { "service-url", "service" },
  { "anchors-file", "anchors" },
  { "anchors-pem", "anchors-pem" },
  { "certificate-file", "certificate" },
  { "key-file", "key" },
  { "proxy", "proxy" },
  { "policy", "policy" },
  { "mode", "mode" },
  { "tls-version", "tls-version" },
  { "trust", "trust" },
  { "registrars", "registrars" },
  { "cloud-anchors-file", "cloud-anchors" },
  { "cloud-anchors-pem", "cloud-anchors-pem" },
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
  g_clear_object (&STILE_SETTINGS (object)->lockdown);

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
  self->lockdown = stile_lockdown_new ();
}

StileSettings *
stile_settings_new (void)
{
  return g_object_new (STILE_TYPE_SETTINGS, NULL);
}

/**
 * stile_settings_get_store:
 *
 * Returns: (transfer none) (nullable): where the values are kept; %NULL where nothing is remembered
 */
GSettings *
stile_settings_get_store (StileSettings *self)
{
  return self->settings;
}

/* --- what is settled --- */

void
stile_settings_set_lockdown (StileSettings *self, StileLockdown *lockdown)
{
  g_set_object (&self->lockdown, lockdown);
}

/**
 * stile_settings_get_lockdown:
 *
 * Returns: (transfer none): what the administrator has settled
 */
StileLockdown *
stile_settings_get_lockdown (StileSettings *self)
{
  return self->lockdown;
}

static gboolean
is_locked_by_desktop (StileSettings *self, const char *name)
{
  const char *key = name;

  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    if (g_str_equal (kept[i].property, name))
      key = kept[i].key;

  return self->settings != NULL && !g_settings_is_writable (self->settings, key);
}

/**
 * stile_settings_is_locked:
 * @name: a property of StileProfile, or a key
 *
 * Returns: whether somebody else than the person decides about it: the policy file, or the desktop's own lockdown
 */
gboolean
stile_settings_is_locked (StileSettings *self, const char *name)
{
  const char *other = stile_profile_get_counterpart (name);

  return stile_lockdown_is_locked (self->lockdown, name) || is_locked_by_desktop (self, name) ||
         (other != NULL && is_locked_by_desktop (self, other));
}

/* --- the profile of the walk --- */

static char *
read_key (StileSettings *self, const char *key)
{
  g_autoptr (GVariant) value = g_settings_get_value (self->settings, key);

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_strdup (g_variant_get_boolean (value) ? "true" : "false");

  return g_variant_dup_string (value, NULL);
}

static void
fill_from_desktop (StileSettings *self, StileProfile *profile, gboolean locked)
{
  for (gsize i = 0; self->settings != NULL && i < G_N_ELEMENTS (kept); i++)
    {
      g_autofree char *text = read_key (self, kept[i].key);

      if (is_locked_by_desktop (self, kept[i].property) == locked &&
          !stile_profile_set_text (profile, kept[i].property, text, NULL))
        g_debug ("The setting %s is none of a profile", kept[i].key);
    }
}

/**
 * stile_settings_fill_profile:
 *
 * Sets the profile to what was kept last, and to what is settled, which comes after it: of two settings that say the same
 * in different ways the later one counts.
 */
void
stile_settings_fill_profile (StileSettings *self, StileProfile *profile)
{
  fill_from_desktop (self, profile, FALSE);
  fill_from_desktop (self, profile, TRUE);
  stile_lockdown_apply (self->lockdown, profile);
}

static GVariant *
make_value (GSettings *settings, const char *key, const char *text)
{
  g_autoptr (GVariant) old = g_settings_get_value (settings, key);

  if (g_variant_is_of_type (old, G_VARIANT_TYPE_BOOLEAN))
    return g_variant_new_boolean (g_strcmp0 (text, "true") == 0);

  return g_variant_new_string (text != NULL ? text : "");
}

static void
keep (StileSettings *self, GSettingsSchema *schema, const Kept *one, StileProfile *profile)
{
  g_autoptr (GSettingsSchemaKey) key = g_settings_schema_get_key (schema, one->key);
  g_autofree char *text = stile_profile_dup_text (profile, one->property);
  g_autoptr (GVariant) value = g_variant_ref_sink (make_value (self->settings, one->key, text));

  /* "Any mode" is no value of the schema: its default stands for it. */
  if (g_settings_schema_key_range_check (key, value))
    g_settings_set_value (self->settings, one->key, value);
  else
    g_settings_reset (self->settings, one->key);
}

/**
 * stile_settings_keep_profile:
 *
 * Keeps the profile for the next start; not what is settled, which may be settled otherwise then.
 */
void
stile_settings_keep_profile (StileSettings *self, StileProfile *profile)
{
  g_autoptr (GSettingsSchema) schema = NULL;

  if (self->settings == NULL)
    return;

  g_object_get (self->settings, "settings-schema", &schema, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    if (!stile_settings_is_locked (self, kept[i].property))
      keep (self, schema, &kept[i], profile);
}

/* --- the provisioning station --- */

static const char *
read_text (StileSettings *self, const char *key)
{
  g_autofree char *kept_text = self->settings != NULL ? g_settings_get_string (self->settings, key) : NULL;
  const char *settled = stile_lockdown_get_value (self->lockdown, key);
  g_autofree char *text = settled != NULL ? g_strdup (settled) : g_steal_pointer (&kept_text);

  return text != NULL && *text != '\0' ? g_steal_pointer (&text) : NULL;
}

static guint
get_jobs (StileSettings *self)
{
  const char *settled = stile_lockdown_get_value (self->lockdown, "devices-at-once");

  if (settled != NULL)
    return (guint)g_ascii_strtoull (settled, NULL, 10);

  return self->settings != NULL ? g_settings_get_uint (self->settings, "devices-at-once") : 0;
}

static StileStationLocks
find_locks (StileSettings *self)
{
  static const struct
  {
    const char *key;
    StileStationLocks lock;
  } keys[] = {
    { "registrar-url", STILE_STATION_REGISTRAR },
    { "registrar-anchors-file", STILE_STATION_ANCHORS },
    { "agent-certificate-file", STILE_STATION_CERTIFICATE },
    { "agent-key-file", STILE_STATION_KEY },
    { "registrar-proxy", STILE_STATION_PROXY },
    { "devices-at-once", STILE_STATION_JOBS },
  };
  guint locks = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (stile_settings_is_locked (self, keys[i].key))
      locks |= keys[i].lock;

  return (StileStationLocks)locks;
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
    .jobs = get_jobs (self),
    .locks = find_locks (self),
  };
}

static void
write_text (StileSettings *self, const char *key, const char *text)
{
  if (!stile_settings_is_locked (self, key))
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
  if (setup->jobs > 0 && !stile_settings_is_locked (self, "devices-at-once"))
    g_settings_set_uint (self->settings, "devices-at-once", setup->jobs);
}

/* --- the window --- */

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

/**
 * stile_settings_begin_tour:
 *
 * Returns: whether the tour was never shown to this person; from now on it was
 */
gboolean
stile_settings_begin_tour (StileSettings *self)
{
  if (self->settings == NULL || g_settings_get_boolean (self->settings, "tour-shown"))
    return FALSE;

  g_settings_set_boolean (self->settings, "tour-shown", TRUE);
  return TRUE;
}

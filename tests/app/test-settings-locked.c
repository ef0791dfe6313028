/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-settings.h"

#include <gio/gio.h>
#define G_SETTINGS_ENABLE_BACKEND
#include <gio/gsettingsbackend.h>

/* The desktop's own lockdown, as an administrator of dconf has it: a place of settings some of which cannot be written. */

#define PATH "/org/stile/Stile/"

#define LOCKED_TYPE_BACKEND (test_settings_locked_backend_get_type ())
G_DECLARE_FINAL_TYPE (LockedBackend, test_settings_locked_backend, LOCKED, BACKEND, GSettingsBackend)

struct _LockedBackend
{
  GSettingsBackend parent_instance;

  GHashTable *values; /* path → GVariant */
};

G_DEFINE_FINAL_TYPE (LockedBackend, test_settings_locked_backend, G_TYPE_SETTINGS_BACKEND)

static const char *const locked[][2] = {
  { PATH "proxy", "'http://locked'" },
  { PATH "cloud-anchors-file", "'/locked.pem'" },
  { PATH "registrar-url", "'https://locked'" },
};

static GVariant *
read_value (GSettingsBackend *backend, const char *key, const GVariantType *type, gboolean by_default)
{
  GVariant *value = by_default ? NULL : g_hash_table_lookup (LOCKED_BACKEND (backend)->values, key);

  return value != NULL ? g_variant_ref (value) : NULL;
}

static gboolean
get_writable (GSettingsBackend *backend, const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (locked); i++)
    if (g_str_equal (locked[i][0], key))
      return FALSE;

  return TRUE;
}

static gboolean
write_value (GSettingsBackend *backend, const char *key, GVariant *value, gpointer tag)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (value);

  /* Whoever tries has not asked whether it can be written. */
  g_assert_true (get_writable (backend, key));
  g_hash_table_insert (LOCKED_BACKEND (backend)->values, g_strdup (key), g_steal_pointer (&sunk));
  g_settings_backend_changed (backend, key, tag);
  return TRUE;
}

static void
reset_value (GSettingsBackend *backend, const char *key, gpointer tag)
{
  g_assert_true (get_writable (backend, key));
  g_hash_table_remove (LOCKED_BACKEND (backend)->values, key);
  g_settings_backend_changed (backend, key, tag);
}

static void
locked_backend_finalize (GObject *object)
{
  g_hash_table_unref (LOCKED_BACKEND (object)->values);

  G_OBJECT_CLASS (test_settings_locked_backend_parent_class)->finalize (object);
}

static void
test_settings_locked_backend_class_init (LockedBackendClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = locked_backend_finalize;
  G_SETTINGS_BACKEND_CLASS (klass)->read = read_value;
  G_SETTINGS_BACKEND_CLASS (klass)->write = write_value;
  G_SETTINGS_BACKEND_CLASS (klass)->reset = reset_value;
  G_SETTINGS_BACKEND_CLASS (klass)->get_writable = get_writable;
}

static void
test_settings_locked_backend_init (LockedBackend *self)
{
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_variant_unref);
  for (gsize i = 0; i < G_N_ELEMENTS (locked); i++)
    g_hash_table_insert (self->values, g_strdup (locked[i][0]), g_variant_new_parsed (locked[i][1]));
}

/* --- what Stile makes of it --- */

static void
assert_text (StileProfile *profile, const char *property, const char *expected)
{
  g_autofree char *text = stile_profile_dup_text (profile, property);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_is_locked (void)
{
  g_autoptr (StileSettings) settings = stile_settings_new ();

  g_assert_true (stile_settings_is_locked (settings, "proxy"));
  g_assert_true (stile_settings_is_locked (settings, "cloud-anchors"));
  g_assert_true (stile_settings_is_locked (settings, "cloud-anchors-pem"));
  g_assert_true (stile_settings_is_locked (settings, "registrar-url"));
  g_assert_false (stile_settings_is_locked (settings, "service"));
  g_assert_false (stile_settings_is_locked (settings, "anchors"));
}

/* Nothing is written there, and what is there counts, also against what says the same in another way. */
static void
test_keeps_nothing_locked (void)
{
  g_autoptr (StileSettings) settings = stile_settings_new ();
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (StileProfile) again = stile_profile_new ();

  g_settings_set_string (stile_settings_get_store (settings), "cloud-anchors-pem", "from before");
  g_object_set (profile, "service", "https://mine", "proxy", "http://mine", "cloud-anchors-pem", "mine",
                NULL);
  stile_settings_keep_profile (settings, profile);
  stile_settings_fill_profile (settings, again);
  assert_text (again, "service", "https://mine");
  assert_text (again, "proxy", "http://locked");
  assert_text (again, "cloud-anchors", "/locked.pem");
  assert_text (again, "cloud-anchors-pem", NULL);
}

static void
test_station (void)
{
  g_autoptr (StileSettings) settings = stile_settings_new ();
  StileStationSetup mine = { .registrar = "https://mine", .proxy = "http://mine" };
  StileStationSetup setup;

  stile_settings_keep_station (settings, &mine);
  stile_settings_fill_station (settings, &setup);
  g_assert_cmpstr (setup.registrar, ==, "https://locked");
  g_assert_cmpstr (setup.proxy, ==, "http://mine");
  g_assert_cmpint (setup.locks, ==, STILE_STATION_REGISTRAR);
  stile_station_setup_clear (&setup);
}

int
main (int argc, char **argv)
{
  g_setenv ("GSETTINGS_BACKEND", "locked", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_io_extension_point_register (G_SETTINGS_BACKEND_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_SETTINGS_BACKEND_EXTENSION_POINT_NAME, LOCKED_TYPE_BACKEND, "locked", 1);

  g_test_add_func ("/settings-locked/is-locked", test_is_locked);
  g_test_add_func ("/settings-locked/keeps-nothing-locked", test_keeps_nothing_locked);
  g_test_add_func ("/settings-locked/station", test_station);

  return g_test_run ();
}

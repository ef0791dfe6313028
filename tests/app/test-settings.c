/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-settings.h"

#include <string.h>

/* Another value than the one that a new profile has. */
static void
set_other (StileProfile *profile, GParamSpec *spec)
{
  if (G_IS_PARAM_SPEC_ENUM (spec))
    g_object_set (profile, spec->name, 1, NULL);
  else if (G_IS_PARAM_SPEC_BOOLEAN (spec))
    g_object_set (profile, spec->name, TRUE, NULL);
  else
    g_object_set (profile, spec->name, spec->name, NULL);
}

/* Every setting of a profile is there again at the next start, also one that is new. */
static void
test_profile (void)
{
  g_autoptr (StileSettings) settings = stile_settings_new ();
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (StileProfile) again = stile_profile_new ();
  guint count;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (profile), &count);

  for (guint i = 0; i < count; i++)
    set_other (profile, specs[i]);
  stile_settings_keep_profile (settings, profile);
  stile_settings_fill_profile (settings, again);
  for (guint i = 0; i < count; i++)
    {
      g_auto (GValue) kept = G_VALUE_INIT;
      g_auto (GValue) found = G_VALUE_INIT;

      g_object_get_property (G_OBJECT (profile), specs[i]->name, &kept);
      g_object_get_property (G_OBJECT (again), specs[i]->name, &found);
      g_test_message ("%s", specs[i]->name);
      g_assert_cmpint (g_param_values_cmp (specs[i], &kept, &found), ==, 0);
    }
}

static void
settle (StileSettings *settings, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLockdown) lockdown = stile_lockdown_parse (bytes, "/etc/example/policy.conf", &error);

  g_assert_no_error (error);
  stile_settings_set_lockdown (settings, lockdown);
}

static void
assert_text (StileProfile *profile, const char *property, const char *expected)
{
  g_autofree char *text = stile_profile_dup_text (profile, property);

  g_assert_cmpstr (text, ==, expected);
}

/* What is settled has its value while it is settled, and what was there before is there again afterwards. */
static void
test_settled (void)
{
  g_autoptr (StileSettings) before = stile_settings_new ();
  g_autoptr (StileSettings) settled = stile_settings_new ();
  g_autoptr (StileSettings) after = stile_settings_new ();
  g_autoptr (StileProfile) mine = stile_profile_new ();
  g_autoptr (StileProfile) everybodys = stile_profile_new ();
  g_autoptr (StileProfile) again = stile_profile_new ();

  g_object_set (mine, "service", "https://mine", "anchors", "/mine.pem", "compat", TRUE, "name", "Mine",
                NULL);
  stile_settings_keep_profile (before, mine);

  settle (settled,
          "[Stile Policy]\nservice=https://all\nanchors=/all.pem\ncompat=false\ninvitations=false\n");
  g_assert_true (stile_settings_is_locked (settled, "service"));
  g_assert_true (stile_settings_is_locked (settled, "anchors-pem"));
  g_assert_false (stile_settings_is_locked (settled, "proxy"));
  stile_settings_fill_profile (settled, everybodys);
  assert_text (everybodys, "service", "https://all");
  assert_text (everybodys, "anchors", "/all.pem");
  assert_text (everybodys, "compat", "false");
  assert_text (everybodys, "name", "Mine");
  g_object_set (everybodys, "service", "https://tried", "proxy", "none", NULL);
  stile_settings_keep_profile (settled, everybodys);

  stile_settings_fill_profile (after, again);
  assert_text (again, "service", "https://mine");
  assert_text (again, "anchors", "/mine.pem");
  assert_text (again, "compat", "true");
  assert_text (again, "proxy", "none");
}

static void
test_settled_station (void)
{
  g_autoptr (StileSettings) settled = stile_settings_new ();
  g_autoptr (StileSettings) after = stile_settings_new ();
  StileStationSetup mine = { .registrar = "https://mine",
                             .anchors = "/mine.pem",
                             .certificate = "/mine",
                             .key = "/mine.key",
                             .proxy = "http://mine",
                             .jobs = 5 };
  StileStationSetup setup;

  stile_settings_keep_station (after, &mine);
  settle (settled, "[Stile Policy]\nregistrar-url=https://all\nregistrar-proxy=\ndevices-at-once=3\n");
  stile_settings_fill_station (settled, &setup);
  g_assert_cmpstr (setup.registrar, ==, "https://all");
  g_assert_cmpstr (setup.proxy, ==, NULL);
  g_assert_cmpuint (setup.jobs, ==, 3);
  g_assert_cmpstr (setup.certificate, ==, "/mine");
  g_assert_cmpint (setup.locks, ==, STILE_STATION_REGISTRAR | STILE_STATION_PROXY | STILE_STATION_JOBS);
  stile_settings_keep_station (settled, &setup);
  stile_station_setup_clear (&setup);

  stile_settings_fill_station (after, &setup);
  g_assert_cmpstr (setup.registrar, ==, "https://mine");
  g_assert_cmpstr (setup.proxy, ==, "http://mine");
  g_assert_cmpuint (setup.jobs, ==, 5);
  g_assert_cmpint (setup.locks, ==, 0);
  stile_station_setup_clear (&setup);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/settings/profile", test_profile);
  g_test_add_func ("/settings/settled", test_settled);
  g_test_add_func ("/settings/settled-station", test_settled_station);

  return g_test_run ();
}

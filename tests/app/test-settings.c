/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-settings.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/settings/profile", test_profile);

  return g_test_run ();
}

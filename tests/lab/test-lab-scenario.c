/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-scenario.h"

#include <string.h>

static void
test_have_names (void)
{
  StileLabScenario found = STILE_LAB_INTERCEPTED;

  for (guint i = 0; i < STILE_LAB_N_SCENARIOS; i++)
    {
      g_assert_true (stile_lab_scenario_find (stile_lab_scenario_get_name (i), &found));
      g_assert_cmpuint (found, ==, i);
      g_assert_cmpstr (stile_lab_scenario_get_title (i), !=, "");
      g_assert_cmpstr (stile_lab_scenario_get_meaning (i), !=, "");
    }
  g_assert_false (stile_lab_scenario_find ("sunshine", &found));
}

static void
test_names_are_listed (void)
{
  g_autofree char *names = stile_lab_scenario_list_names ();

  g_assert_true (g_str_has_prefix (names, "intercepted, unknown-authority, "));
  for (guint i = 0; i < STILE_LAB_N_SCENARIOS; i++)
    g_assert_nonnull (strstr (names, stile_lab_scenario_get_name (i)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lab/scenario/have-names", test_have_names);
  g_test_add_func ("/lab/scenario/names-are-listed", test_names_are_listed);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-refusal-reason.h"

static void
test_names_the_check (void)
{
  static const char *const ids[] = { "P5",  "P6",  "P7",  "P8",  "P9",  "P10",
                                     "P11", "P12", "P13", "P14", "P15", "P23" };

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *prefix = g_strconcat (ids[i], ": ", NULL);

      g_assert_true (g_str_has_prefix (stile_refusal_reason_get (ids[i]), prefix));
    }
}

static void
test_says_something_without_a_check (void)
{
  static const char *const ids[] = { NULL, "", "P", "P1", "P99" };

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    g_assert_true (g_str_has_prefix (stile_refusal_reason_get (ids[i]), "the voucher"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/refusal-reason/names-the-check", test_names_the_check);
  g_test_add_func ("/refusal-reason/says-something-without-a-check", test_says_something_without_a_check);

  return g_test_run ();
}

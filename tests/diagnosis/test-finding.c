/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-finding.h"

static void
test_words (void)
{
  static const char *const words[] = { "unknown", "observed", "likely", "strong", "proven" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_assert_cmpstr (stile_finding_name_confidence ((StileConfidence)i), ==, words[i]);
      g_assert_cmpstr (stile_finding_describe_confidence ((StileConfidence)i), !=, "");
    }
}

static void
test_keeps (void)
{
  StileFinding *finding =
      stile_finding_new ("delayed", "delay", "response", STILE_CONFIDENCE_LIKELY, 3, "It is late.",
                         g_variant_new_parsed ("{'longest_ms': <int64 5000>}"));
  gint64 longest;

  g_assert_cmpstr (stile_finding_get_id (finding), ==, "delayed");
  g_assert_cmpstr (stile_finding_get_check (finding), ==, "delay");
  g_assert_cmpstr (stile_finding_get_direction (finding), ==, "response");
  g_assert_cmpstr (stile_finding_get_leg (finding), ==, "path");
  g_assert_cmpint (stile_finding_get_confidence (finding), ==, STILE_CONFIDENCE_LIKELY);
  g_assert_cmpuint (stile_finding_get_repeated (finding), ==, 3);
  g_assert_cmpstr (stile_finding_get_sentence (finding), ==, "It is late.");
  g_assert_true (g_variant_lookup (stile_finding_get_evidence (finding), "longest_ms", "x", &longest));
  g_assert_cmpint (longest, ==, 5000);

  stile_finding_set_leg (finding, "client-box");
  g_assert_cmpstr (stile_finding_get_leg (finding), ==, "client-box");
  g_assert_finalize_object (finding);
}

static void
test_no_evidence (void)
{
  g_autoptr (StileFinding) finding =
      stile_finding_new ("delayed", "delay", "response", STILE_CONFIDENCE_OBSERVED, 1, "It is late.", NULL);

  g_assert_true (g_variant_is_of_type (stile_finding_get_evidence (finding), G_VARIANT_TYPE_VARDICT));
  g_assert_cmpuint (g_variant_n_children (stile_finding_get_evidence (finding)), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/diagnosis/finding/has-the-words-of-a-report", test_words);
  g_test_add_func ("/diagnosis/finding/keeps-what-it-is-told", test_keeps);
  g_test_add_func ("/diagnosis/finding/evidence-may-be-missing", test_no_evidence);

  return g_test_run ();
}

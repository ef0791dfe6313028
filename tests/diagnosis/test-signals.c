/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/evidence.h"

static void
test_begin_with_nothing_known (void)
{
  g_autoptr (StileSignals) signals = stile_signals_new ("https://a.example/x", "a.example", 443);
  StileSignals *same = stile_signals_ref (signals);

  g_assert_true (same == signals);
  stile_signals_unref (same);
  g_assert_cmpstr (signals->url, ==, "https://a.example/x");
  g_assert_cmpstr (signals->host, ==, "a.example");
  g_assert_cmpuint (signals->port, ==, 443);
  g_assert_cmpint (signals->reach, ==, STILE_REACH_NOT_TRIED);
  g_assert_cmpint (signals->atls, ==, STILE_ATLS_NOT_TRIED);
  g_assert_cmpint (signals->canary, ==, STILE_NOT_KNOWN);
  g_assert_cmpint (signals->portal, ==, STILE_NOT_KNOWN);
  g_assert_null (stile_signals_get_best_sighting (signals));
}

/* A text may be set to a part of itself. */
static void
test_set_text (void)
{
  g_autoptr (StileSignals) signals = stile_signals_new ("u", "h", 1);

  stile_signals_set_text (&signals->proxy, "http://p.example");
  stile_signals_set_text (&signals->proxy, signals->proxy + 7);
  g_assert_cmpstr (signals->proxy, ==, "p.example");
  stile_signals_set_text (&signals->proxy, NULL);
  g_assert_null (signals->proxy);
}

static void
test_keep_silences (void)
{
  g_autoptr (StileSignals) signals = stile_signals_new ("u", "h", 1);

  stile_signals_add_silence (signals, "names", "Nobody answers");
  stile_signals_add_silence (signals, "clock", "No date");
  g_assert_cmpuint (signals->silences->len, ==, 4);
  g_assert_cmpstr (g_ptr_array_index (signals->silences, 2), ==, "clock");
  g_assert_cmpstr (g_ptr_array_index (signals->silences, 3), ==, "No date");
}

/* The service's signed word is worth more than a certificate, that more than nothing, and of equals the first counts. */
static void
test_choose_the_best_sighting (void)
{
  g_autoptr (Evidence) evidence = evidence_new ();
  StileSighting *bare = evidence_see (evidence, NULL, "none");
  StileSighting *shown, *told;

  g_assert_true (stile_signals_get_best_sighting (evidence->signals) == bare);
  shown = evidence_see (evidence, evidence->service, "public");
  evidence_see (evidence, evidence->front, "public");
  g_assert_true (stile_signals_get_best_sighting (evidence->signals) == shown);
  told = evidence_see (evidence, evidence->minted, "none");
  evidence_tell (evidence, told, evidence->service, EVIDENCE_DIFFERENT);
  evidence_see (evidence, evidence->service, "public");
  g_assert_true (stile_signals_get_best_sighting (evidence->signals) == told);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/diagnosis/signals/begin-with-nothing-known", test_begin_with_nothing_known);
  g_test_add_func ("/diagnosis/signals/set-text", test_set_text);
  g_test_add_func ("/diagnosis/signals/keep-silences", test_keep_silences);
  g_test_add_func ("/diagnosis/signals/choose-the-best-sighting", test_choose_the_best_sighting);

  return g_test_run ();
}

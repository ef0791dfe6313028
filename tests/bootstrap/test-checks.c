/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/stile-checks.h"
#include "codec/stile-json.h"

static void
test_keeps_the_order (void)
{
  g_autoptr (StileChecks) checks = stile_checks_new ();

  g_assert_cmpuint (stile_checks_get_n (checks), ==, 0);
  g_assert_true (stile_checks_pass (checks, "P5", "Signed by %s", "the MASA"));
  g_assert_true (stile_checks_note (checks, "P10", "There is no nonce"));
  g_assert_true (stile_checks_skip (checks, "P12", "The clock is not trusted"));
  g_assert_null (stile_checks_get_refused (checks));

  g_assert_cmpuint (stile_checks_get_n (checks), ==, 3);
  g_assert_cmpstr (stile_checks_get_id (checks, 0), ==, "P5");
  g_assert_cmpint (stile_checks_get_result (checks, 0), ==, STILE_CHECK_PASSED);
  g_assert_cmpstr (stile_checks_get_sentence (checks, 0), ==, "Signed by the MASA");
  g_assert_cmpint (stile_checks_get_result (checks, 1), ==, STILE_CHECK_NOTED);
  g_assert_cmpint (stile_checks_get_result (checks, 2), ==, STILE_CHECK_SKIPPED);
}

static void
test_refuses_with_id_and_sentence (void)
{
  StileChecks *checks = stile_checks_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (
      stile_checks_refuse (checks, "P8", &error, STILE_ERROR_UNTRUSTED, "It is for “%s”", "other"));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
  g_assert_cmpstr (error->message, ==, "P8: It is for “other”");
  g_assert_cmpstr (stile_checks_get_refused (checks), ==, "P8");
  g_assert_cmpstr (stile_checks_get_sentence (checks, 0), ==, "It is for “other”");

  g_assert_false (stile_checks_refuse (checks, "P9", NULL, STILE_ERROR_UNTRUSTED, "And this"));
  g_assert_cmpstr (stile_checks_get_refused (checks), ==, "P8");
  g_assert_finalize_object (checks);
}

/* Bytes that a limit cut in two, and what a terminal would obey. */
static void
test_sentences_are_presentable (void)
{
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_autoptr (GError) error = NULL;

  stile_checks_refuse (checks, "P7", &error, STILE_ERROR_PROTOCOL, "It is “%.3s”, “%s”", "ab\xc3\xa9",
                       "\x1b[2J\n");
  g_assert_cmpstr (stile_checks_get_sentence (checks, 0), ==, "It is “ab\xef\xbf\xbd”, “\\1B[2J\\0A”");
  g_assert_true (g_str_has_suffix (error->message, stile_checks_get_sentence (checks, 0)));
}

static void
test_becomes_json (void)
{
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_autoptr (GVariant) variant = NULL;
  g_autofree char *json = NULL;

  stile_checks_pass (checks, "P5", "One");
  stile_checks_refuse (checks, "P6", NULL, STILE_ERROR_UNTRUSTED, "Two");
  variant = g_variant_ref_sink (stile_checks_to_variant (checks));
  json = stile_json_print (variant, FALSE);
  g_assert_nonnull (strstr (json, "\"check\":\"P5\",\"result\":\"passed\",\"sentence\":\"One\""));
  g_assert_nonnull (strstr (json, "\"check\":\"P6\",\"result\":\"refused\",\"sentence\":\"Two\""));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bootstrap/checks/keeps-the-order", test_keeps_the_order);
  g_test_add_func ("/bootstrap/checks/refuses-with-id-and-sentence", test_refuses_with_id_and_sentence);
  g_test_add_func ("/bootstrap/checks/sentences-are-presentable", test_sentences_are_presentable);
  g_test_add_func ("/bootstrap/checks/becomes-json", test_becomes_json);

  return g_test_run ();
}

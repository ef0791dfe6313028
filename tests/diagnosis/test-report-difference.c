/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-report-difference.h"

#include <string.h>

#include "codec/stile-json.h"

#define REPORT(created, path, more)                                                                          \
  "{\"schema\":\"atls-path-report/1\",\"created\":\"" created                                                \
  "\",\"target\":{\"url\":\"https://a.example\"},\"verdict\":{\"path\":\"" path                              \
  "\",\"confidence\":\"proven\"}" more "}"

#define BEFORE                                                                                               \
  REPORT (                                                                                                   \
      "2026-11-01T00:00:00Z", "direct",                                                                      \
      ",\"network\":{\"proxy\":\"http://p.example\"},\"findings\":[{\"id\":\"gone\"},{\"id\":\"stays\"}],"   \
      "\"checks\":[{\"id\":\"names\",\"title\":\"Name\",\"state\":\"passed\"},{\"id\":\"old\",\"state\":"    \
      "\"failed\"}],"                                                                                        \
      "\"differences\":[{\"name\":\"binding\",\"client\":\"aa\"},{\"name\":\"tls\",\"label\":\"TLS\","       \
      "\"client\":\"TLS 1.2\"}]")
#define AFTER                                                                                                \
  REPORT ("2026-11-02T00:00:00Z", "intercepted-trusted",                                                     \
          ",\"findings\":[{\"id\":\"stays\"},{\"id\":\"new\"}],"                                             \
          "\"checks\":[{\"id\":\"names\",\"title\":\"Name\",\"state\":\"failed\"}],"                         \
          "\"differences\":[{\"name\":\"binding\",\"client\":\"bb\"},{\"name\":\"tls\",\"label\":\"TLS\","   \
          "\"client\":\"TLS 1.3\"}]")

static StileReport *
read_text (const char *text)
{
  g_autoptr (GBytes) json = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  StileReport *report = stile_report_new_from_json (json, &error);

  g_assert_no_error (error);
  return report;
}

/* "what: before → after", a line for each */
static char *
list (StileReport *one, StileReport *other)
{
  g_autoptr (GPtrArray) differences = stile_report_difference_list (one, other);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < differences->len; i++)
    {
      StileReportDifference *difference = g_ptr_array_index (differences, i);

      g_string_append_printf (text, "%s: %s > %s\n", difference->what,
                              difference->before != NULL ? difference->before : "-",
                              difference->after != NULL ? difference->after : "-");
    }
  return g_string_free (text, FALSE);
}

/* Hashes of one run, and a check that only one has, are no change. */
static void
test_lists_what_changed (void)
{
  g_autoptr (StileReport) before = read_text (BEFORE);
  g_autoptr (StileReport) after = read_text (AFTER);
  g_autofree char *forth = list (before, after);
  g_autofree char *back = list (after, before);

  g_assert_cmpstr (forth, ==,
                   "path: direct > intercepted-trusted\n"
                   "proxy: http://p.example > -\n"
                   "finding: gone > -\n"
                   "finding: - > new\n"
                   "tls: TLS 1.2 > TLS 1.3\n"
                   "check: passed > failed\n");
  g_assert_cmpstr (back, ==, forth);
}

static void
test_says_when_nothing_changed (void)
{
  g_autoptr (StileReport) one = read_text (BEFORE);
  g_autoptr (StileReport) same = read_text (BEFORE);
  g_autoptr (GPtrArray) differences = stile_report_difference_list (one, same);
  g_autofree char *text = stile_report_difference_to_text (one, same);

  g_assert_cmpuint (differences->len, ==, 0);
  g_assert_nonnull (strstr (text, "Nothing has changed."));
}

static void
test_writes_text (void)
{
  g_autoptr (StileReport) before = read_text (BEFORE);
  g_autoptr (StileReport) after = read_text (AFTER);
  g_autofree char *text = stile_report_difference_to_text (after, before);

  g_assert_true (g_str_has_prefix (text, "From 2026-11-01T00:00:00Z to 2026-11-02T00:00:00Z:\n"));
  g_assert_nonnull (strstr (text, "  Verdict: direct → intercepted-trusted\n"));
  g_assert_nonnull (strstr (text, "  Proxy: http://p.example → –\n"));
  g_assert_nonnull (strstr (text, "  Found now: – → new\n"));
}

static void
test_writes_json (void)
{
  g_autoptr (StileReport) before = read_text (BEFORE);
  g_autoptr (StileReport) after = read_text (AFTER);
  g_autoptr (GVariant) made = g_variant_ref_sink (stile_report_difference_to_variant (before, after));
  g_autofree char *text = stile_json_print (made, FALSE);
  g_autoptr (GBytes) json = g_bytes_new_static (text, strlen (text));
  g_autoptr (GVariant) read = stile_json_parse (json, STILE_JSON_MAX_SIZE, NULL);
  g_autoptr (GVariant) first = NULL, proxy = NULL, after_proxy = NULL;

  g_assert_cmpuint (stile_report_count (read, "changes"), ==, 6);
  first = stile_report_get_item (read, "changes", 0);
  proxy = stile_report_get_item (read, "changes", 1);
  after_proxy = stile_json_get_member (proxy, "after");
  g_assert_cmpstr (stile_json_get_string (first, "what"), ==, "path");
  g_assert_cmpstr (stile_json_get_string (first, "before"), ==, "direct");
  g_assert_cmpstr (stile_json_get_string (first, "after"), ==, "intercepted-trusted");
  g_assert_null (after_proxy);
}

static void
test_tells_another_address (void)
{
  g_autoptr (StileReport) one = read_text (REPORT ("2026-11-01T00:00:00Z", "direct", ""));
  g_autoptr (StileReport) other = read_text (
      "{\"schema\":\"atls-path-report/1\",\"created\":\"2026-11-02T00:00:00Z\",\"target\":{\"url\":"
      "\"https://b.example\"},\"verdict\":{\"path\":\"direct\",\"confidence\":\"proven\"}}");
  g_autofree char *text = list (one, other);

  g_assert_cmpstr (text, ==, "url: https://a.example > https://b.example\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/diagnosis/report-difference/lists-what-changed", test_lists_what_changed);
  g_test_add_func ("/diagnosis/report-difference/says-when-nothing-changed", test_says_when_nothing_changed);
  g_test_add_func ("/diagnosis/report-difference/writes-text", test_writes_text);
  g_test_add_func ("/diagnosis/report-difference/writes-json", test_writes_json);
  g_test_add_func ("/diagnosis/report-difference/tells-another-address", test_tells_another_address);

  return g_test_run ();
}

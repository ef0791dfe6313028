/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-status-report.h"
#include "codec/stile-json.h"

static StileStatusReport *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) json = g_bytes_new_static (text, strlen (text));

  return stile_status_report_parse (json, error);
}

static void
test_round_trip (void)
{
  g_autoptr (GVariant) context =
      g_variant_ref_sink (g_variant_new_parsed ("{'pvs-details': <'No clock'>, 'at': <int64 5>}"));
  g_autoptr (StileStatusReport) report = stile_status_report_new (FALSE, "It is for another device", context);
  g_autoptr (GBytes) json = stile_status_report_to_json (report);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileStatusReport) again = stile_status_report_parse (json, &error);

  g_assert_no_error (error);
  g_assert_cmpint (stile_status_report_get_version (again), ==, 1);
  g_assert_false (stile_status_report_is_good (again));
  g_assert_cmpstr (stile_status_report_get_reason (again), ==, "It is for another device");
  g_assert_cmpstr (stile_json_get_string (stile_status_report_get_context (again), "pvs-details"), ==,
                   "No clock");
  g_assert_null (stile_status_report_get_unknown (again)[0]);
}

/* RFC 8995 section 5.7: lower case, and nothing that is not there. */
static void
test_written (void)
{
  g_autoptr (StileStatusReport) report = stile_status_report_new (TRUE, NULL, NULL);
  g_autoptr (GBytes) json = stile_status_report_to_json (report);
  g_autofree char *text = g_strndup (g_bytes_get_data (json, NULL), g_bytes_get_size (json));

  g_assert_nonnull (strstr (text, "\"version\":1"));
  g_assert_nonnull (strstr (text, "\"status\":true"));
  g_assert_null (strstr (text, "reason"));
}

static void
test_later_version (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileStatusReport) report =
      parse ("{\"version\":7,\"status\":true,\"mood\":\"high\",\"a\\u0007b\":[]}", &error);
  const char *const *unknown;

  g_assert_no_error (error);
  g_assert_cmpint (stile_status_report_get_version (report), ==, 7);
  g_assert_true (stile_status_report_is_good (report));
  unknown = stile_status_report_get_unknown (report);
  g_assert_cmpuint (g_strv_length ((char **)unknown), ==, 2);
  g_assert_true (g_strv_contains (unknown, "mood"));
  g_assert_false (g_strv_contains (unknown, "a\ab"));
}

typedef struct
{
  const char *name;
  const char *json;
} Wrong;

static const Wrong wrong[] = {
  { "empty", "" },
  { "no-object", "[]" },
  { "no-version", "{\"status\":true}" },
  { "version-as-text", "{\"version\":\"1\",\"status\":true}" },
  { "version-0", "{\"version\":0,\"status\":true}" },
  { "no-status", "{\"version\":1}" },
  { "status-as-number", "{\"version\":1,\"status\":1}" },
  { "capitals", "{\"version\":1,\"Status\":true}" },
  { "reason-as-list", "{\"version\":1,\"status\":true,\"reason\":[]}" },
  { "context-as-text", "{\"version\":1,\"status\":true,\"reason-context\":\"x\"}" },
  { "status-twice", "{\"version\":1,\"status\":true,\"status\":false}" },
  { "byte-order-mark", "\xef\xbb\xbf{\"version\":1,\"status\":true}" },
  { "two-documents", "{\"version\":1,\"status\":true}{}" },
};

static void
test_wrong (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileStatusReport) report = parse (((const Wrong *)data)->json, &error);

  g_assert_null (report);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
}

static void
test_too_large (void)
{
  g_autofree char *reason = g_strnfill (STILE_STATUS_REPORT_MAX_SIZE, 'x');
  g_autofree char *text = g_strdup_printf ("{\"version\":1,\"status\":false,\"reason\":\"%s\"}", reason);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileStatusReport) report = parse (text, &error);

  g_assert_null (report);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_LIMIT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bootstrap/status-report/round-trip", test_round_trip);
  g_test_add_func ("/bootstrap/status-report/written", test_written);
  g_test_add_func ("/bootstrap/status-report/later-version", test_later_version);
  g_test_add_func ("/bootstrap/status-report/too-large", test_too_large);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *path = g_strconcat ("/bootstrap/status-report/wrong/", wrong[i].name, NULL);

      g_test_add_data_func (path, &wrong[i], test_wrong);
    }

  return g_test_run ();
}

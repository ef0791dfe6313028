/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "diagnosis/stile-report-difference.h"
#include "diagnosis/stile-report.h"

/* A report from anybody: it is read back as it was, and none of its words ends the script that it stands in. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReport) report = stile_report_new_from_json (bytes, &error);
  g_autoptr (StileReport) redacted = NULL;
  g_autoptr (StileReport) again = NULL;
  g_autoptr (GBytes) json = NULL;
  g_autoptr (GPtrArray) differences = NULL;
  g_autofree char *html = NULL;
  char *text;

  g_assert_true ((report == NULL) == (error != NULL));
  if (report == NULL)
    return 0;

  html = stile_report_to_html (report);
  g_assert_true (strstr (strstr (html, "<script"), "</") ==
                 html + strlen (html) - strlen ("</script></body></html>\n"));
  text = stile_report_to_json (report);
  json = g_bytes_new_take (text, strlen (text));
  again = stile_report_new_from_json (json, NULL);
  redacted = stile_report_redact (report);
  g_assert_true (stile_report_is_redacted (redacted));
  if (again == NULL)
    return 0;

  differences = stile_report_difference_list (report, again);
  g_assert_cmpuint (differences->len, ==, 0);

  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "bootstrap/stile-status-report.h"

/* What one end took, the other takes too, and it says the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) json = g_bytes_new_static (data, size);
  g_autoptr (StileStatusReport) report = stile_status_report_parse (json, NULL);
  g_autoptr (StileStatusReport) again = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;

  if (report == NULL)
    return 0;

  first = stile_status_report_to_json (report);
  if (g_bytes_get_size (first) > STILE_STATUS_REPORT_MAX_SIZE)
    return 0;
  again = stile_status_report_parse (first, NULL);
  g_assert_nonnull (again);
  g_assert_cmpint (stile_status_report_is_good (report), ==, stile_status_report_is_good (again));
  second = stile_status_report_to_json (again);
  g_assert_true (g_bytes_equal (first, second));

  return 0;
}

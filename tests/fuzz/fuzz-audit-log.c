/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "bootstrap/stile-audit-log.h"

/* What one end took, the other takes too, and it says the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) json = g_bytes_new_static (data, size);
  g_autoptr (StileAuditLog) log = stile_audit_log_parse (json, NULL);
  g_autoptr (StileAuditLog) again = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;

  if (log == NULL)
    return 0;

  g_assert_cmpuint (stile_audit_log_get_n_entries (log), <=, STILE_AUDIT_LOG_MAX_EVENTS);
  first = stile_audit_log_to_json (log);
  if (g_bytes_get_size (first) > STILE_AUDIT_LOG_MAX_SIZE)
    return 0;
  again = stile_audit_log_parse (first, NULL);
  g_assert_nonnull (again);
  second = stile_audit_log_to_json (again);
  g_assert_true (g_bytes_equal (first, second));

  return 0;
}

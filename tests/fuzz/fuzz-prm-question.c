/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "bootstrap/stile-prm-status-trigger.h"
#include "fuzz/fuzz-people.h"

/* The first byte says who signs: a question is for this device, or there is a sentence that can be shown. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const StileJudge judge = { .serial = FUZZ_PEOPLE_SERIAL };
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gboolean taken;

  if (size == 0)
    return 0;

  bytes = fuzz_people_make (data[0], data + 1, size - 1);
  taken = stile_prm_status_trigger_judge (&judge, bytes, checks, &error);
  g_assert_true (taken == (error == NULL));
  g_assert_true (taken == (stile_checks_get_refused (checks) == NULL));
  g_assert_true (taken || (error->domain == STILE_ERROR && g_str_has_prefix (error->message, "P22: ") &&
                           g_utf8_validate (error->message, -1, NULL)));

  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <locale.h>

#include "ui/walk-pages.h"

/* One walk of the real program with a person's settings, to its last page: for middleboxes.py, which looks at what came of
 * it.  It ends by itself, or by the assertion that does not hold. */
int
main (void)
{
  const char *const arguments[] = { g_getenv ("STILE_PROGRAM"), NULL };
  g_autoptr (AccessibleApp) app = NULL;

  setlocale (LC_ALL, "");
  g_assert_nonnull (arguments[0]);
  app = accessible_app_start (arguments);
  accessible_app_wait_for (app, "Step 1 of 8 · Service");
  walk_pages_to_session (app);
  walk_pages_to_install (app);
  walk_pages_install (app);

  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <locale.h>

#include "ui/accessible-app.h"

/* Devices in the real program: for devices.py, which has them and looks at what came of it.  It ends by itself, or by the
 * assertion that does not hold. */

/* Five of a list, one of which refuses. */
static void
bring_list (const char *list, const char *refusing)
{
  const char *const arguments[] = { g_getenv ("STILE_PROGRAM"), "--devices", list, NULL };
  g_autoptr (AccessibleApp) app = accessible_app_start (arguments);

  accessible_app_wait_for (app, "1 line cannot be used");
  accessible_app_shoot (app, "devices-import");
  accessible_app_click (app, "Add 5 of 6");
  accessible_app_wait_for_beginning (app, "0 of 5 devices are done");
  accessible_app_shoot (app, "devices-new");
  accessible_app_click (app, "Start");
  accessible_app_wait_for (app, "4 of 5 devices are done, 1 with a problem");
  accessible_app_wait_for_part (app, "The device refused: P5: ");
  accessible_app_wait_for (app, "Retry failed");
  accessible_app_shoot (app, "devices-done");
  accessible_app_type (app, "Look for devices", refusing);
  accessible_app_wait_for_beginning (app, refusing);
}

/* Those that announce themselves. */
static void
bring_found (void)
{
  const char *const arguments[] = { g_getenv ("STILE_PROGRAM"), NULL };
  g_autoptr (AccessibleApp) app = accessible_app_start (arguments);

  accessible_app_wait_for (app, "Step 1 of 8 · Service");
  accessible_app_switch_to (app, "Devices");
  accessible_app_wait_for (app, "Bring devices into a domain");
  accessible_app_click (app, "From this network…");
  accessible_app_wait_for (app, "Add 2 of 2");
  accessible_app_shoot (app, "devices-found");
  accessible_app_click (app, "Add 2 of 2");
  accessible_app_wait_for_beginning (app, "0 of 2 devices are done");
  accessible_app_click (app, "Start");
  accessible_app_wait_for (app, "2 of 2 devices are done");
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  g_assert_nonnull (g_getenv ("STILE_PROGRAM"));
  if (argc == 3)
    bring_list (argv[1], argv[2]);
  else
    bring_found ();

  return 0;
}

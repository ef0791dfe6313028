/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <locale.h>

#include "ui/accessible-app.h"

/* Five devices in the real program, one of which refuses: for devices.py, which has them and looks at what came of it.  It ends
 * by itself, or by the assertion that does not hold. */
int
main (int argc, char *argv[])
{
  const char *const arguments[] = { g_getenv ("STILE_PROGRAM"), "--devices", argv[1], NULL };
  g_autoptr (AccessibleApp) app = NULL;

  setlocale (LC_ALL, "");
  g_assert_cmpint (argc, ==, 3);
  app = accessible_app_start (arguments);
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
  accessible_app_type (app, "Look for devices", argv[2]);
  accessible_app_wait_for_beginning (app, argv[2]);

  return 0;
}

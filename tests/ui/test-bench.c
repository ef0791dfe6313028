/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <locale.h>

#include "ui/accessible-app.h"

/* The real program with the lab's bench: ten devices, through the middlebox in between, two of them faulty. */

static void
test_ten_devices (void)
{
  const char *const arguments[] = { g_getenv ("STILE_PROGRAM"), "--lab", NULL };
  g_autoptr (AccessibleApp) app = accessible_app_start (arguments);

  accessible_app_wait_for (app, "Step 1 of 8 · Service");
  accessible_app_switch_to (app, "Devices");
  accessible_app_wait_for (app, "Bring devices into a domain");
  accessible_app_shoot (app, "devices-empty");
  accessible_app_click (app, "Those of the lab…");
  accessible_app_wait_for (app, "Add 10 of 10");
  accessible_app_shoot (app, "devices-import");
  accessible_app_click (app, "Add 10 of 10");
  accessible_app_wait_for_beginning (app, "0 of 10 devices are done");
  accessible_app_shoot (app, "devices-new");
  accessible_app_click (app, "Start");
  accessible_app_wait_for (app, "8 of 10 devices are done, 2 with a problem");
  accessible_app_wait_for_part (app, "The device refused: P5: ");
  accessible_app_wait_for_part (app, "P22: ");
  accessible_app_wait_for (app, "Retry failed");
  accessible_app_shoot (app, "devices-done");
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  /* libatspi warns of a cache that GTK 4.8 does not have. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL);

  g_assert_nonnull (g_getenv ("STILE_PROGRAM"));
  g_test_add_func ("/ui/bench/ten-devices", test_ten_devices);

  return g_test_run ();
}

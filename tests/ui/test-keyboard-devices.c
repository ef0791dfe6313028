/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <locale.h>

#include "ui/keyboard.h"

/* Devices, with keys alone and by what a screen reader is told alone: those of the lab, from the empty list to the file that tells
 * what came of them. */

static AccessibleApp *
start (Keyboard **keyboard)
{
  const char *const arguments[] = { g_getenv ("STILE_PROGRAM"), "--lab", NULL };
  AccessibleApp *app;

  g_assert_nonnull (arguments[0]);
  app = accessible_app_start (arguments);
  accessible_app_wait_for (app, "Lab: nothing here leaves this computer");
  *keyboard = keyboard_new ();
  keyboard_enter_window (*keyboard, "Stile");
  keyboard_press (*keyboard, "ctrl+3");
  keyboard_wait_for (*keyboard, "Those of the lab…");

  return app;
}

static void
bring (Keyboard *keyboard)
{
  static const char *const order[] = { "From this network…", "From a list…", NULL };

  keyboard_assert_order (keyboard, order);
  keyboard_assert_round (keyboard);
  keyboard_tab_to (keyboard, "Those of the lab…");
  keyboard_press (keyboard, "Return");
  keyboard_enter_window (keyboard, ".*csv");
  keyboard_tab_to (keyboard, "Add 10 of 10");
  keyboard_wait_for_description (keyboard, "All lines were understood");
  keyboard_tab_to (keyboard, "LAB-0101");
  keyboard_tab_to (keyboard, "Add 10 of 10");
  keyboard_press (keyboard, "Return");
  keyboard_enter_window (keyboard, "Stile");
}

static void
save (Keyboard *keyboard)
{
  g_autofree char *folder = g_dir_make_tmp ("stile-keyboard-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "devices.csv", NULL);

  keyboard_enter_window (keyboard, "Export devices .*");
  keyboard_press (keyboard, "ctrl+a");
  keyboard_type (keyboard, path);
  keyboard_press (keyboard, "Return");
  keyboard_enter_window (keyboard, "Stile");
  keyboard_wait_for_description (keyboard, "xported");
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  g_unlink (path);
  g_rmdir (folder);
}

/* One of them, found by what was typed, in detail. */
static void
look_at_one (Keyboard *keyboard)
{
  static const char *const order[] = { "All", "Order and selection", "LAB-0107, Done", NULL };
  static const char *const detail[] = { "Serial number", "Copy: Serial number", NULL };

  keyboard_press (keyboard, "ctrl+f");
  keyboard_wait_for (keyboard, "Look for devices");
  keyboard_type (keyboard, "0107");
  keyboard_assert_order (keyboard, order);
  keyboard_press (keyboard, "Return");
  keyboard_tab_to (keyboard, "Copy details");
  keyboard_assert_order (keyboard, detail);
  keyboard_press (keyboard, "space");
  keyboard_wait_for_description (keyboard, "Copied");
  keyboard_press (keyboard, "ctrl+f");
  keyboard_press (keyboard, "ctrl+a");
  keyboard_press (keyboard, "Delete");
}

static void
choose (Keyboard *keyboard, const char *item)
{
  keyboard_press (keyboard, "space");
  for (guint i = 0; i < 10 && !g_str_has_prefix (keyboard_get_name (keyboard), item); i++)
    keyboard_tab (keyboard, "Down");
  keyboard_wait_for (keyboard, item);
  keyboard_press (keyboard, "Return");
}

static void
test_batch (void)
{
  g_autoptr (Keyboard) keyboard = NULL;
  g_autoptr (AccessibleApp) app = start (&keyboard);

  bring (keyboard);
  keyboard_wait_for_description (keyboard, "10 devices added");
  keyboard_tab_to (keyboard, "Start");
  keyboard_wait_for_description (keyboard, "0 of 10 devices are done");
  keyboard_press (keyboard, "Return");
  keyboard_wait_for (keyboard, "Retry failed");
  keyboard_wait_for_description (keyboard, "devices are done, 2 with a problem");
  keyboard_press (keyboard, "Return");
  keyboard_wait_for (keyboard, "Retry failed");
  keyboard_assert_round (keyboard);

  look_at_one (keyboard);
  keyboard_tab_to (keyboard, "Add devices");
  choose (keyboard, "Export…");
  save (keyboard);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  /* libatspi warns of a cache that GTK 4.8 does not have. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL);

  g_test_add_func ("/ui/keyboard-devices/batch", test_batch);

  return g_test_run ();
}

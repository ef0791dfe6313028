/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib.h>
#include <locale.h>

#include "ui/keyboard.h"

/* Bootstrap from the first page to the last, with keys alone and by what a screen reader is told alone. */

static AccessibleApp *
start (const char *scenario)
{
  const char *const arguments[] = { g_getenv ("STILE_PROGRAM"), "--lab-scenario", scenario, NULL };
  AccessibleApp *app;

  g_assert_nonnull (arguments[0]);
  app = accessible_app_start (arguments);
  accessible_app_wait_for (app, "Lab: nothing here leaves this computer");

  return app;
}

static void
assert_first_page (Keyboard *keyboard)
{
  static const char *const order[] = { "Diagnose",
                                       "Devices",
                                       "Main menu",
                                       "Intercepted",
                                       "1 · Service, not begun",
                                       "Which service should vouch for this network?",
                                       "Open profile…",
                                       "Address",
                                       "Anchors",
                                       "Use none: Anchors",
                                       "Choose a file: Anchors",
                                       "Believed because of",
                                       "Certificate",
                                       "Use none: Certificate",
                                       "Choose a file: Certificate",
                                       "Key",
                                       "Use none: Key",
                                       "Choose a file: Key",
                                       "Lab laptop",
                                       "Get a certificate of the domain",
                                       "Place of the new key",
                                       "Choose a file for the new key",
                                       "Proxy",
                                       "Advanced",
                                       "Continue",
                                       NULL };

  keyboard_wait_for (keyboard, "Bootstrap");
  keyboard_assert_order (keyboard, order);
}

static void
assert_path (Keyboard *keyboard)
{
  static const char *const order[] = { "Bootstrap",
                                       "Diagnose",
                                       "Devices",
                                       "Main menu",
                                       "Intercepted",
                                       "1 · Service, done",
                                       "2 · Path, done",
                                       "3 · Secure session, not begun",
                                       "Probably intercepted: ",
                                       "Stile goes on: ",
                                       "First of three: this computer",
                                       "Second of three: perhaps a middlebox, untrusted, signs as ",
                                       "Third of three: ",
                                       NULL };

  keyboard_wait_for (keyboard, "Continue");
  keyboard_wait_for_description (keyboard, "Step 2 of 8 · Path\nProbably intercepted: ");
  keyboard_assert_order (keyboard, order);
  keyboard_assert_round (keyboard);
  keyboard_tab_to (keyboard, "Continue");
}

/* A box of the drawing opens, tells, and closes. */
static void
open_box (Keyboard *keyboard)
{
  keyboard_tab_to (keyboard, "Second of three: ");
  keyboard_press (keyboard, "Return");
  g_assert_false (g_str_has_prefix (keyboard_get_name (keyboard), "Second of three: "));
  keyboard_press (keyboard, "Escape");
  keyboard_wait_for (keyboard, "Second of three: ");
  keyboard_tab_to (keyboard, "Continue");
}

static void
go_on (Keyboard *keyboard, const char *button, const char *told)
{
  keyboard_wait_for (keyboard, button);
  keyboard_press (keyboard, "Return");
  keyboard_wait_for_description (keyboard, told);
}

static void
save_trace (Keyboard *keyboard)
{
  keyboard_tab_to (keyboard, "Save trace");
  keyboard_save (keyboard, "Save trace", "session.stile-trace", "Saved");
  keyboard_tab_to (keyboard, "Continue");
}

static void
test_bootstrap (void)
{
  g_autoptr (AccessibleApp) app = start ("intercepted");
  g_autoptr (Keyboard) keyboard = keyboard_new ();

  keyboard_enter_window (keyboard, "Stile");
  assert_first_page (keyboard);
  go_on (keyboard, "Continue", "Step 2 of 8 · Path");
  assert_path (keyboard);
  open_box (keyboard);
  go_on (keyboard, "Continue", "Step 3 of 8 · Secure session\n");
  keyboard_wait_for (keyboard, "Continue");
  save_trace (keyboard);
  go_on (keyboard, "Continue", "Step 4 of 8 · Voucher\n");
  go_on (keyboard, "Continue", "Step 5 of 8 · Domain CA roots\n");
  go_on (keyboard, "Continue", "Step 6 of 8 · Install\n");
  keyboard_assert_round (keyboard);
  go_on (keyboard, "Install", "The authorities are installed, and were found there again.");
  go_on (keyboard, "Continue", "Step 7 of 8 · Enrol\n");
  go_on (keyboard, "Get Certificate", "Step 7 of 8 · Enrol\n");
  go_on (keyboard, "Continue", "Step 8 of 8 · Done\nThe connection that failed before now works.");
  keyboard_wait_for (keyboard, "Start again");
  keyboard_assert_round (keyboard);
  keyboard_tab_to (keyboard, "Undo Everything");
  keyboard_press (keyboard, "space");
  keyboard_wait_for (keyboard, "Install");
  keyboard_wait_for_description (keyboard, "Taken back");
}

/* What failed is told with the button that tries again. */
static void
test_failure (void)
{
  g_autoptr (AccessibleApp) app = start ("block-page");
  g_autoptr (Keyboard) keyboard = keyboard_new ();

  keyboard_enter_window (keyboard, "Stile");
  keyboard_press (keyboard, "alt+Right");
  accessible_app_wait_for (app, "Retry");
  keyboard_tab_to (keyboard, "Retry");
  keyboard_wait_for_description (keyboard, "Something answered instead of the service: 403");
  keyboard_press (keyboard, "Return");
  keyboard_wait_for (keyboard, "Retry");
  keyboard_press (keyboard, "alt+Left");
  keyboard_wait_for (keyboard, "Continue");
}

/* Somebody has to approve: it is told, and Escape ends the waiting. */
static void
test_waiting (void)
{
  g_autoptr (AccessibleApp) app = start ("registrar-asks");
  g_autoptr (Keyboard) keyboard = keyboard_new ();

  keyboard_enter_window (keyboard, "Stile");
  keyboard_tab_to (keyboard, "Address");
  /* Out of what goes with its page. */
  keyboard_press (keyboard, "alt+Right");
  keyboard_wait_for (keyboard, "Continue");
  go_on (keyboard, "Continue", "Step 3 of 8 · Secure session\n");
  keyboard_wait_for (keyboard, "Continue");
  keyboard_press (keyboard, "Return");
  accessible_app_wait_for_beginning (app, "Asks again in ");
  keyboard_wait_for (keyboard, "Cancel");
  keyboard_press (keyboard, "Escape");
  keyboard_wait_for (keyboard, "Continue");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  /* libatspi warns of a cache that GTK 4.8 does not have. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL);

  g_test_add_func ("/ui/keyboard/bootstrap", test_bootstrap);
  g_test_add_func ("/ui/keyboard/failure", test_failure);
  g_test_add_func ("/ui/keyboard/waiting", test_waiting);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <locale.h>

#include "ui/keyboard.h"

/* Diagnose, and the keys of the window, with keys alone and by what a screen reader is told alone. */

static AccessibleApp *
start (const char *scenario, Keyboard **keyboard)
{
  const char *const arguments[] = { g_getenv ("STILE_PROGRAM"), "--lab-scenario", scenario, NULL };
  AccessibleApp *app;

  g_assert_nonnull (arguments[0]);
  app = accessible_app_start (arguments);
  accessible_app_wait_for (app, "Lab: nothing here leaves this computer");
  *keyboard = keyboard_new ();
  keyboard_enter_window (*keyboard, "Stile");
  keyboard_press (*keyboard, "ctrl+2");
  keyboard_wait_for (*keyboard, "Address of the service");

  return app;
}

/* The verdict, who takes part, what can be done, and all the checks. */
static void
walk_through_result (Keyboard *keyboard)
{
  static const char *const first[] = { "Someone intercepts your traffic to localhost",
                                       "Run again",
                                       "Without proxy",
                                       "Compare with file…",
                                       "Copy summary",
                                       "Save report…",
                                       "This is intended here",
                                       "First of four: this computer",
                                       "Second of four: proxy, ",
                                       "Third of four: middlebox, ",
                                       "Fourth of four: ",
                                       "Know who reads",
                                       NULL };

  keyboard_wait_for (keyboard, "Verdict");
  keyboard_wait_for_description (keyboard, "Someone intercepts your traffic to localhost");
  keyboard_wait_for_description (keyboard, "\nStrong: ");
  keyboard_assert_order (keyboard, first);
  keyboard_tab_to (keyboard, "Copy: Get the CA’s certificate");
  keyboard_press (keyboard, "space");
  keyboard_wait_for_description (keyboard, "Copied");
  keyboard_tab_to (keyboard, "Secure session (ATLS): Pass. ");
  keyboard_tab_to (keyboard, "Details");
  keyboard_press (keyboard, "Return");
  keyboard_tab_to (keyboard, "The whole report as JSON");
  keyboard_tab (keyboard, "Tab");
  keyboard_tab (keyboard, "Tab");
}

static void
test_result (void)
{
  g_autoptr (Keyboard) keyboard = NULL;
  g_autoptr (AccessibleApp) app = start ("intercepted", &keyboard);

  keyboard_press (keyboard, "Return");
  walk_through_result (keyboard);
  keyboard_tab_to (keyboard, "Save report…");
  keyboard_save (keyboard, "Save as .html, .pdf or .json", "report.json", "Report saved");

  /* Again, and what changed. */
  keyboard_press (keyboard, "F5");
  accessible_app_wait_for (app, "What changed");
  keyboard_wait_for (keyboard, "Verdict");
  keyboard_tab_to (keyboard, "Compare");
  keyboard_press (keyboard, "space");
  accessible_app_wait_for (app, "What changed");

  keyboard_press (keyboard, "alt+Left");
  keyboard_wait_for (keyboard, "Address of the service");
  keyboard_assert_round (keyboard);
}

static void
test_no_address (void)
{
  g_autoptr (Keyboard) keyboard = NULL;
  g_autoptr (AccessibleApp) app = start ("direct", &keyboard);

  keyboard_press (keyboard, "ctrl+a");
  keyboard_type (keyboard, "nobody here");
  keyboard_press (keyboard, "Return");
  keyboard_wait_for_description (keyboard, "“nobody here” is no address of a service");
}

/* Somebody who takes the connection and never says a word: Escape is what ends it. */
static void
test_cancel (void)
{
  g_autoptr (Keyboard) keyboard = NULL;
  g_autoptr (AccessibleApp) app = start ("direct", &keyboard);
  g_autoptr (GSocketListener) silent = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (silent, NULL, NULL);
  g_autofree char *address = g_strdup_printf ("https://127.0.0.1:%u", port);

  g_assert_cmpuint (port, >, 0);
  keyboard_press (keyboard, "ctrl+a");
  keyboard_type (keyboard, address);
  keyboard_press (keyboard, "Return");
  keyboard_wait_for (keyboard, "Cancel");
  accessible_app_wait_for_beginning (app, "TLS handshake: Running");
  keyboard_press (keyboard, "Escape");
  keyboard_wait_for (keyboard, "Diagnose");
  keyboard_wait_for_description (keyboard, "Cancelled.");
}

static void
test_keys_of_window (void)
{
  g_autoptr (Keyboard) keyboard = NULL;
  g_autoptr (AccessibleApp) app = start ("direct", &keyboard);

  keyboard_press (keyboard, "ctrl+3");
  keyboard_wait_for (keyboard, "Those of the lab…");
  keyboard_press (keyboard, "ctrl+1");
  keyboard_wait_for (keyboard, "1 · Service");
  keyboard_press (keyboard, "F10");
  keyboard_wait_for (keyboard, "Open…");
  keyboard_press (keyboard, "Escape");
  keyboard_wait_for (keyboard, "Main menu");

  keyboard_press (keyboard, "ctrl+question");
  accessible_app_wait_for (app, "Shortcuts");
  keyboard_enter_window (keyboard, "Keyboard shortcuts");
  keyboard_press (keyboard, "Escape");
  keyboard_enter_window (keyboard, "Stile");
  keyboard_wait_for (keyboard, "Main menu");

  keyboard_press (keyboard, "ctrl+o");
  keyboard_enter_window (keyboard, "Open a report, a trace, a profile or a list of devices");
  keyboard_press (keyboard, "Escape");
  keyboard_enter_window (keyboard, "Stile");
  keyboard_wait_for (keyboard, "Main menu");

  keyboard_press (keyboard, "ctrl+q");
  accessible_app_wait_for_end (app);
}

/* Underlined letters. */
static void
test_mnemonics (void)
{
  g_autoptr (Keyboard) keyboard = NULL;
  g_autoptr (AccessibleApp) app = start ("direct", &keyboard);

  keyboard_press (keyboard, "alt+d");
  keyboard_wait_for (keyboard, "Verdict");
  keyboard_press (keyboard, "alt+a");
  accessible_app_wait_for (app, "What changed");
  keyboard_wait_for (keyboard, "Verdict");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  /* libatspi warns of a cache that GTK 4.8 does not have. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL);

  g_test_add_func ("/ui/keyboard-diagnose/result", test_result);
  g_test_add_func ("/ui/keyboard-diagnose/no-address", test_no_address);
  g_test_add_func ("/ui/keyboard-diagnose/cancel", test_cancel);
  g_test_add_func ("/ui/keyboard-diagnose/keys-of-window", test_keys_of_window);
  g_test_add_func ("/ui/keyboard-diagnose/mnemonics", test_mnemonics);

  return g_test_run ();
}

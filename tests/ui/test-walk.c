/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib.h>
#include <locale.h>

#include "ui/walk-pages.h"

/* The real program in the lab, from the first page to the last, by nothing but what it says. */

static AccessibleApp *
start (const char *scenario)
{
  const char *const arguments[] = { g_getenv ("STILE_PROGRAM"), "--lab-scenario", scenario, NULL };
  AccessibleApp *app;

  g_assert_nonnull (arguments[0]);
  app = accessible_app_start (arguments);
  accessible_app_wait_for (app, "Step 1 of 8 · Service");
  accessible_app_wait_for (app, "Lab: nothing here leaves this computer");

  return app;
}

static void
test_intercepted (void)
{
  g_autoptr (AccessibleApp) app = start ("intercepted");

  walk_pages_to_session (app);
  walk_pages_to_install (app);
  walk_pages_install (app);

  accessible_app_click (app, "Back");
  accessible_app_wait_for (app, "Step 7 of 8 · Enrol");
  accessible_app_click (app, "Back");
  accessible_app_wait_for (app, "Step 6 of 8 · Install");
  accessible_app_click (app, "Undo");
  accessible_app_wait_until_gone (app, "Done and verified");
  walk_pages_install (app);

  accessible_app_click (app, "Start again");
  accessible_app_wait_for (app, "Step 1 of 8 · Service");
}

static void
test_unknown_authority (void)
{
  g_autoptr (AccessibleApp) app = start ("unknown-authority");

  walk_pages_to_session (app);
  walk_pages_past_voucher (app);
  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 5 of 8 · Domain CA roots");
  accessible_app_wait_for_part (app, "and this domain does not know it. Do not trust it.");
  accessible_app_shoot (app, "unknown-authority");
}

static void
test_block_page (void)
{
  g_autoptr (AccessibleApp) app = start ("block-page");

  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 2 of 8 · Path");
  accessible_app_wait_for_beginning (app, "Something answered instead of the service: 403");
  accessible_app_wait_for (app, "Retry");
  accessible_app_shoot (app, "block-page");
  accessible_app_click (app, "Retry");
  accessible_app_wait_for_beginning (app, "Something answered instead of the service: 403");
}

/* The walk must end there, and says why. */
static void
test_refused (void)
{
  g_autoptr (AccessibleApp) app = start ("voucher-for-another-device");

  walk_pages_to_session (app);
  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "4 · Voucher, failed");
  accessible_app_wait_for (app, "What it said, and is not believed");
  accessible_app_wait_for (app, "Retry");
  accessible_app_shoot (app, "4-lab-refused");
}

static void
test_waiting (void)
{
  g_autoptr (AccessibleApp) app = start ("registrar-asks");

  walk_pages_to_session (app);
  accessible_app_click (app, "Continue");
  accessible_app_wait_for_beginning (app, "Asks again in ");
  accessible_app_shoot (app, "4-lab-waiting");
  accessible_app_click (app, "Cancel");
  accessible_app_wait_for (app, "4 · Voucher, not begun");
}

static void
test_direct (void)
{
  g_autoptr (AccessibleApp) app = start ("direct");

  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 2 of 8 · Path");
  accessible_app_wait_for_part (app, "service, ");
  accessible_app_wait_for (app, "Continue");
  accessible_app_shoot (app, "direct");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  /* libatspi warns of a cache that GTK 4.8 does not have. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL);

  g_test_add_func ("/ui/walk/unknown-authority", test_unknown_authority);
  g_test_add_func ("/ui/walk/block-page", test_block_page);
  g_test_add_func ("/ui/walk/direct", test_direct);
  g_test_add_func ("/ui/walk/refused", test_refused);
  g_test_add_func ("/ui/walk/waiting", test_waiting);
  g_test_add_func ("/ui/walk/intercepted", test_intercepted);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib.h>
#include <locale.h>

#include "ui/accessible-app.h"

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
walk_to_session (AccessibleApp *app)
{
  accessible_app_shoot (app, "1-service");
  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 2 of 8 · Path");
  accessible_app_wait_for_beginning (app, "Second of three: perhaps a middlebox, untrusted, signs as ");
  accessible_app_wait_for_part (app, "which this computer does not trust");
  accessible_app_shoot (app, "2-path");

  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 3 of 8 · Secure session");
  accessible_app_wait_for_beginning (app, "Flight 1, from this computer to the service, ");
  accessible_app_wait_for_beginning (app, "Flight 2, from the service to this computer, ");
  accessible_app_wait_for_part (app, ", still to be vouched for: ");
  accessible_app_shoot (app, "3-session");
}

static void
walk_past_voucher (AccessibleApp *app)
{
  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 4 of 8 · Voucher");
  accessible_app_wait_for (app, "What the voucher says");
  accessible_app_wait_for (app, "4 · Voucher, done");
  accessible_app_wait_for_part (app, "belongs to the domain");
  accessible_app_shoot (app, "4-lab-voucher");
}

static void
walk_to_install (AccessibleApp *app)
{
  walk_past_voucher (app);
  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 5 of 8 · Domain CA roots");
  accessible_app_wait_for_part (app, " for this domain.");
  accessible_app_wait_for_part (app, ". Signs for the middlebox");
  accessible_app_shoot (app, "5-roots");

  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 6 of 8 · Install");
  accessible_app_shoot (app, "6-install");
}

static void
install (AccessibleApp *app)
{
  accessible_app_click (app, "Install");
  accessible_app_wait_for (app, "Done and verified");
  accessible_app_wait_for (app, "The authorities are installed, and were found there again.");
  accessible_app_shoot (app, "6-installed");

  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 7 of 8 · Enrol");
  accessible_app_wait_for (app, "What is asked for");
  accessible_app_click (app, "Get Certificate");
  accessible_app_wait_for (app, "Where it is");
  accessible_app_shoot (app, "7-lab-enrolled");

  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 8 of 8 · Done");
  accessible_app_wait_for (app, "The connection that failed before now works.");
  accessible_app_wait_for_beginning (app, "Before: Refused.");
  accessible_app_wait_for_beginning (app, "Now: Valid.");
  accessible_app_wait_for (app, "Save report");
  accessible_app_shoot (app, "8-done");
}

static void
test_intercepted (void)
{
  g_autoptr (AccessibleApp) app = start ("intercepted");

  walk_to_session (app);
  walk_to_install (app);
  install (app);

  accessible_app_click (app, "Back");
  accessible_app_wait_for (app, "Step 7 of 8 · Enrol");
  accessible_app_click (app, "Back");
  accessible_app_wait_for (app, "Step 6 of 8 · Install");
  accessible_app_click (app, "Undo");
  accessible_app_wait_until_gone (app, "Done and verified");
  install (app);

  accessible_app_click (app, "Start again");
  accessible_app_wait_for (app, "Step 1 of 8 · Service");
}

static void
test_unknown_authority (void)
{
  g_autoptr (AccessibleApp) app = start ("unknown-authority");

  walk_to_session (app);
  walk_past_voucher (app);
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

  walk_to_session (app);
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

  walk_to_session (app);
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

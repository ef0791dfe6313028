/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <locale.h>

#include "ui/accessible-app.h"

/* The real program in the lab: who stands in between, by nothing but what it says. */

static AccessibleApp *
start (const char *scenario)
{
  const char *const arguments[] = { g_getenv ("STILE_PROGRAM"), "--lab-scenario", scenario, NULL };
  AccessibleApp *app;

  g_assert_nonnull (arguments[0]);
  app = accessible_app_start (arguments);
  accessible_app_wait_for (app, "Lab: nothing here leaves this computer");
  accessible_app_switch_to (app, "Diagnose");
  accessible_app_wait_for (app, "Who stands between this computer and a service?");

  return app;
}

static void
look (AccessibleApp *app)
{
  accessible_app_click (app, "Diagnose");
  accessible_app_wait_for (app, "Run again");
}

static void
test_intercepted (void)
{
  g_autoptr (AccessibleApp) app = start ("intercepted");

  accessible_app_shoot (app, "diagnose-empty");
  look (app);
  accessible_app_wait_for_beginning (app, "Someone intercepts your traffic to localhost");
  accessible_app_wait_for_beginning (app, "Strong: ");
  /* Each box of the drawing and each check speaks. */
  accessible_app_wait_for_part (app, "middlebox, ");
  accessible_app_wait_for_beginning (app, "Secure session (ATLS): Pass. ");
  accessible_app_wait_for_beginning (app, "Who vouches for the certificate: Noted. ");
  accessible_app_wait_for (app, "Know who reads");
  accessible_app_wait_for (app, "This is intended here");
  accessible_app_shoot (app, "diagnose-intercepted");

  accessible_app_click (app, "This is intended here");
  accessible_app_wait_until_gone (app, "This is intended here");
  accessible_app_click (app, "Run again");
  accessible_app_wait_for (app, "What changed");
  accessible_app_wait_for_beginning (app, "Strong: this is intended here.");
  accessible_app_wait_for (app, "Earlier");
  accessible_app_wait_for (app, "Last addresses");
}

static void
test_direct (void)
{
  g_autoptr (AccessibleApp) app = start ("direct");

  look (app);
  accessible_app_wait_for_part (app, "passes the connection on unread");
  accessible_app_wait_for_beginning (app, "Proven: ");
  accessible_app_shoot (app, "diagnose-direct");
}

static void
test_block_page (void)
{
  g_autoptr (AccessibleApp) app = start ("block-page");

  look (app);
  accessible_app_wait_for_beginning (app, "Someone may be intercepting your traffic to localhost");
  accessible_app_wait_for_beginning (app, "Likely: ");
  accessible_app_wait_for (app, "Do not accept this certificate");
  accessible_app_shoot (app, "diagnose-blocked");
}

static void
test_nobody (void)
{
  g_autoptr (AccessibleApp) app = start ("direct");

  accessible_app_type (app, "Address of the service", "nobody here");
  accessible_app_click (app, "Diagnose");
  accessible_app_wait_for_beginning (app, "“nobody here” is no address of a service");
  accessible_app_type (app, "Address of the service", "https://localhost:1");
  look (app);
  accessible_app_wait_for_part (app, "does not reach localhost (status 502)");
  accessible_app_shoot (app, "diagnose-nobody");
}

/* Somebody who takes the connection and never says a word: without Cancel, one waits until a deadline ends it with a verdict. */
static void
test_cancel (void)
{
  g_autoptr (AccessibleApp) app = start ("direct");
  g_autoptr (GSocketListener) silent = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (silent, NULL, NULL);
  g_autofree char *address = g_strdup_printf ("https://127.0.0.1:%u", port);

  g_assert_cmpuint (port, >, 0);
  accessible_app_type (app, "Address of the service", address);
  accessible_app_click (app, "Diagnose");
  accessible_app_wait_for_beginning (app, "TLS handshake: Running");
  accessible_app_click (app, "Cancel");
  accessible_app_wait_for (app, "Cancelled.");
  accessible_app_wait_for (app, "Diagnose");
  accessible_app_wait_until_gone (app, "Run again");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  /* libatspi warns of a cache that GTK 4.8 does not have. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL);

  g_test_add_func ("/ui/diagnose/intercepted", test_intercepted);
  g_test_add_func ("/ui/diagnose/direct", test_direct);
  g_test_add_func ("/ui/diagnose/block-page", test_block_page);
  g_test_add_func ("/ui/diagnose/nobody", test_nobody);
  g_test_add_func ("/ui/diagnose/cancel", test_cancel);

  return g_test_run ();
}

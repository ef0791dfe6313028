/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>

#include "app/lab-window.h"
#include "app/widget-tree.h"
#include "support/test-await.h"

/* Whoever has switched animations off sees nothing move: while something is going on, the window is drawn only when there is
 * something new to see.  With animations the same waiting is drawn all the time, which is what this counts by. */

#define WATCHED_MILLISECONDS 700
#define FEW 6
#define MANY 15

static guint n_frames;

static void
frame_drawn (void)
{
  n_frames++;
}

static gboolean
time_is_up (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
let_pass (guint milliseconds)
{
  gboolean up = FALSE;

  g_timeout_add (milliseconds, time_is_up, &up);
  while (!up)
    g_main_context_iteration (NULL, TRUE);
}

static guint
count_frames (LabWindow *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self->window));
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (frame_drawn), NULL);

  n_frames = 0;
  let_pass (WATCHED_MILLISECONDS);
  g_signal_handler_disconnect (clock, handler);

  return n_frames;
}

static void
set_animations (gboolean enabled)
{
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", enabled, NULL);
}

static void
assert_still (LabWindow *self)
{
  set_animations (TRUE);
  let_pass (WATCHED_MILLISECONDS);
  g_assert_cmpuint (count_frames (self), >, MANY);
  set_animations (FALSE);
  let_pass (WATCHED_MILLISECONDS);
  g_assert_cmpuint (count_frames (self), <, FEW);
}

/* A check that is running, with nobody who answers. */
static void
test_diagnose (void)
{
  g_autoptr (LabWindow) self = lab_window_new ("direct");
  g_autoptr (GSocketListener) silent = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (silent, NULL, NULL);
  g_autofree char *address = g_strdup_printf ("https://127.0.0.1:%u", port);

  g_assert_cmpuint (port, >, 0);
  lab_window_show_place (self, "diagnose");
  stile_diagnose_page_run (self->diagnose, address);
  test_await_until (widget_tree_has_text (GTK_WIDGET (self->diagnose), "Running"));
  assert_still (self);
}

/* Somebody has to approve: the seconds are counted, and nothing turns. */
static void
test_bootstrap (void)
{
  g_autoptr (LabWindow) self = lab_window_new ("registrar-asks");

  for (guint i = 0; i < 2; i++)
    g_assert_true (lab_window_walk_on (self));
  gtk_widget_activate_action (GTK_WIDGET (self->bootstrap), "walk.forward", NULL);
  test_await_until (widget_tree_has_text (GTK_WIDGET (self->bootstrap), "Asks again in "));
  assert_still (self);
}

int
main (int argc, char **argv)
{
  widget_tree_begin (&argc, &argv);

  g_test_add_func ("/reduced-motion/diagnose", test_diagnose);
  g_test_add_func ("/reduced-motion/bootstrap", test_bootstrap);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-window.h"
#include "app/widget-tree.h"
#include "support/test-await.h"

/* One in a process: the second would find its D-Bus path taken. */
static GtkApplication *
get_application (void)
{
  static AdwApplication *application;

  if (application == NULL)
    {
      application = g_object_new (ADW_TYPE_APPLICATION, "application-id", APP_ID, "flags",
                                  G_APPLICATION_NON_UNIQUE, "resource-base-path", "/org/stile/Stile", NULL);
      g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
    }

  return GTK_APPLICATION (application);
}

static StileWindow *
show_window (void)
{
  g_autoptr (StileSettings) settings = stile_settings_new ();
  StileWindow *window = stile_window_new (get_application (), settings, NULL);

  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  return window;
}

static void
test_freed (void)
{
  StileWindow *window = show_window ();

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  gtk_window_close (GTK_WINDOW (window));
  test_await_until (window == NULL);
}

static void
test_narrow (void)
{
  /* The last is the one that the next window shows. */
  static const char *const places[] = { "diagnose", "bootstrap" };
  StileWindow *window = show_window ();

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      gtk_widget_activate_action (GTK_WIDGET (window), "win.show-place", "s", places[i]);
      g_assert_cmpint (widget_tree_get_minimum_width (GTK_WIDGET (window)), <=, 360);
    }
  gtk_window_close (GTK_WINDOW (window));
}

static void
test_not_lab (void)
{
  StileWindow *window = show_window ();

  g_assert_false (widget_tree_has_text (GTK_WIDGET (window), "Lab:"));
  g_assert_nonnull (widget_tree_find_button (GTK_WIDGET (window), "Continue"));
  gtk_window_close (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  widget_tree_begin (&argc, &argv);

  g_test_add_func ("/window/freed", test_freed);
  g_test_add_func ("/window/narrow", test_narrow);
  g_test_add_func ("/window/not-lab", test_not_lab);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-tour.h"

#include "app/stile-settings.h"
#include "app/widget-tree.h"
#include "support/test-await.h"

typedef struct
{
  GtkWidget *window;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->window = GTK_WIDGET (stile_tour_new (NULL));
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *)&self->window);
  gtk_window_present (GTK_WINDOW (self->window));
  gtk_test_widget_wait_for_draw (self->window);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  test_await_until (self->window == NULL);
}

static void
press (Fixture *self, const char *label)
{
  GtkWidget *button = widget_tree_find_button (self->window, label);

  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
}

/* The primary button has the focus, so that Return goes on. */
static void
assert_page (Fixture *self, const char *position, const char *title, const char *primary)
{
  GtkWidget *button = widget_tree_find_button (self->window, primary);

  test_await_idle ();
  g_assert_true (widget_tree_has_text (self->window, position));
  g_assert_true (widget_tree_has_text (self->window, title));
  g_assert_nonnull (button);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (self->window)) == button);
}

static void
test_pages (Fixture *self, gconstpointer data)
{
  GtkWidget *back = widget_tree_find_button (self->window, "_Back");

  assert_page (self, "1 of 3", "Over the fence, not through it", "_Next");
  g_assert_false (gtk_widget_is_sensitive (back));
  press (self, "_Next");
  assert_page (self, "2 of 3", "Three places", "_Next");
  g_assert_true (gtk_widget_is_sensitive (back));
  press (self, "_Next");
  assert_page (self, "3 of 3", "Try it first", "_Begin");
  g_assert_nonnull (widget_tree_find_button (self->window, "Open the _Lab"));
  press (self, "_Back");
  assert_page (self, "2 of 3", "Three places", "_Next");
  press (self, "_Back");
  assert_page (self, "1 of 3", "Over the fence, not through it", "_Next");
  g_assert_false (gtk_widget_is_sensitive (back));
  /* As the key does it. */
  gtk_widget_activate_action (self->window, "tour.back", NULL);
  assert_page (self, "1 of 3", "Over the fence, not through it", "_Next");
}

static void
test_ends (Fixture *self, gconstpointer data)
{
  press (self, "_Next");
  press (self, "_Next");
  press (self, "_Begin");
  test_await_until (self->window == NULL);
}

static void
test_skip (Fixture *self, gconstpointer data)
{
  press (self, "_Next");
  press (self, "_Skip");
  test_await_until (self->window == NULL);
}

static void
test_narrow (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      /* Without the window's frame. */
      g_assert_cmpint (widget_tree_get_minimum_width (gtk_widget_get_first_child (self->window)), <=, 360);
      if (i < 2)
        press (self, "_Next");
    }
}

static void
test_once (void)
{
  g_autoptr (StileSettings) settings = stile_settings_new ();
  g_autoptr (StileSettings) next = stile_settings_new ();

  g_assert_true (stile_settings_begin_tour (settings));
  g_assert_false (stile_settings_begin_tour (settings));
  g_assert_false (stile_settings_begin_tour (next));
  g_settings_reset (stile_settings_get_store (settings), "tour-shown");
}

#define ADD(name, function) g_test_add ("/tour/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  widget_tree_begin (&argc, &argv);

  ADD ("pages", test_pages);
  ADD ("ends", test_ends);
  ADD ("skip", test_skip);
  ADD ("narrow", test_narrow);
  g_test_add_func ("/tour/once", test_once);

  return g_test_run ();
}

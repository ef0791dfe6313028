/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/widget-tree.h"

#include <adwaita.h>
#include <string.h>

#include "support/test-await.h"

/* What the tests of widgets share: a window around them, and looking for what somebody would see in it. */

void
widget_tree_begin (int *argc, char ***argv)
{
  gtk_test_init (argc, argv, NULL);
  /* GTK 4.8 warns of itself now and then; criticals are always ours. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

GtkWidget *
widget_tree_show (GtkWidget *child, int width, int height)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);

  return window;
}

/* What is still to be drawn or answered holds on to the widgets. */
void
widget_tree_close (GtkWidget *window)
{
  gtk_window_destroy (GTK_WINDOW (window));
  test_await_idle ();
}

typedef gboolean (*Matches) (GtkWidget *widget, const char *text);

static gboolean
is_button (GtkWidget *widget, const char *text)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), text) == 0;
}

static gboolean
is_label (GtkWidget *widget, const char *text)
{
  return GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL;
}

static GtkWidget *
find (GtkWidget *widget, Matches matches, const char *text)
{
  if (!gtk_widget_get_visible (widget) || !gtk_widget_get_child_visible (widget))
    return NULL;
  if (matches (widget, text))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, matches, text);

      if (found != NULL)
        return found;
    }

  return NULL;
}

/* Only what can be seen is found. */
GtkWidget *
widget_tree_find_button (GtkWidget *root, const char *label)
{
  return find (root, is_button, label);
}

gboolean
widget_tree_has_text (GtkWidget *root, const char *text)
{
  return find (root, is_label, text) != NULL;
}

int
widget_tree_get_minimum_width (GtkWidget *widget)
{
  int minimum;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);

  return minimum;
}

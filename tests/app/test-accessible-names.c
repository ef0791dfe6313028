/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/lab-window.h"
#include "app/widget-tree.h"
#include "support/test-await.h"

static void
order (LabWindow *self)
{
  GtkRoot *root = GTK_ROOT (self->window);
  for (int i = 0; i < 40; i++)
    {
      gboolean r = gtk_widget_child_focus (GTK_WIDGET (root), GTK_DIR_TAB_FORWARD);
      GtkWidget *f = gtk_root_get_focus (root);
      g_printerr ("%d %s in %s\n", r, f ? G_OBJECT_TYPE_NAME (f) : "-", f && gtk_widget_get_parent (f) ? G_OBJECT_TYPE_NAME (gtk_widget_get_parent (f)) : "-");
    }
}

static void
test_x (void)
{
  g_autoptr (LabWindow) self = lab_window_new ("intercepted");
  order (self);
  while (lab_window_walk_on (self)) g_printerr ("step %u\n", stile_bootstrap_page_get_shown (self->bootstrap));
  lab_window_diagnose (self, NULL);
  lab_window_add_devices (self);
  lab_window_start_devices (self);
}
int
main (int argc, char **argv)
{
  widget_tree_begin (&argc, &argv);
  g_test_add_func ("/x", test_x);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/spoken-check.h"
#include "app/stile-application.h"
#include "app/stile-window.h"
#include "app/widget-tree.h"
#include "support/test-await.h"
#include "support/test-pki.h"

/* The windows beside the app's own: each opens, can be told by a screen reader, and closes. */

static StileWindow *main_window;

/* (transfer none) (nullable): the window above the app's own */
static GtkWidget *
find_window (void)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (window != GTK_WIDGET (main_window) && gtk_widget_get_mapped (window))
        return window;
    }

  return NULL;
}

static GtkWidget *
open_window (const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (main_window), action, NULL));
  test_await_until (find_window () != NULL);
  gtk_test_widget_wait_for_draw (find_window ());
  return find_window ();
}

static void
test_window (gconstpointer action)
{
  GtkWidget *window = open_window (action);

  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), !=, NULL);
  /* What is in the others is the platform's own. */
  if (g_str_has_prefix (G_OBJECT_TYPE_NAME (window), "Stile"))
    spoken_check (window);
  widget_tree_shoot (action);
  gtk_window_close (GTK_WINDOW (window));
  test_await_until (find_window () == NULL);
}

static void
test_tour (void)
{
  GtkWidget *window = open_window ("app.tour");

  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("app.tour-%u", i);

      spoken_check (window);
      widget_tree_shoot (name);
      gtk_widget_activate_action (window, "tour.next", NULL);
      test_await_idle ();
    }
  test_await_until (find_window () == NULL);
}

int
main (int argc, char **argv)
{
  static const char *const actions[] = { "win.preferences", "app.shortcuts", "app.about" };
  g_autofree char *data = test_pki_directory_new ();
  g_autoptr (StileSettings) settings = NULL;
  g_autoptr (StileApplication) application = NULL;
  int status;

  g_setenv ("XDG_DATA_HOME", data, TRUE);
  widget_tree_begin (&argc, &argv);
  settings = stile_settings_new ();
  application = stile_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  main_window = stile_window_new (GTK_APPLICATION (application), settings, NULL);
  gtk_window_present (GTK_WINDOW (main_window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (main_window));

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_autofree char *path = g_strdup_printf ("/windows/%s", actions[i]);

      g_test_add_data_func (path, actions[i], test_window);
    }
  g_test_add_func ("/windows/app.tour", test_tour);

  status = g_test_run ();
  gtk_window_destroy (GTK_WINDOW (main_window));
  test_await_idle ();
  test_pki_directory_remove (data);
  return status;
}

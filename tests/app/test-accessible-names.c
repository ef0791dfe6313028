/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/lab-window.h"
#include "app/spoken-check.h"
#include "app/widget-tree.h"

/* Everything that is seen in the app, step by step through the lab: what can be focused has a role and a name, and so has what
 * is drawn; what is only decoration says so. */

static void
test_bootstrap (gconstpointer scenario)
{
  g_autoptr (LabWindow) self = lab_window_new (scenario);

  do
    spoken_check (self->window);
  while (lab_window_walk_on (self));
}

static void
test_diagnose (gconstpointer scenario)
{
  g_autoptr (LabWindow) self = lab_window_new (scenario);

  lab_window_show_place (self, "diagnose");
  spoken_check (self->window);
  lab_window_diagnose (self, NULL);
  spoken_check (self->window);
}

static void
test_devices (void)
{
  g_autoptr (LabWindow) self = lab_window_new ("intercepted");

  lab_window_show_place (self, "devices");
  spoken_check (self->window);
  lab_window_add_devices (self);
  spoken_check (self->window);
  lab_window_start_devices (self);
  spoken_check (self->window);
}

static void
test_dialogs (void)
{
  static const char *const actions[] = { "add.one", "add.lab", "devices.agent" };
  g_autoptr (LabWindow) self = lab_window_new ("intercepted");

  lab_window_add_devices (self);
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      GtkWindow *dialog = lab_window_open_dialog (self, actions[i]);

      spoken_check (dialog);
      lab_window_close_dialog (self, dialog);
    }
}

int
main (int argc, char **argv)
{
  static const char *const scenarios[] = { "intercepted", "unknown-authority", "block-page",
                                           "voucher-for-another-device", "direct" };

  widget_tree_begin (&argc, &argv);

  for (gsize i = 0; i < G_N_ELEMENTS (scenarios); i++)
    {
      g_autofree char *walk = g_strdup_printf ("/accessible-names/bootstrap/%s", scenarios[i]);
      g_autofree char *diagnosis = g_strdup_printf ("/accessible-names/diagnose/%s", scenarios[i]);

      g_test_add_data_func (walk, scenarios[i], test_bootstrap);
      g_test_add_data_func (diagnosis, scenarios[i], test_diagnose);
    }
  g_test_add_func ("/accessible-names/devices", test_devices);
  g_test_add_func ("/accessible-names/dialogs", test_dialogs);

  return g_test_run ();
}

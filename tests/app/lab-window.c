/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/lab-window.h"

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

LabWindow *
lab_window_new (const char *scenario)
{
  LabWindow *self = g_new0 (LabWindow, 1);
  StileLabScenario found = STILE_LAB_INTERCEPTED;
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_lab_scenario_find (scenario, &found));
  self->lab = stile_lab_new ();
  stile_lab_set_scenario (self->lab, found);
  g_assert_true (stile_lab_start (self->lab, &error) && stile_lab_start_bench (self->lab, &error));
  g_assert_no_error (error);

  self->settings = stile_settings_new ();
  self->window = stile_window_new (get_application (), self->settings, self->lab);
  gtk_window_present (GTK_WINDOW (self->window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (self->window));
  self->bootstrap =
      STILE_BOOTSTRAP_PAGE (widget_tree_find_type (GTK_WIDGET (self->window), STILE_TYPE_BOOTSTRAP_PAGE));
  self->diagnose =
      STILE_DIAGNOSE_PAGE (widget_tree_find_type (GTK_WIDGET (self->window), STILE_TYPE_DIAGNOSE_PAGE));
  self->devices =
      STILE_DEVICES_PAGE (widget_tree_find_type (GTK_WIDGET (self->window), STILE_TYPE_DEVICES_PAGE));

  return self;
}

void
lab_window_free (LabWindow *self)
{
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *)&self->window);
  gtk_window_close (GTK_WINDOW (self->window));
  test_await_until (self->window == NULL);
  stile_lab_stop (self->lab);
  g_clear_object (&self->lab);
  g_clear_object (&self->settings);
  g_free (self);
}

static void
settle (LabWindow *self)
{
  test_await_idle ();
  gtk_test_widget_wait_for_draw (GTK_WIDGET (self->window));
}

void
lab_window_show_place (LabWindow *self, const char *name)
{
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.show-place", "s", name);
  settle (self);
}

/* As "Continue" does, until nothing runs any more.  Returns: whether that led anywhere */
gboolean
lab_window_walk_on (LabWindow *self)
{
  StileBootstrap *job = stile_bootstrap_page_get_job (self->bootstrap);
  StileBootstrapStep shown = stile_bootstrap_page_get_shown (self->bootstrap);
  StileBootstrapState state = stile_bootstrap_get_state (job, shown);

  gtk_widget_activate_action (GTK_WIDGET (self->bootstrap), "walk.forward", NULL);
  test_await_until (!stile_bootstrap_is_running (job));
  settle (self);

  return stile_bootstrap_page_get_shown (self->bootstrap) != shown ||
         stile_bootstrap_get_state (job, shown) != state;
}

void
lab_window_diagnose (LabWindow *self, const char *address)
{
  lab_window_show_place (self, "diagnose");
  stile_diagnose_page_run (self->diagnose, address != NULL ? address : stile_lab_get_service_url (self->lab));
  test_await_until (stile_diagnose_page_get_report (self->diagnose) != NULL);
  settle (self);
}

static GtkWindow *
find_dialog (LabWindow *self)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) each = g_list_model_get_item (windows, i);

      if (gtk_window_get_transient_for (each) == GTK_WINDOW (self->window) &&
          gtk_widget_get_mapped (GTK_WIDGET (each)))
        return each;
    }

  return NULL;
}

/* @action: of the place Devices, or of the window or the application */
GtkWindow *
lab_window_open_dialog (LabWindow *self, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self->devices), action, NULL));
  test_await_until (find_dialog (self) != NULL);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (find_dialog (self)));
  test_await_idle ();

  return find_dialog (self);
}

void
lab_window_close_dialog (LabWindow *self, GtkWindow *dialog)
{
  gtk_window_destroy (dialog);
  test_await_until (find_dialog (self) == NULL);
}

static StileDeviceStore *
get_store (LabWindow *self)
{
  StileStation *station = stile_devices_page_get_station (self->devices);

  return station != NULL ? stile_station_get_store (station) : NULL;
}

/* Those of the lab, as its dialog does it. */
void
lab_window_add_devices (LabWindow *self)
{
  GtkWindow *dialog;

  lab_window_show_place (self, "devices");
  test_await_until (get_store (self) != NULL);
  settle (self);
  dialog = lab_window_open_dialog (self, "add.lab");
  test_await_until (widget_tree_find_button_beginning (GTK_WIDGET (dialog), "Add ") != NULL);
  gtk_widget_activate (widget_tree_find_button_beginning (GTK_WIDGET (dialog), "Add "));
  test_await_until (g_list_model_get_n_items (G_LIST_MODEL (get_store (self))) > 0);
  test_await_until (find_dialog (self) == NULL);
  settle (self);
}

void
lab_window_start_devices (LabWindow *self)
{
  StileProvisioning *job;

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self->devices), "devices.start", NULL));
  test_await_until (stile_station_get_job (stile_devices_page_get_station (self->devices)) != NULL);
  job = stile_station_get_job (stile_devices_page_get_station (self->devices));
  test_await_until (stile_provisioning_is_busy (job));
  test_await_until (!stile_provisioning_is_busy (job));
  settle (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-devices-page.h"

#include <glib/gi18n-lib.h>

#include "app/stile-agent-dialog.h"
#include "app/stile-device-detail.h"
#include "app/stile-device-table.h"
#include "app/stile-devices-exporting.h"
#include "app/stile-devices-status.h"
#include "app/stile-help-topic.h"
#include "app/stile-notice.h"
#include "app/stile-text.h"
#include "atls/stile-error.h"
#include "inventory/stile-provisioning-list.h"

/**
 * StileDevicesPage:
 *
 * The place Devices: the list and one of them in detail, what is added to it, and the queue.  It shows a StileStation, and
 * tells it what a person wants.
 */
struct _StileDevicesPage
{
  GtkWidget parent_instance;

  StileStation *station;   /* NULL until it is set up */
  StileStationSetup setup; /* its own */
  gboolean wants_start;    /* as soon as it is known where to go */
  StileDevicesAdding *adding;
  guint inhibited;
  GCancellable *cancellable;

  GtkStack *stack;
  AdwStatusPage *problem;
  AdwLeaflet *leaflet;
  StileDevicesStatus *status;
  StileDeviceTable *table;
  StileDeviceDetail *detail;
  GtkActionBar *batch;
  GtkLabel *selected;
};

G_DEFINE_FINAL_TYPE (StileDevicesPage, stile_devices_page, GTK_TYPE_WIDGET)

static guint agent_changed_signal;

static void show (StileDevicesPage *self);

static void
drop_station (StileDevicesPage *self)
{
  if (self->station == NULL)
    return;

  stile_devices_adding_set_station (self->adding, NULL);
  g_signal_handlers_disconnect_by_data (self->station, self);
  stile_station_end (self->station);
  g_clear_object (&self->station);
}

static void
stile_devices_page_dispose (GObject *object)
{
  StileDevicesPage *self = STILE_DEVICES_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  drop_station (self);
  g_clear_object (&self->adding);
  g_clear_pointer ((GtkWidget **)&self->stack, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_devices_page_parent_class)->dispose (object);
}

static void
stile_devices_page_finalize (GObject *object)
{
  StileDevicesPage *self = STILE_DEVICES_PAGE (object);

  stile_station_setup_clear (&self->setup);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (stile_devices_page_parent_class)->finalize (object);
}

static void
toast (StileDevicesPage *self, const char *message)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-toast", "s", message);
}

static StileDeviceStore *
get_store (StileDevicesPage *self)
{
  return self->station != NULL ? stile_station_get_store (self->station) : NULL;
}

static GtkWindow *
get_window (StileDevicesPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

/* --- what is shown --- */

static gboolean
is_busy (StileDevicesPage *self)
{
  StileProvisioning *job = self->station != NULL ? stile_station_get_job (self->station) : NULL;

  return job != NULL && stile_provisioning_is_busy (job);
}

/* A laptop whose lid is open does not go to sleep over a batch. */
static void
inhibit (StileDevicesPage *self)
{
  GApplication *application = g_application_get_default ();
  gboolean busy = is_busy (self);

  if (!GTK_IS_APPLICATION (application))
    return;
  if (busy && self->inhibited == 0)
    self->inhibited =
        gtk_application_inhibit (GTK_APPLICATION (application), get_window (self),
                                 GTK_APPLICATION_INHIBIT_SUSPEND, _ ("Devices are provisioned"));
  else if (!busy && self->inhibited != 0)
    {
      gtk_application_uninhibit (GTK_APPLICATION (application), self->inhibited);
      self->inhibited = 0;
    }
}

static void
show_selection (StileDevicesPage *self)
{
  guint count = stile_device_table_count_selected (self->table);
  g_autofree char *text = g_strdup_printf (ngettext ("%u device", "%u devices", count), count);
  g_autoptr (GPtrArray) devices = NULL;

  gtk_label_set_text (self->selected, text);
  gtk_action_bar_set_revealed (self->batch, count > 1);
  if (count != 1)
    return;

  devices = stile_device_table_get_selected (self->table);
  stile_device_detail_show (self->detail, get_store (self), g_ptr_array_index (devices, 0));
}

static void
show (StileDevicesPage *self)
{
  StileDeviceStore *store = get_store (self);
  gboolean empty = store == NULL || g_list_model_get_n_items (G_LIST_MODEL (store)) == 0;

  stile_devices_status_show (self->status, self->station);
  stile_device_table_refresh (self->table);
  if (store != NULL)
    gtk_stack_set_visible_child_name (self->stack, empty ? "empty" : "devices");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "devices.pause", is_busy (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "devices.start", !empty);
  inhibit (self);
}

static void
devices_changed (StileDevicesPage *self)
{
  StileDevice *device = stile_device_detail_get_device (self->detail);

  if (device != NULL &&
      stile_device_store_find (get_store (self), stile_device_get_serial (device)) != device)
    stile_device_detail_show (self->detail, get_store (self), NULL);
  show (self);
}

static void
station_over (StileDevicesPage *self)
{
  g_autofree char *text = stile_devices_status_describe (get_store (self));

  stile_notice_send (GTK_WIDGET (self), "devices", _ ("The devices are through"), text);
}

static void
opened_one (StileDeviceTable *table, StileDevice *device, StileDevicesPage *self)
{
  stile_device_detail_show (self->detail, get_store (self), device);
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
}

static void
go_back (GtkWidget *widget, const char *action, GVariant *parameter)
{
  adw_leaflet_navigate (STILE_DEVICES_PAGE (widget)->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static void
folded_changed (StileDevicesPage *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "devices.back", adw_leaflet_get_folded (self->leaflet));
}

/* --- the store --- */

static void
fail (StileDevicesPage *self, const char *message)
{
  g_autofree char *escaped = g_markup_escape_text (message, -1);

  adw_status_page_set_description (self->problem, escaped);
  gtk_stack_set_visible_child_name (self->stack, "problem");
}

static void
opened (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileDevicesPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean good = stile_station_open_finish (STILE_STATION (object), result, &error);

  if (self->station != STILE_STATION (object))
    return;
  if (!good)
    {
      fail (self, error->message);
      return;
    }

  g_signal_connect_object (get_store (self), "items-changed", G_CALLBACK (devices_changed), self,
                           G_CONNECT_SWAPPED);
  stile_device_table_set_store (self->table, get_store (self));
  show (self);
  stile_devices_adding_set_station (self->adding, self->station);
}

static void
open_station (StileDevicesPage *self)
{
  drop_station (self);
  stile_device_detail_show (self->detail, NULL, NULL);
  stile_device_table_set_store (self->table, NULL);
  self->station = stile_station_new (&self->setup);
  g_signal_connect_swapped (self->station, "changed", G_CALLBACK (show), self);
  g_signal_connect_swapped (self->station, "over", G_CALLBACK (station_over), self);
  gtk_stack_set_visible_child_name (self->stack, "loading");
  stile_station_open_async (self->station, self->cancellable, opened, g_object_ref (self));
}

static void
open_again (GtkWidget *widget, const char *action, GVariant *parameter)
{
  open_station (STILE_DEVICES_PAGE (widget));
}

/* --- where to go, and as whom --- */

static void
agent_accepted (StileAgentDialog *dialog, StileDevicesPage *self)
{
  StileStationSetup wanted = self->setup;
  StileStationSetup before = self->setup;

  stile_agent_dialog_fill (dialog, &wanted);
  stile_station_setup_copy (&self->setup, &wanted);
  stile_station_setup_clear (&before);
  stile_station_set_agent (self->station, &self->setup);
  g_signal_emit (self, agent_changed_signal, 0);
  if (self->wants_start)
    gtk_widget_activate_action (GTK_WIDGET (self), "devices.start", NULL);
  self->wants_start = FALSE;
}

static void
choose_agent (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileDevicesPage *self = STILE_DEVICES_PAGE (widget);
  StileAgentDialog *dialog = stile_agent_dialog_new (get_window (self), &self->setup);

  g_signal_connect_object (dialog, "accepted", G_CALLBACK (agent_accepted), self, G_CONNECT_DEFAULT);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- the queue --- */

static void
started (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileDevicesPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!stile_station_start_finish (STILE_STATION (object), result, &error) &&
      !stile_error_is_cancelled (error))
    toast (self, error->message);
  show (self);
}

static void
start_devices (StileDevicesPage *self, GPtrArray *devices)
{
  if (!stile_station_has_agent (self->station))
    {
      self->wants_start = TRUE;
      choose_agent (GTK_WIDGET (self), NULL, NULL);
      return;
    }

  stile_station_start_async (self->station, devices, self->cancellable, started, g_object_ref (self));
}

static void
start_in (StileDevicesPage *self, guint states)
{
  g_autoptr (GPtrArray) devices = stile_provisioning_list_select (G_LIST_MODEL (get_store (self)), states);

  start_devices (self, devices);
}

/* A failed one is tried again by name, not along with all others. */
static void
start (GtkWidget *widget, const char *action, GVariant *parameter)
{
  start_in (STILE_DEVICES_PAGE (widget), STILE_PROVISIONING_LIST_BIT (STILE_DEVICE_NEW) |
                                             STILE_PROVISIONING_LIST_BIT (STILE_DEVICE_STOPPED));
}

static void
retry_failed (GtkWidget *widget, const char *action, GVariant *parameter)
{
  start_in (STILE_DEVICES_PAGE (widget), STILE_PROVISIONING_LIST_BIT (STILE_DEVICE_FAILED) |
                                             STILE_PROVISIONING_LIST_BIT (STILE_DEVICE_REFUSED));
}

static void
pause_queue (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileProvisioning *job = stile_station_get_job (STILE_DEVICES_PAGE (widget)->station);

  if (job != NULL)
    stile_provisioning_set_paused (job, !stile_provisioning_is_paused (job));
}

static void
stopped (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileDevicesPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!stile_provisioning_order_finish (STILE_PROVISIONING (object), result, &error))
    toast (self, error->message);
  show (self);
}

static void
stop_devices (StileDevicesPage *self, GPtrArray *devices)
{
  StileProvisioning *job = stile_station_get_job (self->station);

  if (job != NULL)
    stile_provisioning_stop_async (job, devices, stopped, g_object_ref (self));
}

/* (transfer full) */
static GPtrArray *
get_one (StileDevicesPage *self)
{
  GPtrArray *devices = g_ptr_array_new_with_free_func (g_object_unref);

  if (stile_device_detail_get_device (self->detail) != NULL)
    g_ptr_array_add (devices, g_object_ref (stile_device_detail_get_device (self->detail)));
  return devices;
}

/* "…-one" is for the one in detail, "…-selected" for the selected ones. (transfer full) */
static GPtrArray *
get_meant (StileDevicesPage *self, const char *action)
{
  return g_str_has_suffix (action, "-one") ? get_one (self) : stile_device_table_get_selected (self->table);
}

static void
start_meant (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GPtrArray) devices = get_meant (STILE_DEVICES_PAGE (widget), action);

  start_devices (STILE_DEVICES_PAGE (widget), devices);
}

static void
stop_meant (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GPtrArray) devices = get_meant (STILE_DEVICES_PAGE (widget), action);

  stop_devices (STILE_DEVICES_PAGE (widget), devices);
}

static void
export_meant (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileDevicesPage *self = STILE_DEVICES_PAGE (widget);
  g_autoptr (GPtrArray) devices = g_str_has_suffix (action, "-selected") ? get_meant (self, action) : NULL;

  stile_devices_exporting_choose (widget, self->station, devices, self->cancellable);
}

static void
removed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileDevicesPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!stile_device_store_remove_finish (STILE_DEVICE_STORE (object), result, &error))
    toast (self, error->message);
}

/* What something is being done with stays. */
static void
remove_selected (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileDevicesPage *self = STILE_DEVICES_PAGE (widget);
  g_autoptr (GPtrArray) devices = stile_device_table_get_selected (self->table);

  for (guint i = devices->len; i > 0; i--)
    if (stile_device_get_state (g_ptr_array_index (devices, i - 1)) == STILE_DEVICE_RUNNING)
      g_ptr_array_remove_index (devices, i - 1);
  stile_device_store_remove_async (get_store (self), devices, NULL, removed, g_object_ref (self));
}

static void
select_all (GtkWidget *widget, const char *action, GVariant *parameter)
{
  stile_device_table_select_all (STILE_DEVICES_PAGE (widget)->table);
}

static void
look_for (GtkWidget *widget, const char *action, GVariant *parameter)
{
  stile_device_table_search (STILE_DEVICES_PAGE (widget)->table);
}

/* --- the class --- */

static void
stile_devices_page_class_init (StileDevicesPageClass *klass)
{
  static const struct
  {
    const char *name;
    GtkWidgetActionActivateFunc func;
  } actions[] = {
    { "devices.start", start },
    { "devices.retry", retry_failed },
    { "devices.pause", pause_queue },
    { "devices.start-one", start_meant },
    { "devices.stop-one", stop_meant },
    { "devices.start-selected", start_meant },
    { "devices.stop-selected", stop_meant },
    { "devices.export", export_meant },
    { "devices.export-selected", export_meant },
    { "devices.remove-selected", remove_selected },
    { "devices.select-all", select_all },
    { "devices.search", look_for },
    { "devices.agent", choose_agent },
    { "devices.open-again", open_again },
    { "devices.back", go_back },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_devices_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = stile_devices_page_finalize;

  agent_changed_signal = g_signal_new ("agent-changed", STILE_TYPE_DEVICES_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (STILE_TYPE_DEVICE_DETAIL);
  g_type_ensure (STILE_TYPE_DEVICE_TABLE);
  g_type_ensure (STILE_TYPE_DEVICES_STATUS);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-devices-page.ui");
  gtk_widget_class_bind_template_child (widget_class, StileDevicesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, StileDevicesPage, problem);
  gtk_widget_class_bind_template_child (widget_class, StileDevicesPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, StileDevicesPage, status);
  gtk_widget_class_bind_template_child (widget_class, StileDevicesPage, table);
  gtk_widget_class_bind_template_child (widget_class, StileDevicesPage, detail);
  gtk_widget_class_bind_template_child (widget_class, StileDevicesPage, batch);
  gtk_widget_class_bind_template_child (widget_class, StileDevicesPage, selected);
  gtk_widget_class_bind_template_callback (widget_class, show_selection);
  gtk_widget_class_bind_template_callback (widget_class, opened_one);
  gtk_widget_class_bind_template_callback (widget_class, folded_changed);
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].func);
}

static void
stile_devices_page_init (StileDevicesPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_help_topic_set (GTK_WIDGET (self), "devices");
  stile_text_let_wrap (GTK_WIDGET (self));
  self->adding = stile_devices_adding_new (GTK_WIDGET (self));
  folded_changed (self);
}

/**
 * stile_devices_page_set_up:
 *
 * Opens the station: what was in the queue is shown, and goes on when somebody starts it.
 */
void
stile_devices_page_set_up (StileDevicesPage *self, const StileStationSetup *setup)
{
  stile_station_setup_clear (&self->setup);
  stile_station_setup_copy (&self->setup, setup);
  open_station (self);
}

/**
 * stile_devices_page_get_adding:
 *
 * Returns: (transfer none): how devices come into the list
 */
StileDevicesAdding *
stile_devices_page_get_adding (StileDevicesPage *self)
{
  return self->adding;
}

/**
 * stile_devices_page_fill_setup:
 * @setup: gets what is set now, borrowed
 */
void
stile_devices_page_fill_setup (StileDevicesPage *self, StileStationSetup *setup)
{
  *setup = self->setup;
}

/**
 * stile_devices_page_get_station:
 *
 * Returns: (transfer none) (nullable): what it shows
 */
StileStation *
stile_devices_page_get_station (StileDevicesPage *self)
{
  return self->station;
}

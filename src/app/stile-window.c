/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-window.h"

#include <glib/gi18n-lib.h>

#include "app/stile-bootstrap-page.h"
#include "app/stile-devices-page.h"
#include "app/stile-diagnose-page.h"
#include "app/stile-dialogs.h"
#include "app/stile-lab-strip.h"
#include "app/stile-opening.h"
#include "app/stile-preferences.h"
#include "app/stile-profile-actions.h"
#include "app/stile-speech.h"
#include "bootstrap/stile-nss-store.h"
#include "bootstrap/stile-pem-store.h"
#include "bootstrap/stile-trust-stores.h"
#include "transport/stile-http-carrier.h"

/**
 * StileWindow:
 *
 * The one window: header bar, the lab's strip, and the places.  It makes the jobs that its places show, and tells what
 * its pages have to say in toasts.
 */
struct _StileWindow
{
  AdwApplicationWindow parent_instance;

  StileSettings *settings;
  StileLab *lab; /* NULL: not in the lab */
  StileProfileActions *profiles;

  AdwToastOverlay *toasts;
  StileLabStrip *lab_strip;
  AdwViewStack *places;
  StileBootstrapPage *bootstrap_page;
  StileDiagnosePage *diagnose_page;
  StileDevicesPage *devices_page;
};

G_DEFINE_FINAL_TYPE (StileWindow, stile_window, ADW_TYPE_APPLICATION_WINDOW)

static void
stile_window_dispose (GObject *object)
{
  StileWindow *self = STILE_WINDOW (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->lab);
  g_clear_object (&self->profiles);

  G_OBJECT_CLASS (stile_window_parent_class)->dispose (object);
}

static gboolean
stile_window_close_request (GtkWindow *window)
{
  StileWindow *self = STILE_WINDOW (window);
  int width, height;

  gtk_window_get_default_size (window, &width, &height);
  stile_settings_keep_window (self->settings, width, height, gtk_window_is_maximized (window));
  stile_settings_keep_place (self->settings, adw_view_stack_get_visible_child_name (self->places));

  return GTK_WINDOW_CLASS (stile_window_parent_class)->close_request (window);
}

static void
show_toast (GtkWidget *widget, const char *action, GVariant *parameter)
{
  const char *text = g_variant_get_string (parameter, NULL);
  AdwToast *toast = stile_dialogs_make_toast (text);
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (widget));

  /* A toast takes no focus: what has it tells the same. */
  if (focus != NULL)
    stile_speech_set_description (focus, text);
  adw_toast_set_timeout (toast, 3);
  adw_toast_overlay_add_toast (STILE_WINDOW (widget)->toasts, toast);
}

static gboolean
shows_diagnose (StileWindow *self)
{
  return g_strcmp0 (adw_view_stack_get_visible_child_name (self->places), "diagnose") == 0;
}

static void
save_report (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileWindow *self = STILE_WINDOW (widget);

  if (shows_diagnose (self))
    gtk_widget_activate_action (GTK_WIDGET (self->diagnose_page), "diagnose.save", NULL);
  else
    gtk_widget_activate_action (GTK_WIDGET (self->bootstrap_page), "walk.save-report", NULL);
}

static void
open_file (GtkWidget *widget, const char *action, GVariant *parameter)
{
  stile_opening_choose (STILE_WINDOW (widget));
}

/* Whoever comes by a key goes on by keys: from the header bar they get into the place. */
static void
show_place (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileWindow *self = STILE_WINDOW (widget);
  GtkWidget *focus, *place;

  adw_view_stack_set_visible_child_name (self->places, g_variant_get_string (parameter, NULL));
  focus = gtk_root_get_focus (GTK_ROOT (self));
  place = adw_view_stack_get_visible_child (self->places);
  if (focus == NULL || !gtk_widget_is_ancestor (focus, place))
    gtk_widget_child_focus (place, GTK_DIR_TAB_FORWARD);
}

static StileProfile *
make_profile (StileWindow *self)
{
  StileProfile *profile = stile_profile_new ();

  if (self->lab == NULL)
    {
      stile_settings_fill_profile (self->settings, profile);
      return profile;
    }

  g_object_set (profile, "service", stile_lab_get_service_url (self->lab), "anchors",
                stile_lab_get_anchors_file (self->lab), "certificate",
                stile_lab_get_certificate_file (self->lab), "key", stile_lab_get_key_file (self->lab),
                "proxy", stile_lab_get_proxy_url (self->lab), "trust", STILE_TRUST_VOUCHER, NULL);
  return profile;
}

/* What the lab installs stays in the lab's own folder, which goes with it: a store of Stile's own, a database as a browser
 * has one, a file. */
static GListModel *
make_lab_stores (const char *directory)
{
  GListStore *stores = g_list_store_new (STILE_TYPE_TRUST_STORE);
  g_autofree char *path = g_build_filename (directory, "domain-roots.pem", NULL);
  g_autofree char *database = g_build_filename (directory, "nssdb", NULL);
  g_autoptr (StileTrustStore) own = stile_pem_store_new_own (directory);
  g_autoptr (StileTrustStore) browser = stile_nss_store_new (database);
  g_autoptr (StileTrustStore) file = stile_pem_store_new_file (path);

  g_list_store_append (stores, own);
  g_list_store_append (stores, browser);
  g_list_store_append (stores, file);

  return G_LIST_MODEL (stores);
}

static GListModel *
make_stores (StileWindow *self)
{
  return self->lab != NULL
             ? make_lab_stores (stile_lab_get_directory (self->lab))
             : G_LIST_MODEL (stile_trust_stores_find (g_get_user_data_dir (), g_get_home_dir ()));
}

static void
begin_walk (StileWindow *self)
{
  const char *directory = self->lab != NULL ? stile_lab_get_directory (self->lab) : g_get_user_data_dir ();
  g_autoptr (StileProfile) profile = make_profile (self);
  g_autoptr (GListModel) stores = make_stores (self);
  g_autoptr (StileTrustRecord) record = stile_trust_record_new (directory);
  g_autoptr (StileBootstrap) job = stile_bootstrap_new (STILE_TYPE_HTTP_CARRIER, profile, stores);

  stile_bootstrap_set_record (job, record);
  stile_bootstrap_set_data_directory (job, directory);
  stile_bootstrap_page_set_job (self->bootstrap_page, job);
}

/* The same service, proxy and anchors as the walk's; what is found stays with the lab's folder, or with this computer's. */
static void
set_up_diagnose (StileWindow *self)
{
  const char *directory = self->lab != NULL ? stile_lab_get_directory (self->lab) : NULL;
  g_autofree char *folder = directory != NULL
                                ? g_build_filename (directory, "diagnoses", NULL)
                                : g_build_filename (g_get_user_data_dir (), "stile", "diagnoses", NULL);
  g_autofree char *known = directory != NULL ? g_build_filename (directory, "known-authorities", NULL) : NULL;
  g_autoptr (StileProfile) profile = make_profile (self);
  g_autofree char *anchors = NULL, *certificate = NULL, *key = NULL;

  g_object_get (profile, "anchors", &anchors, "certificate", &certificate, "key", &key, NULL);
  stile_diagnose_page_set_up (
      self->diagnose_page,
      &(StileDiagnoseSetup){
          .address = stile_profile_get_service (profile),
          .proxy = stile_profile_get_proxy (profile),
          /* There the walk's anchors are the manufacturer's, and the service is the domain's. */
          .anchors = self->lab != NULL ? stile_lab_get_domain_file (self->lab) : anchors,
          .certificate = certificate,
          .key = key,
          .folder = folder,
          .known = known });
}

/* The lab's devices, and its inventory in a folder of its own: whoever makes a database locks the folder first, and the lab has
 * locked its own. */
static void
set_up_lab_devices (StileWindow *self)
{
  g_autofree char *inventory =
      g_build_filename (stile_lab_get_directory (self->lab), "inventory", "devices.db", NULL);
  g_autoptr (GFile) list = g_file_new_for_path (stile_lab_get_device_list (self->lab));

  stile_devices_adding_set_bench (stile_devices_page_get_adding (self->devices_page), list);
  stile_devices_page_set_up (self->devices_page,
                             &(StileStationSetup){ .inventory = inventory,
                                                   .registrar = stile_lab_get_service_url (self->lab),
                                                   .anchors = stile_lab_get_domain_file (self->lab),
                                                   .certificate = stile_lab_get_agent_certificate (self->lab),
                                                   .key = stile_lab_get_agent_key (self->lab),
                                                   .proxy = stile_lab_get_proxy_url (self->lab) });
}

static void
set_up_devices (StileWindow *self)
{
  StileStationSetup setup;

  if (self->lab != NULL)
    {
      set_up_lab_devices (self);
      return;
    }

  stile_settings_fill_station (self->settings, &setup);
  stile_devices_page_set_up (self->devices_page, &setup);
  stile_station_setup_clear (&setup);
}

static void
agent_changed (StileDevicesPage *page, StileWindow *self)
{
  StileStationSetup setup;

  if (self->lab != NULL)
    return;

  stile_devices_page_fill_setup (page, &setup);
  stile_settings_keep_station (self->settings, &setup);
}

/* What was learnt on the way that was is not true of the new one. */
static void
scenario_changed (StileLabStrip *strip, StileWindow *self)
{
  stile_lab_set_scenario (self->lab, stile_lab_strip_get_scenario (strip));
  begin_walk (self);
  set_up_diagnose (self);
}

static void
profile_accepted (StileBootstrapPage *page, StileWindow *self)
{
  StileBootstrap *job = stile_bootstrap_page_get_job (page);

  /* The lab's addresses and keys are gone with it. */
  if (self->lab == NULL)
    stile_settings_keep_profile (self->settings, stile_bootstrap_get_profile (job));
  set_up_diagnose (self);
}

/* --- profiles --- */

static StileProfile *
get_current (StileWindow *self)
{
  return stile_bootstrap_get_profile (stile_bootstrap_page_get_job (self->bootstrap_page));
}

/* From now on the app goes there; the walk begins again, and nothing is sent before a person goes on. */
static void
profile_used (StileProfileActions *actions, StileProfile *profile, StileWindow *self)
{
  g_autoptr (StileProfile) merged = stile_profile_new ();

  stile_profile_take_over (merged, get_current (self));
  stile_profile_take_over (merged, profile);
  stile_settings_keep_profile (self->settings, merged);
  begin_walk (self);
  set_up_diagnose (self);
  adw_view_stack_set_visible_child_name (self->places, "bootstrap");
}

static void
use_profile (GtkWidget *widget, const char *action, GVariant *parameter)
{
  stile_profile_actions_use (STILE_WINDOW (widget)->profiles, g_variant_get_string (parameter, NULL));
}

static void
import_profile (GtkWidget *widget, const char *action, GVariant *parameter)
{
  stile_profile_actions_import (STILE_WINDOW (widget)->profiles, widget,
                                g_variant_get_string (parameter, NULL));
}

static void
show_preferences (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileWindow *self = STILE_WINDOW (widget);

  gtk_window_present (
      GTK_WINDOW (stile_preferences_new (GTK_WINDOW (self), self->profiles, get_current (self))));
}

/* The lab has one service, and nothing leaves it: profiles are for outside. */
static void
set_up_profiles (StileWindow *self)
{
  static const char *const actions[] = { "win.use-profile", "win.import-profile", "win.preferences" };
  g_autoptr (StileProfileStore) store = stile_profile_store_new_default ();
  g_autoptr (GError) error = NULL;

  self->profiles = stile_profile_actions_new (self->settings, store);
  g_signal_connect_object (self->profiles, "used", G_CALLBACK (profile_used), self, G_CONNECT_DEFAULT);
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i], self->lab == NULL);
  if (self->lab != NULL)
    return;

  if (!stile_profile_store_load (store, &error))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-toast", "s", error->message);
  stile_bootstrap_page_set_profiles (self->bootstrap_page, self->settings, store);
}

/* --- what is kept --- */

static void
reports_kept_changed (GSettings *store, const char *key, StileWindow *self)
{
  stile_diagnose_page_set_reports_kept (self->diagnose_page, g_settings_get_uint (store, "reports-kept"));
}

static void
follow_settings (StileWindow *self)
{
  GSettings *store = stile_settings_get_store (self->settings);

  if (store == NULL)
    return;

  g_signal_connect_object (store, "changed::reports-kept", G_CALLBACK (reports_kept_changed), self,
                           G_CONNECT_DEFAULT);
  reports_kept_changed (store, "reports-kept", self);
}

static void
stile_window_class_init (StileWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = stile_window_close_request;

  g_type_ensure (STILE_TYPE_BOOTSTRAP_PAGE);
  g_type_ensure (STILE_TYPE_DEVICES_PAGE);
  g_type_ensure (STILE_TYPE_DIAGNOSE_PAGE);
  g_type_ensure (STILE_TYPE_LAB_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-window.ui");
  gtk_widget_class_bind_template_child (widget_class, StileWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, StileWindow, lab_strip);
  gtk_widget_class_bind_template_child (widget_class, StileWindow, places);
  gtk_widget_class_bind_template_child (widget_class, StileWindow, bootstrap_page);
  gtk_widget_class_bind_template_child (widget_class, StileWindow, devices_page);
  gtk_widget_class_bind_template_child (widget_class, StileWindow, diagnose_page);
  gtk_widget_class_bind_template_callback (widget_class, scenario_changed);
  gtk_widget_class_bind_template_callback (widget_class, profile_accepted);
  gtk_widget_class_bind_template_callback (widget_class, agent_changed);
  gtk_widget_class_install_action (widget_class, "win.open", NULL, open_file);
  gtk_widget_class_install_action (widget_class, "win.save-report", NULL, save_report);
  gtk_widget_class_install_action (widget_class, "win.show-toast", "s", show_toast);
  gtk_widget_class_install_action (widget_class, "win.show-place", "s", show_place);
  gtk_widget_class_install_action (widget_class, "win.use-profile", "s", use_profile);
  gtk_widget_class_install_action (widget_class, "win.import-profile", "s", import_profile);
  gtk_widget_class_install_action (widget_class, "win.preferences", NULL, show_preferences);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_comma, GDK_CONTROL_MASK, "win.preferences",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, GDK_CONTROL_MASK, "win.open", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1, GDK_CONTROL_MASK, "win.show-place", "s",
                                       "bootstrap");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_2, GDK_CONTROL_MASK, "win.show-place", "s",
                                       "diagnose");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_3, GDK_CONTROL_MASK, "win.show-place", "s",
                                       "devices");
}

static void
stile_window_init (StileWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_opening_take_drops (self);
}

/* In the lab one begins at the beginning. */
static void
show_last_place (StileWindow *self)
{
  g_autofree char *place = self->lab == NULL ? stile_settings_get_place (self->settings) : NULL;

  if (place != NULL && adw_view_stack_get_child_by_name (self->places, place) != NULL)
    adw_view_stack_set_visible_child_name (self->places, place);
}

/**
 * stile_window_new:
 * @lab: (nullable): the lab to walk in, which is up
 */
StileWindow *
stile_window_new (GtkApplication *application, StileSettings *settings, StileLab *lab)
{
  StileWindow *self = g_object_new (STILE_TYPE_WINDOW, "application", application, NULL);
  int width, height;

  self->settings = g_object_ref (settings);
  g_set_object (&self->lab, lab);

  if (stile_settings_get_window (settings, &width, &height))
    gtk_window_maximize (GTK_WINDOW (self));
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  gtk_widget_set_visible (GTK_WIDGET (self->lab_strip), lab != NULL);
  if (lab != NULL)
    {
      stile_lab_strip_set_scenario (self->lab_strip, stile_lab_get_scenario (lab));
      stile_bootstrap_page_set_places_note (
          self->bootstrap_page,
          _ ("In the lab, only places in its own folder are offered. They go with it."));
    }
  follow_settings (self);
  begin_walk (self);
  set_up_diagnose (self);
  set_up_devices (self);
  set_up_profiles (self);
  show_last_place (self);

  return self;
}

/**
 * stile_window_show_report:
 *
 * Shows the place Diagnose, and a report of before or of somebody else.
 */
void
stile_window_show_report (StileWindow *self, StileReport *report)
{
  adw_view_stack_set_visible_child_name (self->places, "diagnose");
  stile_diagnose_page_show (self->diagnose_page, report);
}

/**
 * stile_window_diagnose:
 * @address: as people type it
 *
 * Shows the place Diagnose, and looks at @address.
 */
void
stile_window_diagnose (StileWindow *self, const char *address)
{
  adw_view_stack_set_visible_child_name (self->places, "diagnose");
  stile_diagnose_page_run (self->diagnose_page, address);
}

/**
 * stile_window_show_devices:
 * @list: a file with devices; empty for none
 *
 * Shows the place Devices, and what is understood of that list.
 */
void
stile_window_show_devices (StileWindow *self, const char *list)
{
  g_autoptr (GFile) file = g_file_new_for_path (list);

  if (*list != '\0')
    stile_window_add_devices (self, file);
  else
    adw_view_stack_set_visible_child_name (self->places, "devices");
}

/**
 * stile_window_add_devices:
 * @list: a list of devices
 *
 * Shows the place Devices, and what is understood of that list; nothing is added before somebody says so.
 */
void
stile_window_add_devices (StileWindow *self, GFile *list)
{
  adw_view_stack_set_visible_child_name (self->places, "devices");
  stile_devices_adding_import (stile_devices_page_get_adding (self->devices_page), list);
}

/**
 * stile_window_get_place:
 *
 * Returns: (transfer none): "bootstrap", "diagnose" or "devices"
 */
const char *
stile_window_get_place (StileWindow *self)
{
  return adw_view_stack_get_visible_child_name (self->places);
}

/**
 * stile_window_show_place:
 * @place: "bootstrap", "diagnose" or "devices"
 *
 * Returns: whether there is such a place
 */
gboolean
stile_window_show_place (StileWindow *self, const char *place)
{
  if (adw_view_stack_get_child_by_name (self->places, place) == NULL)
    return FALSE;

  adw_view_stack_set_visible_child_name (self->places, place);
  return TRUE;
}

static gboolean
leads_outside (StileWindow *self)
{
  if (self->lab != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-toast", "s",
                                _ ("This window is the lab, which goes nowhere else"));
  return self->lab == NULL;
}

/**
 * stile_window_invite:
 * @link: of a service's operator, or of anybody
 *
 * Asks whether that service shall be used.
 */
void
stile_window_invite (StileWindow *self, const char *link)
{
  if (leads_outside (self))
    stile_profile_actions_invite (self->profiles, GTK_WIDGET (self), link);
}

/**
 * stile_window_offer_profile:
 * @profile: of a file that somebody opened
 *
 * Asks whether that service shall be used.
 */
void
stile_window_offer_profile (StileWindow *self, StileProfile *profile)
{
  if (leads_outside (self))
    stile_profile_actions_offer (self->profiles, GTK_WIDGET (self), profile);
}

/**
 * stile_window_get_shown:
 *
 * Returns: (transfer none): the page of the place that is shown
 */
GtkWidget *
stile_window_get_shown (StileWindow *self)
{
  return adw_view_stack_get_visible_child (self->places);
}

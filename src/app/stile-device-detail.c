/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-device-detail.h"

#include <glib/gi18n-lib.h>

#include "app/stile-copy-row.h"
#include "app/stile-device-icon.h"
#include "app/stile-device-row.h"
#include "app/stile-help-topic.h"
#include "app/stile-speech.h"
#include "atls/stile-error.h"
#include "inventory/stile-device-details.h"

/* Of a device's history the newest are shown. */
#define MAX_EVENTS 200

/**
 * StileDeviceDetail:
 *
 * One device: how it is and why, how far, who it is, what it was given, and what happened to it.
 */
struct _StileDeviceDetail
{
  GtkWidget parent_instance;

  StileDeviceStore *store;
  StileDevice *device; /* or NULL */
  GCancellable *loading;
  guint tick;

  GtkWidget *nobody;
  GtkWidget *content;
  GtkImage *icon;
  GtkLabel *state;
  GtkLabel *message;
  GtkLabel *countdown;
  GtkProgressBar *progress;
  GtkWidget *retry;
  GtkWidget *stop;
  AdwPreferencesGroup *facts;
  GtkListBox *fact_list;
  AdwPreferencesGroup *history;
  GtkListBox *history_list;
};

G_DEFINE_FINAL_TYPE (StileDeviceDetail, stile_device_detail, GTK_TYPE_WIDGET)

static void
forget (StileDeviceDetail *self)
{
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_handle_id (&self->tick, g_source_remove);
  if (self->device != NULL)
    g_signal_handlers_disconnect_by_data (self->device, self);
  g_clear_object (&self->device);
}

static void
stile_device_detail_dispose (GObject *object)
{
  StileDeviceDetail *self = STILE_DEVICE_DETAIL (object);

  forget (self);
  g_clear_object (&self->store);
  g_clear_pointer (&self->nobody, gtk_widget_unparent);
  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_device_detail_parent_class)->dispose (object);
}

/* --- what it is --- */

static void
clear_list (GtkListBox *list)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (list))) != NULL)
    gtk_list_box_remove (list, child);
}

static void
add_fact (StileDeviceDetail *self, const char *title, const char *text)
{
  GtkWidget *row;

  if (text == NULL || *text == '\0')
    return;

  row = g_object_new (STILE_TYPE_COPY_ROW, "title", title, NULL);
  stile_copy_row_set_text (STILE_COPY_ROW (row), text);
  gtk_list_box_append (self->fact_list, row);
}

static void
show_facts (StileDeviceDetail *self, StilePrmDossier *dossier)
{
  g_autoptr (StileCertificate) certificate =
      dossier != NULL ? stile_prm_dossier_read_certificate (dossier, NULL) : NULL;

  clear_list (self->fact_list);
  add_fact (self, _ ("Serial number"), stile_device_get_serial (self->device));
  add_fact (self, _ ("Name"), stile_device_get_name (self->device));
  add_fact (self, _ ("Model"), stile_device_get_model (self->device));
  add_fact (self, _ ("Address"), stile_device_get_address (self->device));
  add_fact (self, _ ("Note"), stile_device_get_note (self->device));
  if (certificate != NULL)
    {
      add_fact (self, _ ("Certificate of"), stile_certificate_get_issuer_name (certificate));
      add_fact (self, _ ("SHA-256"), stile_certificate_get_fingerprint (certificate));
    }
}

/* --- how it is --- */

static guint
count_done (StileDevice *device)
{
  return stile_device_get_state (device) == STILE_DEVICE_DONE ? STILE_PRM_N_STEPS
                                                              : (guint)stile_device_get_step (device);
}

static gboolean
tick_cb (gpointer user_data)
{
  StileDeviceDetail *self = user_data;
  gint64 left = stile_device_get_until (self->device) - g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *text =
      g_strdup_printf (_ ("Asked again in %d:%02d"), (int)MAX (left, 0) / 60, (int)MAX (left, 0) % 60);

  gtk_label_set_text (self->countdown, text);
  return G_SOURCE_CONTINUE;
}

static void
show_countdown (StileDeviceDetail *self)
{
  gboolean waits = stile_device_get_state (self->device) == STILE_DEVICE_WAITING;

  gtk_widget_set_visible (GTK_WIDGET (self->countdown), waits);
  if (!waits)
    g_clear_handle_id (&self->tick, g_source_remove);
  else if (self->tick == 0)
    self->tick = g_timeout_add_seconds (1, tick_cb, self);
  if (waits)
    tick_cb (self);
}

static void
show_state (StileDeviceDetail *self)
{
  StileDeviceState state = stile_device_get_state (self->device);
  const char *message = stile_device_get_message (self->device);
  guint done = count_done (self->device);
  g_autofree char *progress =
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u of %d step", "%u of %d steps", STILE_PRM_N_STEPS),
                       done, STILE_PRM_N_STEPS);

  stile_device_icon_show (self->icon, state);
  gtk_label_set_text (self->state, state == STILE_DEVICE_RUNNING
                                       ? stile_prm_step_get_doing (stile_device_get_step (self->device))
                                       : stile_device_state_get_words (state));
  gtk_label_set_text (self->message, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message), message != NULL);
  gtk_progress_bar_set_fraction (self->progress, (double)done / STILE_PRM_N_STEPS);
  gtk_progress_bar_set_text (self->progress, progress);
  gtk_widget_set_visible (self->retry, state != STILE_DEVICE_DONE && state != STILE_DEVICE_QUEUED &&
                                           state != STILE_DEVICE_RUNNING);
  gtk_button_set_label (GTK_BUTTON (self->retry), state == STILE_DEVICE_NEW || state == STILE_DEVICE_STOPPED
                                                      ? _ ("_Start")
                                                  : state == STILE_DEVICE_WAITING ? _ ("Ask _now")
                                                                                  : _ ("_Try again"));
  gtk_widget_set_visible (self->stop, state == STILE_DEVICE_QUEUED || state == STILE_DEVICE_RUNNING ||
                                          state == STILE_DEVICE_WAITING);
  show_countdown (self);
}

/* --- what happened --- */

static void
add_event (StileDeviceDetail *self, gint64 date, const char *text)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *when = stile_device_row_make_date (date);
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  GtkWidget *label = gtk_label_new (when);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 4);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "numeric");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  stile_speech_set_description (row, when);
  gtk_list_box_append (self->history_list, row);
}

static void
show_events (StileDeviceDetail *self, GVariant *events)
{
  gsize count = g_variant_n_children (events);

  clear_list (self->history_list);
  for (gsize i = count; i > 0 && count - i < MAX_EVENTS; i--)
    {
      const char *what, *text;
      gint64 date;

      g_variant_get_child (events, i - 1, "(x&s&s)", &date, &what, &text);
      add_event (self, date, *text != '\0' ? text : what);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->history), count > 0);
}

static void
events_listed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileDeviceDetail) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) events =
      stile_device_details_list_events_finish (STILE_DEVICE_STORE (object), result, &error);

  if (events != NULL && self->device != NULL)
    show_events (self, events);
}

static void
dossier_loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileDeviceDetail) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StilePrmDossier) dossier =
      stile_device_details_load_dossier_finish (STILE_DEVICE_STORE (object), result, &error);

  if (dossier != NULL && self->device != NULL)
    show_facts (self, dossier);
}

/* A later look takes the place of one that is on its way. */
static void
look_up (StileDeviceDetail *self)
{
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  self->loading = g_cancellable_new ();
  stile_device_details_list_events_async (self->store, self->device, self->loading, events_listed,
                                          g_object_ref (self));
  stile_device_details_load_dossier_async (self->store, self->device, self->loading, dossier_loaded,
                                           g_object_ref (self));
}

static void
changed_cb (StileDevice *device, GParamSpec *spec, StileDeviceDetail *self)
{
  show_state (self);
  look_up (self);
}

static void
address_cb (StileDevice *device, GParamSpec *spec, StileDeviceDetail *self)
{
  show_facts (self, NULL);
  look_up (self);
}

/* --- what a person does --- */

static void
copy_details (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileDeviceDetail *self = STILE_DEVICE_DETAIL (widget);
  g_autofree char *sentence = stile_device_describe (self->device);
  g_autofree char *text = g_strdup_printf ("%s\n%s\n%s\n", stile_device_get_serial (self->device),
                                           stile_device_get_address (self->device) != NULL
                                               ? stile_device_get_address (self->device)
                                               : _ ("no address"),
                                           sentence);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  gtk_widget_activate_action (widget, "win.show-toast", "s", _ ("Copied"));
}

static void
stile_device_detail_class_init (StileDeviceDetailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_device_detail_dispose;

  g_type_ensure (STILE_TYPE_COPY_ROW);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-device-detail.ui");
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDetail, nobody);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDetail, content);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDetail, icon);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDetail, state);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDetail, message);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDetail, countdown);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDetail, progress);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDetail, retry);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDetail, stop);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDetail, facts);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDetail, fact_list);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDetail, history);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceDetail, history_list);
  gtk_widget_class_install_action (widget_class, "device.copy", NULL, copy_details);
}

static void
stile_device_detail_init (StileDeviceDetail *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_help_topic_set (GTK_WIDGET (self), "devices#when-something-fails");
}

/**
 * stile_device_detail_get_device:
 *
 * Returns: (transfer none) (nullable): whom it shows
 */
StileDevice *
stile_device_detail_get_device (StileDeviceDetail *self)
{
  return self->device;
}

/**
 * stile_device_detail_show:
 * @store: where @device is
 * @device: (nullable): whom it shows, and follows; %NULL for nobody
 */
void
stile_device_detail_show (StileDeviceDetail *self, StileDeviceStore *store, StileDevice *device)
{
  if (self->device == device)
    return;

  forget (self);
  gtk_widget_set_visible (self->content, device != NULL);
  gtk_widget_set_visible (self->nobody, device == NULL);
  if (device == NULL)
    return;

  g_set_object (&self->store, store);
  self->device = g_object_ref (device);
  g_signal_connect (device, "notify::state", G_CALLBACK (changed_cb), self);
  g_signal_connect (device, "notify::step", G_CALLBACK (changed_cb), self);
  g_signal_connect (device, "notify::address", G_CALLBACK (address_cb), self);
  clear_list (self->history_list);
  show_facts (self, NULL);
  show_state (self);
  look_up (self);
}

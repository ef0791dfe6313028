/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-service-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-certificate-row.h"
#include "app/stile-dialogs.h"
#include "app/stile-file-row.h"
#include "app/stile-place-row.h"
#include "app/stile-speech.h"
#include "app/stile-step-page.h"
#include "codec/stile-certificate-path.h"

/**
 * StileServicePage:
 *
 * The walk's first step: which service, whom to believe, who this computer is, and how to get there.  What a person
 * types goes straight into the job's profile; the job reads it when the step runs.
 */
struct _StileServicePage
{
  GtkWidget parent_instance;

  StileProfile *profile;
  GBindingGroup *bindings;
  GCancellable *cancellable;

  GtkWidget *content;
  GtkWidget *service;
  GtkWidget *anchors;
  GtkWidget *certificate;
  GtkWidget *key;
  GtkWidget *proxy;
  GtkWidget *policy;
  GtkWidget *mode;
  GtkWidget *tls_version;
  GtkWidget *trust;
  GtkLabel *trust_meaning;
  GtkWidget *registrars;
  GtkWidget *cloud_anchors;
  GtkWidget *enrol;
  GtkWidget *new_key;
  GtkWidget *nonce_required;
  GtkWidget *no_clock;
  GtkWidget *compat;
  GtkWidget *profiles;
  GtkLabel *settled;
  GHashTable *rows; /* property → widget, both borrowed */
  StileProfileStore *store;
  AdwPreferencesGroup *identity_group;
  GtkWidget *identity;      /* the row of the certificate, or NULL */
  GtkLabel *identity_error; /* why there is no identity */
};

static void step_page_init (StileStepPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileServicePage,
                               stile_service_page,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_STEP_PAGE, step_page_init))

static void
forget_profile (StileServicePage *self)
{
  g_binding_group_set_source (self->bindings, NULL);
  if (self->profile != NULL)
    g_signal_handlers_disconnect_by_data (self->profile, self);
  g_clear_object (&self->profile);
}

static void
stile_service_page_dispose (GObject *object)
{
  StileServicePage *self = STILE_SERVICE_PAGE (object);

  if (self->bindings != NULL)
    forget_profile (self);
  g_clear_object (&self->bindings);
  g_clear_object (&self->store);
  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_service_page_parent_class)->dispose (object);
}

/* --- whom it believes --- */

static const char *
describe_trust (StileTrustSource trust)
{
  switch (trust)
    {
    case STILE_TRUST_SERVICE:
      return _ (
          "The service shows a certificate that leads to the anchors, or to what this computer trusts.");
    case STILE_TRUST_VOUCHER:
      return _ ("Whoever answers is believed once a voucher of this computer’s manufacturer names it.");
    case STILE_TRUST_CLOUD:
      return _ ("The address is the manufacturer’s own service, which knows where the owner’s is.");
    case STILE_TRUST_AUTO:
    default:
      return _ (
          "A voucher where this computer has its manufacturer’s certificate and there are anchors; else "
          "the service’s certificate.");
    }
}

static void
trust_changed (StileServicePage *self)
{
  StileTrustSource trust = (StileTrustSource)adw_combo_row_get_selected (ADW_COMBO_ROW (self->trust));

  gtk_label_set_text (self->trust_meaning, describe_trust (trust));
  gtk_widget_set_visible (self->registrars, trust != STILE_TRUST_SERVICE);
  gtk_widget_set_visible (self->cloud_anchors, trust == STILE_TRUST_CLOUD);
}

/* --- who this computer is --- */

/* A manufacturer's certificate has the device's serial number in it, and people compare that with the label. */
static void
mark_device (GtkWidget *row, StileCertificate *certificate)
{
  g_autofree char *serial = stile_certificate_path_get_device_serial (certificate);
  g_autofree char *text = serial != NULL ? g_strdup_printf (_ ("Serial number %s"), serial) : NULL;

  stile_certificate_row_set_detail (STILE_CERTIFICATE_ROW (row), text);
}

static void
show_identity (StileServicePage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileIdentity) identity = stile_profile_load_identity (self->profile, &error);

  if (self->identity != NULL)
    adw_preferences_group_remove (self->identity_group, self->identity);
  self->identity = NULL;
  if (identity != NULL)
    {
      self->identity = stile_certificate_row_new (stile_identity_get_certificate (identity));
      mark_device (self->identity, stile_identity_get_certificate (identity));
      adw_preferences_group_add (self->identity_group, self->identity);
    }

  gtk_label_set_text (self->identity_error, error != NULL ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->identity_error), error != NULL);
}

static void
profile_changed (StileProfile *profile, GParamSpec *spec, StileServicePage *self)
{
  if (g_str_equal (spec->name, "certificate") || g_str_equal (spec->name, "key"))
    show_identity (self);
}

/* --- a profile from a file --- */

static void
import_profile (StileServicePage *self, GFile *file)
{
  if (file != NULL && g_file_peek_path (file) != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.import-profile", "s", g_file_peek_path (file));
}

static void
profile_chosen (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = stile_dialogs_open_finish (GTK_WIDGET (object), result, NULL);

  import_profile (user_data, file);
}

static void
open_clicked (StileServicePage *self)
{
  stile_dialogs_open_async (GTK_WIDGET (self), _ ("Open a profile"), self->cancellable, profile_chosen, self);
}

static gboolean
dropped (GtkDropTarget *target, const GValue *value, double x, double y, StileServicePage *self)
{
  GFile *file = g_value_get_object (value);

  if (file == NULL || g_file_peek_path (file) == NULL || self->profile == NULL)
    return FALSE;

  /* Certificates are dropped on their rows; what is dropped beside them may be anchors or a whole profile. */
  if (!g_str_has_suffix (g_file_peek_path (file), ".pem"))
    import_profile (self, file);
  else if (gtk_widget_get_sensitive (self->anchors))
    stile_file_row_set_path (STILE_FILE_ROW (self->anchors), g_file_peek_path (file));
  return TRUE;
}

/* --- the profiles that there are --- */

/* The first choice is none: what is set need not be a profile. */
static void
list_profiles (StileServicePage *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint count = g_list_model_get_n_items (G_LIST_MODEL (self->store));

  gtk_string_list_append (names, _ ("Choose a profile"));
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (StileProfile) profile = g_list_model_get_item (G_LIST_MODEL (self->store), i);

      gtk_string_list_append (names, stile_profile_get_name (profile));
    }

  adw_combo_row_set_model (ADW_COMBO_ROW (self->profiles), G_LIST_MODEL (names));
  gtk_widget_set_visible (self->profiles, count > 0);
}

static void
profile_selected (StileServicePage *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self->profiles));
  g_autoptr (StileProfile) profile = NULL;

  if (self->store == NULL || selected == 0 || selected == GTK_INVALID_LIST_POSITION)
    return;

  profile = g_list_model_get_item (G_LIST_MODEL (self->store), selected - 1);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.use-profile", "s",
                              stile_profile_store_get_id (self->store, profile));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->profiles), 0);
}

static void
lock (StileServicePage *self, StileSettings *settings)
{
  const char *path = stile_lockdown_get_path (stile_settings_get_lockdown (settings));
  g_autofree char *text = g_strdup_printf (
      _ ("What cannot be changed here, the administrator of this computer has settled, in %s."),
      path != NULL ? path : _ ("the desktop’s settings"));
  gboolean any = FALSE;
  GHashTableIter iter;
  gpointer property, widget;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &property, &widget))
    {
      gboolean locked = stile_settings_is_locked (settings, property);

      gtk_widget_set_sensitive (widget, !locked);
      any |= locked;
    }

  gtk_label_set_text (self->settled, text);
  gtk_widget_set_visible (GTK_WIDGET (self->settled), any);
}

/**
 * stile_service_page_set_profiles:
 * @settings: says what cannot be changed
 * @store: the profiles that can be chosen
 */
void
stile_service_page_set_profiles (StileServicePage *self, StileSettings *settings, StileProfileStore *store)
{
  g_set_object (&self->store, store);
  g_signal_connect_object (store, "items-changed", G_CALLBACK (list_profiles), self, G_CONNECT_SWAPPED);
  list_profiles (self);
  lock (self, settings);
}

/* --- the object --- */

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-service-page.ui");
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, content);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, service);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, anchors);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, certificate);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, key);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, proxy);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, policy);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, mode);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, tls_version);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, trust);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, trust_meaning);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, registrars);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, cloud_anchors);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, enrol);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, new_key);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, nonce_required);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, no_clock);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, compat);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, profiles);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, settled);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, identity_group);
  gtk_widget_class_bind_template_child (widget_class, StileServicePage, identity_error);
  gtk_widget_class_bind_template_callback (widget_class, open_clicked);
  gtk_widget_class_bind_template_callback (widget_class, profile_selected);
  gtk_widget_class_bind_template_callback (widget_class, trust_changed);
}

static void
stile_service_page_class_init (StileServicePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_service_page_dispose;

  g_type_ensure (STILE_TYPE_FILE_ROW);
  g_type_ensure (STILE_TYPE_PLACE_ROW);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  bind_template (widget_class);
}

/* An entry has no NULL. */
static gboolean
null_to_empty (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  const char *text = g_value_get_string (from);

  g_value_set_string (to, text != NULL ? text : "");
  return TRUE;
}

static gboolean
copy_text (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  g_value_copy (from, to);
  return TRUE;
}

static void
bind (StileServicePage *self, const char *property, GtkWidget *widget, const char *to)
{
  GBindingFlags flags = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;

  g_hash_table_insert (self->rows, (gpointer)property, widget);
  if (g_str_equal (to, "text"))
    g_binding_group_bind_full (self->bindings, property, widget, to, flags, null_to_empty, copy_text, NULL,
                               NULL);
  else
    g_binding_group_bind (self->bindings, property, widget, to, flags);
}

static void
stile_service_page_init (StileServicePage *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  self->cancellable = g_cancellable_new ();
  self->bindings = g_binding_group_new ();
  self->rows = g_hash_table_new (g_str_hash, g_str_equal);
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_speech_complete (GTK_WIDGET (self));
  g_signal_connect_object (target, "drop", G_CALLBACK (dropped), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));

  bind (self, "service", self->service, "text");
  bind (self, "anchors", self->anchors, "path");
  bind (self, "certificate", self->certificate, "path");
  bind (self, "key", self->key, "path");
  bind (self, "proxy", self->proxy, "text");
  bind (self, "policy", self->policy, "selected");
  bind (self, "mode", self->mode, "selected");
  bind (self, "tls-version", self->tls_version, "selected");
  bind (self, "trust", self->trust, "selected");
  bind (self, "registrars", self->registrars, "text");
  bind (self, "cloud-anchors", self->cloud_anchors, "path");
  bind (self, "enrol", self->enrol, "selected");
  bind (self, "new-key", self->new_key, "text");
  bind (self, "nonce-required", self->nonce_required, "active");
  bind (self, "no-clock", self->no_clock, "active");
  bind (self, "compat", self->compat, "active");
  trust_changed (self);
}

static void
show (StileStepPage *page, StileBootstrap *job)
{
  StileServicePage *self = STILE_SERVICE_PAGE (page);
  StileProfile *profile = stile_bootstrap_get_profile (job);

  if (self->profile == profile)
    return;

  forget_profile (self);
  self->profile = g_object_ref (profile);
  g_binding_group_set_source (self->bindings, profile);
  g_signal_connect_object (profile, "notify", G_CALLBACK (profile_changed), self, G_CONNECT_DEFAULT);
  show_identity (self);
}

static void
step_page_init (StileStepPageInterface *iface)
{
  iface->show = show;
}

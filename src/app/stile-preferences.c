/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-preferences.h"

#include <glib/gi18n-lib.h>

#include "app/stile-help-topic.h"
#include "app/stile-speech.h"

/**
 * StilePreferences:
 *
 * The window with what a person can set once for all, and the profiles of services.  What the administrator has settled is
 * shown, and cannot be changed.
 */
struct _StilePreferences
{
  AdwPreferencesWindow parent_instance;

  StileProfileActions *actions;
  StileProfile *current;

  AdwPreferencesGroup *settled;
  GtkWidget *remind;
  GtkSpinButton *reports;
  GtkListBox *list;
  AdwActionRow *add_row;
};

G_DEFINE_FINAL_TYPE (StilePreferences, stile_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static void
stile_preferences_dispose (GObject *object)
{
  StilePreferences *self = STILE_PREFERENCES (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  self->list = NULL;
  g_clear_object (&self->actions);
  g_clear_object (&self->current);

  G_OBJECT_CLASS (stile_preferences_parent_class)->dispose (object);
}

/* --- the list --- */

static GtkWidget *
make_menu_button (const char *id, const char *name, gboolean fixed)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  GtkWidget *button = gtk_menu_button_new ();
  g_autofree char *label = g_strdup_printf (_ ("More for “%s”"), name);
  const char *const actions[] = { "profiles.export", "profiles.copy-link", "profiles.remove" };
  const char *const labels[] = { _ ("Save as a file…"), _ ("Copy as an invitation"), _ ("Remove") };

  for (gsize i = 0; i < G_N_ELEMENTS (actions) - (fixed ? 1 : 0); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (labels[i], NULL);

      g_menu_item_set_action_and_target (item, actions[i], "s", id);
      g_menu_append_item (menu, item);
    }

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("More"));
  gtk_widget_add_css_class (button, "flat");
  stile_speech_set_name (button, label);
  return button;
}

static GtkWidget *
make_use_button (const char *id, const char *name)
{
  GtkWidget *button = gtk_button_new_with_label (C_ ("button", "Use"));
  g_autofree char *label = g_strdup_printf (_ ("Use “%s”"), name);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "profiles.use");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", id);
  stile_speech_set_name (button, label);
  return button;
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  StilePreferences *self = user_data;
  StileProfile *profile = item;
  StileProfileStore *store = stile_profile_actions_get_store (self->actions);
  const char *id = stile_profile_store_get_id (store, profile);
  const char *name = stile_profile_get_name (profile);
  const char *service = stile_profile_get_service (profile);
  gboolean fixed = stile_profile_store_is_fixed (store, profile);
  g_autofree char *below =
      fixed ? g_strdup_printf (_ ("%s, from the administrator"), service != NULL ? service : "")
            : g_strdup (service != NULL ? service : "");
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), below);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_use_button (id, name));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_menu_button (id, name, fixed));
  stile_speech_complete (row);
  return row;
}

static GtkWidget *
make_placeholder (void)
{
  GtkWidget *label = gtk_label_new (_ ("No profile yet"));

  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "field");
  return label;
}

/* --- what is settled --- */

static void
show_settled (StilePreferences *self)
{
  StileLockdown *lockdown = stile_settings_get_lockdown (stile_profile_actions_get_settings (self->actions));
  const char *path = stile_lockdown_get_path (lockdown);
  g_autofree char *text = NULL;

  if (path == NULL)
    return;

  text = g_strdup_printf (
      _ ("Some settings are the same for everybody on this computer, as %s says. They are shown "
         "where they belong, and cannot be changed there."),
      path);
  adw_preferences_group_set_description (self->settled, text);
  gtk_widget_set_visible (GTK_WIDGET (self->settled), TRUE);
}

static void
bind_settings (StilePreferences *self)
{
  GSettings *settings = stile_settings_get_store (stile_profile_actions_get_settings (self->actions));

  if (settings == NULL)
    {
      gtk_widget_set_sensitive (self->remind, FALSE);
      gtk_widget_set_sensitive (GTK_WIDGET (self->reports), FALSE);
      return;
    }

  g_settings_bind (settings, "remind", self->remind, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "reports-kept", gtk_spin_button_get_adjustment (self->reports), "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_writable (settings, "reports-kept", self->reports, "sensitive", FALSE);
}

/* --- actions --- */

static void
act (GtkWidget *widget, const char *name, GVariant *parameter)
{
  StilePreferences *self = STILE_PREFERENCES (widget);
  const char *id = parameter != NULL ? g_variant_get_string (parameter, NULL) : NULL;
  GtkWidget *from = GTK_WIDGET (self->list);

  if (g_str_equal (name, "profiles.add"))
    stile_profile_actions_add (self->actions, from, self->current);
  else if (g_str_equal (name, "profiles.import"))
    stile_profile_actions_choose_import (self->actions, from);
  else if (g_str_equal (name, "profiles.export"))
    stile_profile_actions_export (self->actions, from, id);
  else if (g_str_equal (name, "profiles.copy-link"))
    stile_profile_actions_copy_link (self->actions, from, id);
  else
    stile_profile_actions_remove (self->actions, from, id);
}

static void
use_profile (GtkWidget *widget, const char *name, GVariant *parameter)
{
  stile_profile_actions_use (STILE_PREFERENCES (widget)->actions, g_variant_get_string (parameter, NULL));
  gtk_window_close (GTK_WINDOW (widget));
}

static void
stile_preferences_class_init (StilePreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_preferences_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, StilePreferences, settled);
  gtk_widget_class_bind_template_child (widget_class, StilePreferences, remind);
  gtk_widget_class_bind_template_child (widget_class, StilePreferences, reports);
  gtk_widget_class_bind_template_child (widget_class, StilePreferences, list);
  gtk_widget_class_bind_template_child (widget_class, StilePreferences, add_row);
  gtk_widget_class_install_action (widget_class, "profiles.add", NULL, act);
  gtk_widget_class_install_action (widget_class, "profiles.import", NULL, act);
  gtk_widget_class_install_action (widget_class, "profiles.export", "s", act);
  gtk_widget_class_install_action (widget_class, "profiles.copy-link", "s", act);
  gtk_widget_class_install_action (widget_class, "profiles.remove", "s", act);
  gtk_widget_class_install_action (widget_class, "profiles.use", "s", use_profile);
}

static void
stile_preferences_init (StilePreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_help_topic_set (GTK_WIDGET (self), "settings");
  gtk_list_box_set_placeholder (self->list, make_placeholder ());
  stile_speech_complete (GTK_WIDGET (self));
}

/**
 * stile_preferences_new:
 * @actions: what can be done with profiles
 * @current: the service that is set now
 */
StilePreferences *
stile_preferences_new (GtkWindow *parent, StileProfileActions *actions, StileProfile *current)
{
  StilePreferences *self = g_object_new (STILE_TYPE_PREFERENCES, "transient-for", parent, NULL);

  self->actions = g_object_ref (actions);
  self->current = g_object_ref (current);
  adw_action_row_set_subtitle (self->add_row, stile_profile_get_name (current));
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (stile_profile_actions_get_store (actions)), make_row,
                           self, NULL);
  bind_settings (self);
  show_settled (self);
  return self;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "app/device-walk.h"
#include "app/stile-service-page.h"
#include "app/widget-tree.h"
#include "support/test-pseudo.h"

static void
test_identity (DeviceWalk *self, gconstpointer data)
{
  g_assert_true (device_walk_says (self, "Serial number " COURT_SERIAL));
  g_assert_true (device_walk_says (self, "valid until"));
}

/* What a choice means is said, and what it needs is there. */
static void
test_trust (DeviceWalk *self, gconstpointer data)
{
  static const struct
  {
    StileTrustSource trust;
    const char *meaning;
    gboolean registrars;
    gboolean cloud;
  } table[] = {
    { STILE_TRUST_AUTO, "A voucher where this computer has its manufacturer’s certificate", TRUE, FALSE },
    { STILE_TRUST_SERVICE, "The service shows a certificate that leads to", FALSE, FALSE },
    { STILE_TRUST_VOUCHER, "once a voucher of this computer’s manufacturer names it", TRUE, FALSE },
    { STILE_TRUST_CLOUD, "The address is the manufacturer’s own service", TRUE, TRUE },
  };
  StileProfile *profile = stile_bootstrap_get_profile (self->job);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_object_set (profile, "trust", table[i].trust, NULL);
      g_assert_true (device_walk_says (self, table[i].meaning));
      g_assert_cmpint (device_walk_says (self, "More registrars, to be asked in turn"), ==,
                       table[i].registrars);
      g_assert_cmpint (device_walk_says (self, "Anchors of the cloud"), ==, table[i].cloud);
    }
}

static void
test_more (DeviceWalk *self, gconstpointer data)
{
  g_assert_false (device_walk_says (self, "Only for this attempt"));
  widget_tree_expand (self->window, "More");
  g_assert_true (device_walk_says (self, "Only for this attempt"));
  g_assert_true (device_walk_says (self, "The clock is not to be trusted"));
  g_assert_true (device_walk_says (self, "Forgive known mistakes"));
  g_assert_cmpint (widget_tree_get_minimum_width (GTK_WIDGET (self->page)), <=, 360);
  widget_tree_shoot ("1-service-more");
  widget_tree_scroll_down (self->window);
  widget_tree_shoot ("1-service-end");
}

/* --- profiles, and what is settled --- */

static void
keep_target (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_free (*(char **)user_data);
  *(char **)user_data = g_variant_dup_string (parameter, NULL);
}

/* The actions that the window would have; each keeps what it was asked for. */
static void
add_actions (DeviceWalk *self, char **used, char **imported)
{
  const GActionEntry entries[] = { { "use-profile", keep_target, "s", NULL, NULL } };
  const GActionEntry more[] = { { "import-profile", keep_target, "s", NULL, NULL } };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, 1, used);
  g_action_map_add_action_entries (G_ACTION_MAP (group), more, 1, imported);
  gtk_widget_insert_action_group (self->window, "win", G_ACTION_GROUP (group));
}

static StileProfileStore *
show_profiles (DeviceWalk *self, const char *policy)
{
  g_autofree char *folder = g_build_filename (self->directory, "profiles", NULL);
  StileProfileStore *store = stile_profile_store_new (folder, NULL);
  g_autoptr (StileSettings) settings = stile_settings_new ();
  g_autoptr (GBytes) bytes = g_bytes_new (policy, strlen (policy));
  g_autoptr (StileLockdown) lockdown = *policy != '\0'
                                           ? stile_lockdown_parse (bytes, "/etc/example/policy.conf", NULL)
                                           : stile_lockdown_new ();

  g_assert_nonnull (lockdown);
  stile_settings_set_lockdown (settings, lockdown);
  stile_bootstrap_page_set_profiles (self->page, settings, store);
  return store;
}

static GtkWidget *
find_titled (GtkWidget *widget, const char *title)
{
  GtkWidget *found = NULL;
  const char *shown = ADW_IS_PREFERENCES_ROW (widget) && gtk_widget_get_visible (widget)
                          ? adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget))
                          : "";
  g_autofree char *english = test_pseudo_read (shown);

  if (g_str_equal (english, title))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_titled (child, title);
  return found;
}

/* A row that is there once there are profiles, and asks the window for the one that was chosen, once. */
static void
test_profiles (DeviceWalk *self, gconstpointer data)
{
  g_autofree char *used = NULL, *imported = NULL;
  g_autoptr (StileProfileStore) store = show_profiles (self, "");
  g_autoptr (StileProfile) profile = stile_profile_new ();
  GtkWidget *row;

  add_actions (self, &used, &imported);
  g_assert_null (find_titled (self->window, "Profile"));
  g_object_set (profile, "name", "Plant <Nord>", "service", "https://a", NULL);
  stile_profile_store_add (store, profile, NULL);
  g_object_set (profile, "name", "Works", NULL);
  stile_profile_store_add (store, profile, NULL);
  row = find_titled (self->window, "Profile");
  g_assert_nonnull (row);
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (ADW_COMBO_ROW (row))), ==, 3);
  g_assert_null (used);
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 2);
  g_assert_cmpstr (used, ==, "works");
  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (row)), ==, 0);
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 1);
  g_assert_cmpstr (used, ==, "plant-nord");
}

/* What is settled cannot be changed, and why is said; all else can. */
static void
test_settled (DeviceWalk *self, gconstpointer data)
{
  g_autoptr (StileProfileStore) store =
      show_profiles (self, "[Stile Policy]\nservice=https://a\nanchors=/a.pem\n");

  g_assert_true (
      device_walk_says (self, "the administrator of this computer has settled, in /etc/example/policy.conf"));
  g_assert_false (gtk_widget_is_sensitive (find_titled (self->window, "Address")));
  g_assert_false (gtk_widget_is_sensitive (find_titled (self->window, "Anchors")));
  g_assert_true (gtk_widget_is_sensitive (find_titled (self->window, "Certificate")));
}

static void
test_not_settled (DeviceWalk *self, gconstpointer data)
{
  g_autoptr (StileProfileStore) store = show_profiles (self, "");

  g_assert_false (device_walk_says (self, "has settled"));
  g_assert_true (gtk_widget_is_sensitive (find_titled (self->window, "Address")));
}

static gboolean
drop (GtkWidget *page, const char *path)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (page);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, G_TYPE_FILE);
  g_value_set_object (&value, file);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        g_signal_emit_by_name (controller, "drop", &value, 1.0, 1.0, &taken);
    }

  return taken;
}

/* Certificates are anchors, unless those are settled; anything else may be a profile. */
static void
test_drops (DeviceWalk *self, gconstpointer data)
{
  g_autofree char *used = NULL, *imported = NULL, *before = NULL;
  StileProfile *profile = stile_bootstrap_get_profile (self->job);
  GtkWidget *page = widget_tree_find_type (self->window, STILE_TYPE_SERVICE_PAGE);
  g_autoptr (StileProfileStore) store = NULL;

  add_actions (self, &used, &imported);
  g_assert_true (drop (page, "/x/handed-out.profile"));
  g_assert_cmpstr (imported, ==, "/x/handed-out.profile");
  g_assert_true (drop (page, "/x/ca.pem"));
  g_assert_cmpstr (stile_profile_get_anchors (profile), ==, "/x/ca.pem");
  g_assert_cmpstr (imported, ==, "/x/handed-out.profile");

  store = show_profiles (self, "[Stile Policy]\nanchors=/all.pem\n");
  before = g_strdup (stile_profile_get_anchors (profile));
  drop (page, "/x/other.pem");
  g_assert_cmpstr (stile_profile_get_anchors (profile), ==, before);
}

int
main (int argc, char **argv)
{
  widget_tree_begin (&argc, &argv);

  DEVICE_WALK_ADD ("/service-page/identity", test_identity);
  DEVICE_WALK_ADD ("/service-page/trust", test_trust);
  DEVICE_WALK_ADD ("/service-page/more", test_more);

  test_pseudo_add_data ("Works");
  DEVICE_WALK_ADD ("/service-page/profiles", test_profiles);
  DEVICE_WALK_ADD ("/service-page/settled", test_settled);
  DEVICE_WALK_ADD ("/service-page/not-settled", test_not_settled);
  DEVICE_WALK_ADD ("/service-page/drops", test_drops);

  return g_test_run ();
}

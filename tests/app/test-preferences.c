/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-preferences.h"

#include <glib/gstdio.h>
#include <string.h>

#include "app/spoken-check.h"
#include "app/widget-tree.h"
#include "bootstrap/stile-invitation.h"
#include "bootstrap/stile-profile-file.h"
#include "support/test-await.h"
#include "support/test-pki.h"

/* The window with two profiles: one of the administrator, one of the person's own. */
typedef struct
{
  char *root;
  char *folder;
  char *system_folder;
  TestPki *anchor;
  StileSettings *settings;
  StileProfileStore *store;
  StileProfileActions *actions;
  StileProfile *current;
  StileProfile *used;
  GtkWidget *window;
} Fixture;

static void
write_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
used (Fixture *self, StileProfile *profile)
{
  g_set_object (&self->used, profile);
}

static void
keep_own (Fixture *self)
{
  g_autofree char *pem = test_pki_get_chain_pem (self->anchor);
  g_autoptr (StileProfile) own = stile_profile_new ();

  g_object_set (own, "name", "<b>Plant</b> & Nord", "service", "https://own.example", "anchors-pem", pem,
                "certificate", "/mine.pem", "key", "/mine.key", NULL);
  g_assert_nonnull (stile_profile_store_add (self->store, own, NULL));
}

static void
open_window (Fixture *self)
{
  self->actions = stile_profile_actions_new (self->settings, self->store);
  g_signal_connect_swapped (self->actions, "used", G_CALLBACK (used), self);
  self->window = GTK_WIDGET (stile_preferences_new (NULL, self->actions, self->current));
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *)&self->window);
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (self->window), "profiles");
  gtk_window_present (GTK_WINDOW (self->window));
  gtk_test_widget_wait_for_draw (self->window);
}

static void
set_up (Fixture *self, gconstpointer policy)
{
  self->root = test_pki_directory_new ();
  self->folder = g_build_filename (self->root, "own", NULL);
  self->system_folder = g_build_filename (self->root, "system", NULL);
  self->anchor = test_pki_authority_new ("Anchor", TEST_PKI_P256);
  self->settings = stile_settings_new ();
  if (policy != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (policy, strlen (policy));
      g_autoptr (StileLockdown) lockdown = stile_lockdown_parse (bytes, "/etc/example/policy.conf", NULL);

      stile_settings_set_lockdown (self->settings, lockdown);
    }
  write_file (self->system_folder, "s.profile",
              "[Stile Profile]\nname=Example Corp\nservice=https://sys.example\n");
  self->store = stile_profile_store_new (self->folder, self->system_folder);
  g_assert_true (stile_profile_store_load (self->store, NULL));
  keep_own (self);
  self->current = stile_profile_new ();
  open_window (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  test_await_until (self->window == NULL);
  test_await_finalized (self->actions);
  test_await_finalized (self->store);
  test_await_finalized (self->settings);
  g_clear_object (&self->used);
  g_assert_finalize_object (self->current);
  test_pki_unref (self->anchor);
  test_pki_directory_remove (self->root);
  g_free (self->root);
  g_free (self->folder);
  g_free (self->system_folder);
}

static gboolean
says (Fixture *self, const char *text)
{
  return widget_tree_has_text (self->window, text);
}

static GtkListBoxRow *
get_row (Fixture *self, int index)
{
  GtkWidget *use = widget_tree_find_button (self->window, "Use");
  GtkWidget *list = gtk_widget_get_ancestor (use, GTK_TYPE_LIST_BOX);

  return gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), index);
}

static void
act (Fixture *self, const char *action, const char *id)
{
  g_assert_true (
      gtk_widget_activate_action (GTK_WIDGET (get_row (self, 0)), action, id != NULL ? "s" : NULL, id));
}

/* The row's menu, by what its items do. */
static char *
list_menu (GtkListBoxRow *row)
{
  GtkWidget *button = widget_tree_find_type (GTK_WIDGET (row), GTK_TYPE_MENU_BUTTON);
  GMenuModel *menu = gtk_menu_button_get_menu_model (GTK_MENU_BUTTON (button));
  GString *text = g_string_new (NULL);

  for (int i = 0; i < g_menu_model_get_n_items (menu); i++)
    {
      g_autofree char *action = NULL;
      g_autofree char *target = NULL;

      g_assert_true (g_menu_model_get_item_attribute (menu, i, "action", "s", &action));
      g_assert_true (g_menu_model_get_item_attribute (menu, i, "target", "s", &target));
      g_string_append_printf (text, "%s(%s) ", action, target);
    }
  return g_string_free (text, FALSE);
}

/* --- the list --- */

static void
test_lists (Fixture *self, gconstpointer data)
{
  g_autofree char *fixed = list_menu (get_row (self, 0));
  g_autofree char *own = list_menu (get_row (self, 1));

  g_assert_true (says (self, "Example Corp"));
  g_assert_true (says (self, "https://sys.example, from the administrator"));
  /* As it is, whatever is in it. */
  g_assert_true (says (self, "<b>Plant</b> & Nord"));
  g_assert_true (says (self, "https://own.example"));
  g_assert_null (get_row (self, 2));
  g_assert_cmpstr (fixed, ==, "profiles.export(system-s) profiles.copy-link(system-s) ");
  g_assert_cmpstr (own, ==,
                   "profiles.export(b-plant-b-nord) profiles.copy-link(b-plant-b-nord) "
                   "profiles.remove(b-plant-b-nord) ");
  g_assert_false (says (self, "No profile yet"));
  /* Without the window's frame. */
  g_assert_cmpint (widget_tree_get_minimum_width (gtk_widget_get_first_child (self->window)), <=, 360);
  spoken_check (self->window);
  widget_tree_shoot ("preferences-profiles");
}

static void
test_use (Fixture *self, gconstpointer data)
{
  GtkWidget *use = widget_tree_find_button (GTK_WIDGET (get_row (self, 1)), "Use");

  g_signal_emit_by_name (use, "clicked");
  g_assert_true (self->used == stile_profile_store_find (self->store, "b-plant-b-nord"));
  test_await_until (self->window == NULL);
}

/* --- taking in --- */

static void
test_add (Fixture *self, gconstpointer data)
{
  act (self, "profiles.add", NULL);
  test_await_until (says (self, "There is no service yet"));
  g_assert_null (get_row (self, 2));

  g_object_set (self->current, "service", "https://new.example", "name", "Harbour West", NULL);
  act (self, "profiles.add", NULL);
  g_assert_nonnull (get_row (self, 2));
  g_assert_true (says (self, "https://new.example"));
  g_assert_null (self->used);
}

/* What is told has no markup, whatever is in it. */
static void
test_import (Fixture *self, gconstpointer data)
{
  g_autofree char *good = g_build_filename (self->root, "x", NULL);

  stile_profile_actions_import (self->actions, GTK_WIDGET (get_row (self, 0)), "/nonexistent/<b>&x.profile");
  test_await_until (says (self, "“/nonexistent/<b>&x.profile”"));
  g_assert_null (self->used);

  write_file (self->root, "x", "[Stile Profile]\nservice=https://x.example\n");
  stile_profile_actions_import (self->actions, GTK_WIDGET (get_row (self, 0)), good);
  g_assert_cmpstr (stile_profile_get_service (self->used), ==, "https://x.example");
  g_assert_nonnull (get_row (self, 2));
}

/* --- handing out --- */

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(char **)user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (object), result, NULL);
}

static void
test_copy_link (Fixture *self, gconstpointer data)
{
  g_autofree char *expected =
      stile_invitation_make (stile_profile_store_find (self->store, "b-plant-b-nord"), NULL);
  g_autofree char *text = NULL;

  act (self, "profiles.copy-link", "b-plant-b-nord");
  test_await_until (says (self, "Invitation copied"));
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (self->window), NULL, read_cb, &text);
  test_await_until (text != NULL);
  g_assert_nonnull (expected);
  g_assert_cmpstr (text, ==, expected);
}

static GtkWidget *
find_chooser (void)
{
  GListModel *all = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (all, i);

      if (GTK_IS_FILE_CHOOSER (window) && gtk_widget_get_mapped (window))
        return window;
    }

  return NULL;
}

/* The chooser begins where the process is, and looks at that folder in its own time. */
static gboolean
offers (GFile *file)
{
  g_autoptr (GFile) chosen = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (find_chooser ()));

  return chosen != NULL && g_file_equal (chosen, file);
}

static void
test_export (Fixture *self, gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (self->root);
  g_autoptr (GFile) file = g_file_get_child (folder, "b-plant-b-nord.profile");
  g_autoptr (StileProfile) handout = NULL;
  g_autoptr (GPtrArray) anchors = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_chdir (self->root), ==, 0);
  act (self, "profiles.export", "b-plant-b-nord");
  test_await_until (find_chooser () != NULL);
  test_await_until (offers (file));
  gtk_dialog_response (GTK_DIALOG (find_chooser ()), GTK_RESPONSE_ACCEPT);
  test_await_until (says (self, "Saved, with its anchors and without this computer’s identity"));

  handout = stile_profile_file_load (g_file_peek_path (file), &error);
  g_assert_no_error (error);
  g_assert_null (stile_profile_get_certificate (handout));
  g_assert_null (stile_profile_get_key (handout));
  anchors = stile_profile_load_anchors (handout, NULL);
  g_assert_true (stile_certificate_equal (anchors->pdata[0], test_pki_get_certificate (self->anchor)));
  g_assert_cmpint (g_chdir ("/"), ==, 0);
}

/* --- removing --- */

/* On whatever toast is there; one that goes away may be pressed again, which does nothing. */
static gboolean
press_undo (Fixture *self)
{
  GtkWidget *undo = widget_tree_find_button (self->window, "Undo");

  if (undo != NULL)
    g_signal_emit_by_name (undo, "clicked");
  return undo != NULL;
}

static void
test_remove_and_undo (Fixture *self, gconstpointer data)
{
  StileProfile *again;
  g_autoptr (GPtrArray) anchors = NULL;

  act (self, "profiles.remove", "b-plant-b-nord");
  g_assert_null (get_row (self, 1));
  g_assert_false (says (self, "https://own.example"));
  test_await_until (press_undo (self));
  g_assert_nonnull (get_row (self, 1));
  again = stile_profile_store_find (self->store, "b-plant-b-nord");
  g_assert_cmpstr (stile_profile_get_name (again), ==, "<b>Plant</b> & Nord");
  g_assert_cmpstr (stile_profile_get_certificate (again), ==, "/mine.pem");
  anchors = stile_profile_load_anchors (again, NULL);
  g_assert_true (stile_certificate_equal (anchors->pdata[0], test_pki_get_certificate (self->anchor)));
}

/* Each is taken back by its own button. */
static void
test_remove_two (Fixture *self, gconstpointer data)
{
  g_object_set (self->current, "service", "https://new.example", "name", "Harbour West", NULL);
  stile_profile_store_add (self->store, self->current, NULL);
  act (self, "profiles.remove", "b-plant-b-nord");
  act (self, "profiles.remove", "harbour-west");
  g_assert_null (get_row (self, 1));
  test_await_until (press_undo (self));
  g_assert_nonnull (stile_profile_store_find (self->store, "b-plant-b-nord"));
  g_assert_null (stile_profile_store_find (self->store, "harbour-west"));
  test_await_until (press_undo (self) && stile_profile_store_find (self->store, "harbour-west") != NULL);
  g_assert_null (get_row (self, 3));
}

/* Anchors that somebody has taken away do not keep it there. */
static void
test_remove_broken (Fixture *self, gconstpointer data)
{
  g_unlink (stile_profile_get_anchors (stile_profile_store_find (self->store, "b-plant-b-nord")));
  act (self, "profiles.remove", "b-plant-b-nord");
  g_assert_null (get_row (self, 1));
  test_await_until (press_undo (self));
  g_assert_nonnull (get_row (self, 1));
}

static void
test_remove_fixed (Fixture *self, gconstpointer data)
{
  act (self, "profiles.remove", "system-s");
  g_assert_nonnull (get_row (self, 1));
  test_await_until (says (self, "administrator’s, and cannot be removed"));
}

/* --- what is settled, and what is not --- */

static void
test_no_profiles_of_ones_own (Fixture *self, gconstpointer data)
{
  g_autofree char *good = g_build_filename (self->root, "x", NULL);

  g_object_set (self->current, "service", "https://new.example", NULL);
  act (self, "profiles.add", NULL);
  test_await_until (says (self, "does not allow profiles of one’s own"));
  write_file (self->root, "x", "[Stile Profile]\nservice=https://x.example\n");
  stile_profile_actions_import (self->actions, GTK_WIDGET (get_row (self, 0)), good);
  stile_profile_actions_invite (self->actions, self->window, "stile:invitation?service=https://x.example");
  test_await_idle ();
  g_assert_null (get_row (self, 2));
  g_assert_null (self->used);
  g_assert_null (widget_tree_find_above (self->window));
}

static void
test_says_what_is_settled (Fixture *self, gconstpointer policy)
{
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (self->window), "general");
  gtk_test_widget_wait_for_draw (self->window);
  g_assert_cmpint (says (self, "/etc/example/policy.conf"), ==, policy != NULL);
  g_assert_cmpint (says (self, "Administrator"), ==, policy != NULL);
  spoken_check (self->window);
  widget_tree_shoot (policy != NULL ? "preferences-settled" : "preferences-general");
}

static void
test_settings (Fixture *self, gconstpointer data)
{
  GSettings *store = stile_settings_get_store (self->settings);
  GtkWidget *remind, *reports;

  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (self->window), "general");
  gtk_test_widget_wait_for_draw (self->window);
  remind = widget_tree_find_type (self->window, GTK_TYPE_SWITCH);
  reports = widget_tree_find_type (self->window, GTK_TYPE_SPIN_BUTTON);
  g_assert_true (gtk_switch_get_active (GTK_SWITCH (remind)));
  gtk_switch_set_active (GTK_SWITCH (remind), FALSE);
  g_assert_false (g_settings_get_boolean (store, "remind"));
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (reports)), ==, 100);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (reports), 7);
  g_assert_cmpuint (g_settings_get_uint (store, "reports-kept"), ==, 7);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (reports), 0);
  g_assert_cmpuint (g_settings_get_uint (store, "reports-kept"), ==, 1);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (reports), 1000);
  g_assert_cmpuint (g_settings_get_uint (store, "reports-kept"), ==, 500);
  g_settings_reset (store, "remind");
  g_settings_reset (store, "reports-kept");
}

#define ADD(name, function) g_test_add ("/preferences/" name, Fixture, NULL, set_up, function, tear_down)
#define ADD_SETTLED(name, policy, function)                                                                  \
  g_test_add ("/preferences/" name, Fixture, "[Stile Policy]\n" policy "\n", set_up, function, tear_down)

int
main (int argc, char **argv)
{
  widget_tree_begin (&argc, &argv);

  ADD ("lists", test_lists);
  ADD ("use", test_use);
  ADD ("add", test_add);
  ADD ("import", test_import);
  ADD ("copy-link", test_copy_link);
  ADD ("export", test_export);
  ADD ("remove-and-undo", test_remove_and_undo);
  ADD ("remove-two", test_remove_two);
  ADD ("remove-broken", test_remove_broken);
  ADD ("remove-fixed", test_remove_fixed);
  ADD_SETTLED ("no-profiles-of-ones-own", "profiles=false", test_no_profiles_of_ones_own);
  ADD_SETTLED ("says-what-is-settled", "compat=false", test_says_what_is_settled);
  ADD ("says-nothing-of-what-is-not", test_says_what_is_settled);
  ADD ("settings", test_settings);

  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-help-window.h"

#include <string.h>

#include "app/spoken-check.h"
#include "app/stile-application.h"
#include "app/stile-bootstrap-page.h"
#include "app/stile-help-text.h"
#include "app/stile-help-topic.h"
#include "app/stile-help-view.h"
#include "app/stile-preferences.h"
#include "app/stile-tour.h"
#include "app/stile-window.h"
#include "app/widget-tree.h"
#include "support/test-await.h"
#include "support/test-pki.h"

/* The window of the help: one, with the way back, that opens where F1 was pressed. */

static GPtrArray *
parse_page (const char *page)
{
  g_autoptr (GBytes) bytes = stile_help_topic_read (page);
  gsize length;
  const char *text;

  if (bytes == NULL)
    g_error ("There is no page “%s”", page);
  text = g_bytes_get_data (bytes, &length);
  return stile_help_text_parse (text, length);
}

static GtkApplication *
get_application (void)
{
  static StileApplication *application;

  if (application == NULL)
    {
      application = stile_application_new ();
      g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
      g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
    }

  return GTK_APPLICATION (application);
}

static StileHelpWindow *
find_help (void)
{
  for (GList *list = gtk_application_get_windows (get_application ()); list != NULL; list = list->next)
    if (STILE_IS_HELP_WINDOW (list->data))
      return list->data;

  return NULL;
}

static StileHelpWindow *
open_help (const char *topic)
{
  StileHelpWindow *window;

  stile_help_window_present_for (get_application (), topic);
  window = find_help ();
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  return window;
}

static void
close_help (void)
{
  gtk_window_close (GTK_WINDOW (find_help ()));
  test_await_until (find_help () == NULL);
}

/* Its title stands in it, once. */
static gboolean
shows (StileHelpWindow *window, const char *page)
{
  g_autoptr (GPtrArray) blocks = parse_page (page);

  return widget_tree_has_text (GTK_WIDGET (window), ((StileHelpBlock *)g_ptr_array_index (blocks, 0))->text);
}

static gboolean
can (StileHelpWindow *window, const char *label)
{
  const char *action = g_str_equal (label, "Back") ? "help.back" : "help.contents";
  GtkWidget *button = widget_tree_find_action (GTK_WIDGET (window), action);

  g_assert_nonnull (button);
  return gtk_widget_is_sensitive (button);
}

static void
act (StileHelpWindow *window, const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (window), action, NULL);
  test_await_idle ();
}

static void
test_contents (void)
{
  StileHelpWindow *window = open_help (NULL);
  gsize count;
  const StileHelpTopic *topics = stile_help_topic_list (&count);
  GtkWidget *list = gtk_widget_get_ancestor (widget_tree_find_type (GTK_WIDGET (window), ADW_TYPE_ACTION_ROW),
                                             GTK_TYPE_LIST_BOX);

  g_assert_false (can (window, "Back"));
  g_assert_false (can (window, "All topics"));
  spoken_check (window);
  widget_tree_shoot ("help-topics");
  for (gsize i = 0; i < count; i++)
    {
      g_assert_true (widget_tree_has_text (GTK_WIDGET (window), topics[i].title));
      g_signal_emit_by_name (list, "row-activated",
                             gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), (int)i));
      g_assert_true (shows (window, topics[i].file));
      act (window, "help.contents");
    }
  g_assert_null (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), (int)count));
  close_help ();
}

static void
follow (StileHelpWindow *window, const char *target)
{
  g_signal_emit_by_name (widget_tree_find_type (GTK_WIDGET (window), STILE_TYPE_HELP_VIEW), "link", target);
  test_await_idle ();
}

static void
test_back (void)
{
  StileHelpWindow *window = open_help ("bootstrap");

  g_assert_true (shows (window, "bootstrap"));
  g_assert_false (can (window, "Back"));
  g_assert_true (can (window, "All topics"));
  spoken_check (window);
  widget_tree_shoot ("help-bootstrap");
  act (window, "help.back"); /* as Alt+Left does it: there is nothing to go back to */
  g_assert_true (shows (window, "bootstrap"));

  follow (window, "settings.md#profiles");
  g_assert_true (shows (window, "settings"));
  g_assert_true (can (window, "Back"));
  follow (window, "#invitations");
  g_assert_true (shows (window, "settings"));
  follow (window, "nothing.md");
  g_assert_true (shows (window, "settings"));
  act (window, "help.contents");
  g_assert_false (can (window, "All topics"));
  act (window, "help.back");
  g_assert_true (shows (window, "settings"));
  act (window, "help.back");
  act (window, "help.back");
  g_assert_true (shows (window, "bootstrap"));
  g_assert_false (can (window, "Back"));
  close_help ();
}

/* There is one, whoever asks. */
static void
test_one_window (void)
{
  StileHelpWindow *window = open_help ("trust");

  g_assert_true (open_help ("codes") == window);
  g_assert_true (shows (window, "codes"));
  act (window, "help.back");
  g_assert_true (shows (window, "trust"));
  g_assert_false (stile_help_window_open (window, "nothing"));
  g_assert_true (shows (window, "trust"));
  g_assert_cmpint (widget_tree_get_minimum_width (gtk_widget_get_first_child (GTK_WIDGET (window))), <=, 360);
  close_help ();
}

/* --- keys --- */

static gboolean
fires (GtkShortcut *shortcut, GtkWidget *widget, guint key)
{
  GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

  return GTK_IS_KEYVAL_TRIGGER (trigger) &&
         gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == key &&
         gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger)) == 0 &&
         gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                       gtk_shortcut_get_arguments (shortcut));
}

/* As GTK does it when the key comes to @widget. */
static gboolean
press (GtkWidget *widget, guint key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      for (guint k = 0; GTK_IS_SHORTCUT_CONTROLLER (controller) &&
                        k < g_list_model_get_n_items (G_LIST_MODEL (controller));
           k++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), k);

          if (fires (shortcut, widget, key))
            return TRUE;
        }
    }

  return FALSE;
}

static void
test_escape (void)
{
  StileHelpWindow *window = open_help ("trust");

  g_assert_true (press (GTK_WIDGET (window), GDK_KEY_Escape));
  test_await_until (find_help () == NULL);
}

/* A dialog is modal, and no window of the application: its help comes all the same, and can be read beside it. */
static void
test_dialog (void)
{
  g_autoptr (StileSettings) settings = stile_settings_new ();
  g_autoptr (StileProfileStore) store = stile_profile_store_new ("/nonexistent", NULL);
  g_autoptr (StileProfileActions) actions = stile_profile_actions_new (settings, store);
  g_autoptr (StileProfile) current = stile_profile_new ();
  GtkWidget *dialog;

  get_application ();
  dialog = GTK_WIDGET (stile_preferences_new (NULL, actions, current));
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_test_widget_wait_for_draw (dialog);
  g_assert_true (press (dialog, GDK_KEY_F1));
  test_await_until (find_help () != NULL);
  g_assert_true (shows (find_help (), "settings"));
  g_assert_true (gtk_window_get_group (GTK_WINDOW (find_help ())) !=
                 gtk_window_get_group (GTK_WINDOW (dialog)));
  close_help ();
  gtk_window_destroy (GTK_WINDOW (dialog));
  test_await_idle ();
}

/* F1 tells of the step that is shown; where nothing is said of it, there is the list. */
static void
test_application (void)
{
  g_autoptr (StileSettings) settings = stile_settings_new ();
  GtkApplication *application = get_application ();
  g_auto (GStrv) keys = gtk_application_get_accels_for_action (application, "app.help");
  StileWindow *window = stile_window_new (application, settings, NULL);

  g_assert_cmpstr (keys[0], ==, "F1");
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  stile_window_show_place (window, "devices");
  g_action_group_activate_action (G_ACTION_GROUP (application), "help", NULL);
  test_await_until (find_help () != NULL);
  g_assert_true (shows (find_help (), "devices"));
  close_help ();

  stile_window_show_place (window, "bootstrap");
  gtk_window_present (GTK_WINDOW (window));
  test_await_idle ();
  g_action_group_activate_action (G_ACTION_GROUP (application), "help", NULL);
  test_await_until (find_help () != NULL);
  g_assert_true (shows (find_help (), "bootstrap"));
  close_help ();
  gtk_window_destroy (GTK_WINDOW (window));
  test_await_idle ();
}

int
main (int argc, char **argv)
{
  g_autofree char *data = test_pki_directory_new ();
  int status;

  g_setenv ("XDG_DATA_HOME", data, TRUE);
  widget_tree_begin (&argc, &argv);

  g_test_add_func ("/help-window/contents", test_contents);
  g_test_add_func ("/help-window/back", test_back);
  g_test_add_func ("/help-window/one-window", test_one_window);
  g_test_add_func ("/help-window/escape", test_escape);
  g_test_add_func ("/help-window/dialog", test_dialog);
  g_test_add_func ("/help-window/application", test_application);

  status = g_test_run ();
  test_pki_directory_remove (data);
  return status;
}

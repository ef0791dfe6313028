/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/widget-tree.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app/pseudo-check.h"
#include "app/stile-direction.h"
#include "codec/stile-locale.h"
#include "support/test-await.h"
#include "support/test-language.h"
#include "support/test-pseudo.h"

#define SETTLE_MILLISECONDS 400

/* What the tests of widgets share: a window around them, and looking for what somebody would see in it. */

/* As AdwApplication does it. */
static void
load_resources (void)
{
  GdkDisplay *display = gdk_display_get_default ();
  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (style, "/org/stile/Stile/style.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display), "/org/stile/Stile/icons");
}

void
widget_tree_begin (int *argc, char ***argv)
{
  gtk_test_init (argc, argv, NULL);
  /* In English, but for whoever says where the translations are. */
  if (g_getenv ("STILE_LOCALEDIR") != NULL)
    stile_locale_init ();
  /* GTK 4.8 warns of itself now and then; criticals are always ours. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL);
  adw_init ();
  stile_direction_follow_language ();
  load_resources ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

GtkWidget *
widget_tree_show (GtkWidget *child, int width, int height)
{
  GtkWidget *window = gtk_window_new ();
  const char *narrow = g_getenv ("STILE_SCREENSHOT_WIDTH");

  if (narrow != NULL)
    width = (int)g_ascii_strtoll (narrow, NULL, 10);
  gtk_window_set_title (GTK_WINDOW (window), _ ("Bootstrap"));
  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  pseudo_check_words (window);
  pseudo_check_room (window);

  return window;
}

/* What is still to be drawn or answered holds on to the widgets. */
void
widget_tree_close (GtkWidget *window)
{
  pseudo_check_words (window);
  pseudo_check_room (window);
  gtk_window_destroy (GTK_WINDOW (window));
  test_await_idle ();
}

typedef gboolean (*Matches) (GtkWidget *widget, const char *text);

static gboolean
says (const char *shown, const char *text)
{
  g_autofree char *english = shown != NULL ? test_pseudo_read (shown) : NULL;
  g_autofree char *wanted = text != NULL ? test_pseudo_read (text) : NULL;

  if (test_language_is_on () && shown != NULL && text != NULL)
    return test_language_says (shown, text, TEST_LANGUAGE_WHOLE);

  return g_strcmp0 (english, wanted) == 0;
}

static gboolean
is_button (GtkWidget *widget, const char *text)
{
  return GTK_IS_BUTTON (widget) && says (gtk_button_get_label (GTK_BUTTON (widget)), text);
}

static gboolean
is_label (GtkWidget *widget, const char *text)
{
  g_autofree char *english =
      GTK_IS_LABEL (widget) ? test_pseudo_read (gtk_label_get_text (GTK_LABEL (widget))) : NULL;

  g_autofree char *wanted = test_pseudo_read (text);

  if (test_language_is_on () && english != NULL)
    return test_language_says (english, text, TEST_LANGUAGE_PART);

  return english != NULL && strstr (english, wanted) != NULL;
}

static GtkWidget *
find (GtkWidget *widget, Matches matches, const char *text)
{
  if (!gtk_widget_get_visible (widget) || !gtk_widget_get_child_visible (widget))
    return NULL;
  if (matches (widget, text))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, matches, text);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
is_expander (GtkWidget *widget, const char *text)
{
  return ADW_IS_EXPANDER_ROW (widget) &&
         says (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), text);
}

static gboolean
is_scroller (GtkWidget *widget, const char *text)
{
  return GTK_IS_SCROLLED_WINDOW (widget);
}

/* A row that opens, by its title. */
GtkWidget *
widget_tree_find_row (GtkWidget *root, const char *title)
{
  return find (root, is_expander, title);
}

void
widget_tree_expand (GtkWidget *root, const char *title)
{
  GtkWidget *row = widget_tree_find_row (root, title);

  g_assert_nonnull (row);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
}

/* Only what can be seen is found. */
GtkWidget *
widget_tree_find_button (GtkWidget *root, const char *label)
{
  pseudo_check_words (root);
  return find (root, is_button, label);
}

static gboolean
is_button_beginning (GtkWidget *widget, const char *text)
{
  const char *shown = GTK_IS_BUTTON (widget) ? gtk_button_get_label (GTK_BUTTON (widget)) : NULL;
  g_autofree char *label = shown != NULL ? test_pseudo_read (shown) : NULL;

  if (test_language_is_on () && label != NULL)
    return test_language_says (label, text, TEST_LANGUAGE_BEGINNING);

  return label != NULL && g_str_has_prefix (*label == '_' ? label + 1 : label, text);
}

GtkWidget *
widget_tree_find_button_beginning (GtkWidget *root, const char *label)
{
  return find (root, is_button_beginning, label);
}

/* Seen or not. */
GtkWidget *
widget_tree_find_type (GtkWidget *root, GType type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (root, type) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = widget_tree_find_type (child, type);

  return found;
}

static gboolean
has_action (GtkWidget *widget, const char *action)
{
  return GTK_IS_ACTIONABLE (widget) &&
         g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), action) == 0;
}

/* What does that when it is pressed. */
GtkWidget *
widget_tree_find_action (GtkWidget *root, const char *action)
{
  return find (root, has_action, action);
}

gboolean
widget_tree_has_text (GtkWidget *root, const char *text)
{
  pseudo_check_words (root);
  return find (root, is_label, text) != NULL;
}

/* What tests ask of texts that they get from functions: English, whatever language they run in. */
void
widget_tree_assert_says (const char *shown, const char *text)
{
  g_autofree char *english = test_pseudo_read (shown);

  if (test_language_is_on ())
    g_assert_true (test_language_says (shown, text, TEST_LANGUAGE_WHOLE));
  else
    g_assert_cmpstr (english, ==, text);
}

void
widget_tree_assert_spoken (GtkWidget *widget, const char *text)
{
  g_autofree char *spoken =
      gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, "\001");

  widget_tree_assert_says (spoken, text);
}

/* The window that stands over it, or NULL. */
GtkWidget *
widget_tree_find_above (GtkWidget *window)
{
  GListModel *all = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GtkWindow) other = g_list_model_get_item (all, i);

      if (gtk_window_get_transient_for (other) == GTK_WINDOW (window) &&
          gtk_widget_get_mapped (GTK_WIDGET (other)))
        return GTK_WIDGET (other);
    }

  return NULL;
}

int
widget_tree_get_minimum_width (GtkWidget *widget)
{
  int minimum;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);

  return minimum;
}

/* To the end of what scrolls. */
void
widget_tree_scroll_down (GtkWidget *root)
{
  GtkWidget *scroller = find (root, is_scroller, NULL);
  GtkAdjustment *adjustment;

  g_assert_nonnull (scroller);
  test_await_idle ();
  gtk_test_widget_wait_for_draw (scroller);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
}

/* A picture is taken where there is something to see: the right moment to look whether it fits. */
static void
check_open_windows (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *item = windows; item != NULL; item = item->next)
    {
      pseudo_check_words (item->data);
      pseudo_check_room (item->data);
    }
}

static gboolean
passed_cb (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Takes a picture of what is seen now, when somebody wants pictures: see tools/screenshots. */
void
widget_tree_shoot (const char *name)
{
  const char *argv[] = { g_getenv ("STILE_SCREENSHOT"), name, NULL };
  g_autoptr (GError) error = NULL;
  gboolean passed = FALSE;

  check_open_windows ();
  if (argv[0] == NULL)
    return;

  /* Until what was asked for is drawn and composed. */
  g_timeout_add (SETTLE_MILLISECONDS, passed_cb, &passed);
  while (!passed)
    g_main_context_iteration (NULL, TRUE);
  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

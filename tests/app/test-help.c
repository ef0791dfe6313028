/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-help-window.h"

#include <string.h>

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

#define FOLDER "/org/stile/Stile/help"

/* --- the pages --- */

static char **
list_pages (void)
{
  g_autoptr (GStrvBuilder) pages = g_strv_builder_new ();
  g_auto (GStrv) children = g_resources_enumerate_children (FOLDER, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  for (gsize i = 0; children[i] != NULL; i++)
    if (g_str_has_suffix (children[i], ".md"))
      g_strv_builder_add (pages, children[i]);
  return g_strv_builder_end (pages);
}

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

static gboolean
has_heading (const char *page, const char *anchor)
{
  g_autoptr (GPtrArray) blocks = parse_page (page);

  for (guint i = 0; i < blocks->len; i++)
    {
      StileHelpBlock *block = g_ptr_array_index (blocks, i);

      if (block->kind == STILE_HELP_HEADING && g_strcmp0 (block->target, anchor) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
check_markup (const char *page, const char *text)
{
  g_autoptr (GError) error = NULL;

  if (!pango_parse_markup (text, -1, 0, NULL, NULL, NULL, &error) && strstr (text, "<a ") == NULL)
    g_error ("%s: %s: %s", page, error->message, text);
}

static void
check_block (const char *page, const StileHelpBlock *block, GHashTable *anchors)
{
  if (block->kind == STILE_HELP_HEADING)
    {
      g_assert_cmpstr (block->target, !=, NULL);
      g_assert_cmpstr (block->target, !=, "");
      if (!g_hash_table_add (anchors, g_strdup (block->target)))
        g_error ("%s has two headings that links call “%s”", page, block->target);
    }
  if (block->kind == STILE_HELP_TABLE)
    {
      g_assert_cmpuint (block->columns, >, 0);
      g_assert_cmpuint (block->cells->len % block->columns, ==, 0);
      for (guint i = 0; i < block->cells->len; i++)
        check_markup (page, g_ptr_array_index (block->cells, i));
    }
  else if (block->kind != STILE_HELP_CODE && block->kind != STILE_HELP_PICTURE)
    check_markup (page, block->text);
}

/* Each begins with its title, and each heading has a name of its own. */
static void
test_pages (void)
{
  g_auto (GStrv) pages = list_pages ();

  g_assert_cmpuint (g_strv_length (pages), >=, 10);
  for (gsize i = 0; pages[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) blocks = parse_page (pages[i]);
      g_autoptr (GHashTable) anchors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      StileHelpBlock *first = g_ptr_array_index (blocks, 0);

      g_assert_cmpint (first->kind, ==, STILE_HELP_HEADING);
      g_assert_cmpuint (first->level, ==, 1);
      for (guint k = 0; k < blocks->len; k++)
        check_block (pages[i], g_ptr_array_index (blocks, k), anchors);
      g_assert_cmpuint (g_hash_table_size (anchors), >, 0);
    }
}

/* Page and place, or a place on the page that it stands on. */
static void
check_link (const char *page, const char *target)
{
  g_auto (GStrv) parts = g_strsplit (target, "#", 2);
  const char *to = *parts[0] != '\0' ? parts[0] : page;
  g_autoptr (GBytes) bytes = NULL;

  if (g_str_has_prefix (target, "https://"))
    return;
  bytes = stile_help_topic_read (to);
  if (bytes == NULL)
    g_error ("%s leads to “%s”, and there is no such page", page, target);
  if (parts[1] != NULL && !has_heading (to, parts[1]))
    g_error ("%s leads to “%s”, and there is no such heading", page, target);
}

static guint
check_links (const char *page, const char *markup)
{
  g_autoptr (GRegex) regex = g_regex_new ("<a href=\"([^\"]*)\">", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint count = 0;

  for (g_regex_match (regex, markup, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *target = g_match_info_fetch (match, 1);

      check_link (page, target);
      count++;
    }
  return count;
}

static void
test_links (void)
{
  g_auto (GStrv) pages = list_pages ();
  guint count = 0;

  for (gsize i = 0; pages[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) blocks = parse_page (pages[i]);

      for (guint k = 0; k < blocks->len; k++)
        {
          StileHelpBlock *block = g_ptr_array_index (blocks, k);

          if (block->text != NULL && block->kind != STILE_HELP_CODE)
            count += check_links (pages[i], block->text);
          for (guint j = 0; block->cells != NULL && j < block->cells->len; j++)
            count += check_links (pages[i], g_ptr_array_index (block->cells, j));
        }
    }
  g_assert_cmpuint (count, >, 20);
}

/* --- what F1 opens --- */

static void
check_topic (const char *topic)
{
  g_auto (GStrv) parts = g_strsplit (topic, "#", 2);

  g_test_message ("%s", topic);
  check_link (topic, topic);
  g_assert_true (parts[1] == NULL || has_heading (parts[0], parts[1]));
}

static guint
check_source (const char *text, const char *pattern)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint count = 0;

  for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *topic = g_match_info_fetch (match, 1);

      check_topic (topic);
      count++;
    }
  return count;
}

/* Those that widgets name, as they stand in the source, and those of the list of contents. */
static void
test_topics (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "src", "app", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  gsize n_topics;
  const StileHelpTopic *topics = stile_help_topic_list (&n_topics);
  guint count = 0, steps = 0;

  for (gsize i = 0; i < n_topics; i++)
    check_topic (topics[i].file);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *text = NULL;

      if (!g_str_has_suffix (name, ".c"))
        continue;
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      count += check_source (text, "stile_help_topic_set \\([^;\"]*\"([^\"]*)\"\\)");
      steps += check_source (text, "\\[STILE_BOOTSTRAP_[A-Z]+\\] = \"([a-z]+#[^\"]*)\"");
    }
  g_assert_cmpuint (count, >=, 7);
  g_assert_cmpuint (steps, ==, STILE_BOOTSTRAP_N_STEPS);
}

/* What is inside has the topic of what is around it, unless it has its own. */
static void
test_topic_of_widget (void)
{
  GtkWidget *outer = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *label = gtk_label_new ("");

  gtk_box_append (GTK_BOX (outer), inner);
  gtk_box_append (GTK_BOX (inner), label);
  g_assert_null (stile_help_topic_find (NULL));
  g_assert_null (stile_help_topic_find (label));
  stile_help_topic_set (outer, "bootstrap");
  g_assert_cmpstr (stile_help_topic_find (label), ==, "bootstrap");
  stile_help_topic_set (inner, "codes");
  g_assert_cmpstr (stile_help_topic_find (label), ==, "codes");
  g_assert_cmpstr (stile_help_topic_find (outer), ==, "bootstrap");
  g_object_unref (outer);
}

/* --- a page that is shown --- */

static void
check_pictures (const char *page, GtkWidget *widget, guint *count)
{
  if (GTK_IS_PICTURE (widget))
    {
      const char *alternative = gtk_picture_get_alternative_text (GTK_PICTURE (widget));

      g_test_message ("%s: %s", page, alternative);
      g_assert_nonnull (gtk_picture_get_paintable (GTK_PICTURE (widget)));
      g_assert_cmpint (gtk_widget_get_height (widget), >, 50);
      g_assert_cmpint (gtk_widget_get_width (widget), >, 50);
      g_assert_true (alternative != NULL && *alternative != '\0');
      (*count)++;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    check_pictures (page, child, count);
}

/* In a window as narrow as a telephone, with what is drawn in it. */
static void
test_shown (void)
{
  g_auto (GStrv) pages = list_pages ();
  GtkWidget *view = stile_help_view_new ();
  GtkWidget *window = widget_tree_show (view, 360, 600);
  guint pictures = 0;

  for (gsize i = 0; pages[i] != NULL; i++)
    {
      g_autoptr (GBytes) bytes = stile_help_topic_read (pages[i]);

      stile_help_view_show_page (STILE_HELP_VIEW (view), bytes);
      gtk_test_widget_wait_for_draw (window);
      test_await_idle ();
      g_test_message ("%s", pages[i]);
      g_assert_cmpint (widget_tree_get_minimum_width (view), <=, 360);
      check_pictures (pages[i], view, &pictures);
    }
  g_assert_cmpuint (pictures, >, 0);
  widget_tree_close (window);
}

static void
test_go_to (void)
{
  GtkWidget *view = stile_help_view_new ();
  GtkWidget *window = widget_tree_show (view, 500, 300);
  GtkWidget *scroller = widget_tree_find_type (view, GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  g_autoptr (GBytes) page = stile_help_topic_read ("bootstrap");
  GtkWidget *focus;

  stile_help_view_show_page (STILE_HELP_VIEW (view), page);
  g_assert_false (stile_help_view_go_to (STILE_HELP_VIEW (view), "nothing-of-the-kind"));
  g_assert_true (stile_help_view_go_to (STILE_HELP_VIEW (view), "install"));
  focus = gtk_window_get_focus (GTK_WINDOW (window));
  g_assert_true (GTK_IS_LABEL (focus));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (focus)), ==, "Install");
  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (focus)), ==,
                   GTK_ACCESSIBLE_ROLE_HEADING);
  test_await_until (gtk_adjustment_get_value (adjustment) > 0);
  widget_tree_close (window);
}

static void
assert_parsed (const char *markdown, StileHelpKind kind, const char *text)
{
  g_autoptr (GPtrArray) blocks = stile_help_text_parse (markdown, strlen (markdown));

  for (guint i = 0; i < blocks->len; i++)
    {
      StileHelpBlock *block = g_ptr_array_index (blocks, i);

      if (block->kind == kind && g_strcmp0 (block->text, text) == 0)
        return;
    }
  g_error ("“%s” does not come from:\n%s", text, markdown);
}

/* What is code in a line, in a heading, and what HTML would be, is text. */
static void
test_markup (void)
{
  assert_parsed ("a <b>x</b> & `y<z` *e* **s**", STILE_HELP_PARAGRAPH,
                 "a &lt;b&gt;x&lt;/b&gt; &amp; <tt>y&lt;z</tt> <i>e</i> <b>s</b>");
  assert_parsed ("    if (a < b)\n", STILE_HELP_CODE, "if (a < b)\n");
  assert_parsed ("```\na & b\n```\n", STILE_HELP_CODE, "a & b\n");
  assert_parsed ("[x](trust.md#a) [y](../README.md) [z](https://a/?b&c)", STILE_HELP_PARAGRAPH,
                 "<a href=\"trust.md#a\">x</a> y <a href=\"https://a/?b&amp;c\">z</a>");
  assert_parsed ("1. one\n2. two\n\n   more\n", STILE_HELP_ITEM, "more");
  assert_parsed ("![What is <seen>](images/x.png)", STILE_HELP_PICTURE, "What is <seen>");
}

static void
test_anchors (void)
{
  static const char *const table[][2] = {
    { "Domain CA roots", "domain-ca-roots" },
    { "`stilectl bootstrap --json`", "stilectl-bootstrap---json" },
    { "What “P5” means, and R13", "what-p5-means-and-r13" },
    { "Über_uns", "über_uns" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *anchor = stile_help_text_make_anchor (table[i][0]);

      g_assert_cmpstr (anchor, ==, table[i][1]);
    }
}

/* --- the window --- */

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

  g_test_add_func ("/help/pages", test_pages);
  g_test_add_func ("/help/links", test_links);
  g_test_add_func ("/help/topics", test_topics);
  g_test_add_func ("/help/topic-of-widget", test_topic_of_widget);
  g_test_add_func ("/help/markup", test_markup);
  g_test_add_func ("/help/anchors", test_anchors);
  g_test_add_func ("/help/shown", test_shown);
  g_test_add_func ("/help/go-to", test_go_to);
  g_test_add_func ("/help/contents", test_contents);
  g_test_add_func ("/help/back", test_back);
  g_test_add_func ("/help/one-window", test_one_window);
  g_test_add_func ("/help/escape", test_escape);
  g_test_add_func ("/help/dialog", test_dialog);
  g_test_add_func ("/help/application", test_application);

  status = g_test_run ();
  test_pki_directory_remove (data);
  return status;
}

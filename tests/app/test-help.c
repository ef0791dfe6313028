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
  focus = gtk_window_get_focus (GTK_WINDOW (window));
  g_assert_true (GTK_IS_LABEL (focus));
  g_assert_true (g_str_has_prefix (gtk_label_get_text (GTK_LABEL (focus)), "From a network that intercepts"));
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

  status = g_test_run ();
  test_pki_directory_remove (data);
  return status;
}

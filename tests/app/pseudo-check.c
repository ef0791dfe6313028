/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/pseudo-check.h"

#include <adwaita.h>

#include "support/test-pseudo.h"

/*
 * What the tests of pages look at, looked at once more in the language of tests/support/pseudo: each text that somebody
 * sees, hears or points at must be in it, and must fit.  In English there is nothing to check.
 */

/* A phone's, in portrait. */
#define NARROWEST 360

static void
fail_once (GtkWidget *widget, const char *what, const char *text)
{
  static GHashTable *told = NULL;
  g_autofree char *sentence = g_strdup_printf ("%s: %s “%s”", what, G_OBJECT_TYPE_NAME (widget), text);

  if (told == NULL)
    told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (g_hash_table_add (told, g_strdup (sentence)))
    {
      g_test_message ("%s", sentence);
      g_test_fail ();
    }
}

/* --- words --- */

/* GTK has no other way to ask what a property of accessibility is than to doubt it. */
static void
judge_spoken (GtkWidget *widget, GtkAccessibleProperty property)
{
  g_autofree char *value = NULL;

  if (!gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), property))
    return;

  value = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), property, "\001");
  test_pseudo_judge (value, G_OBJECT_TYPE_NAME (widget));
}

/* What is typed is data, and has no words of ours; what stands there before is ours. */
static gboolean
is_typed (GtkWidget *widget)
{
  GtkWidget *text = gtk_widget_get_ancestor (widget, GTK_TYPE_TEXT);

  return text != NULL;
}

static void
judge_words (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget) && !is_typed (widget))
    test_pseudo_judge (gtk_label_get_text (GTK_LABEL (widget)), "a label");
  if (GTK_IS_TEXT (widget))
    test_pseudo_judge (gtk_text_get_placeholder_text (GTK_TEXT (widget)), "a placeholder");
  if (GTK_IS_WINDOW (widget))
    test_pseudo_judge (gtk_window_get_title (GTK_WINDOW (widget)), "a window’s title");
  if (ADW_IS_STATUS_PAGE (widget))
    test_pseudo_judge (adw_status_page_get_description (ADW_STATUS_PAGE (widget)), "a status page");

  test_pseudo_judge (gtk_widget_get_tooltip_text (widget), "a tooltip");
  judge_spoken (widget, GTK_ACCESSIBLE_PROPERTY_LABEL);
  judge_spoken (widget, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
  judge_spoken (widget, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT);
}

/* --- room --- */

static gboolean
has_tooltip (GtkWidget *widget)
{
  for (GtkWidget *at = widget; at != NULL && !GTK_IS_WINDOW (at); at = gtk_widget_get_parent (at))
    if (gtk_widget_get_has_tooltip (at))
      return TRUE;

  return FALSE;
}

/* Has less room than its lines take, or is cut off without a way to read the rest. */
static void
judge_label (GtkLabel *label)
{
  GtkWidget *widget = GTK_WIDGET (label);
  PangoLayout *layout = gtk_label_get_layout (label);
  int width;
  int height;

  pango_layout_get_pixel_size (layout, &width, &height);
  if (gtk_widget_get_width (widget) == 0)
    return;
  if (gtk_widget_get_width (widget) < width)
    fail_once (widget, "is narrower than its words", gtk_label_get_text (label));
  if (gtk_widget_get_height (widget) < height)
    fail_once (widget, "is lower than its lines", gtk_label_get_text (label));
  if (pango_layout_is_ellipsized (layout) && !has_tooltip (widget))
    fail_once (widget, "is cut off, and no tooltip says the rest", gtk_label_get_text (label));
}

static int
measure (GtkWidget *widget)
{
  int minimum;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  return minimum;
}

/* Whose width it is: down to the deepest that needs most of what the ones around it need. */
static char *
describe_widest (GtkWidget *widget)
{
  GString *path = g_string_new (NULL);

  while (widget != NULL)
    {
      GtkWidget *widest = NULL;

      g_string_append_printf (path, " > %s %d", G_OBJECT_TYPE_NAME (widget), measure (widget));
      if (GTK_IS_LABEL (widget))
        g_string_append_printf (path, " “%s”", gtk_label_get_text (GTK_LABEL (widget)));
      for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
           child = gtk_widget_get_next_sibling (child))
        if (gtk_widget_get_visible (child) && (widest == NULL || measure (child) > measure (widest)))
          widest = child;
      widget = widest != NULL && measure (widest) > measure (widget) / 2 ? widest : NULL;
    }

  return g_string_free (path, FALSE);
}

static void
judge_window (GtkWindow *window)
{
  GtkWidget *child = gtk_window_get_child (window);

  if (child != NULL && measure (child) > NARROWEST)
    {
      g_autofree char *path = describe_widest (child);

      fail_once (child, "does not fit into 360 pixels", path);
    }
}

/* --- all of it --- */

/* Inside of GTK's and Adwaita's own, what is said is theirs; they have languages of their own. */
static gboolean
is_foreign (GtkWidget *widget)
{
  return GTK_IS_WINDOW_CONTROLS (widget);
}

static void
check_words (GtkWidget *widget)
{
  if (!gtk_widget_get_visible (widget) || !gtk_widget_get_child_visible (widget) || is_foreign (widget))
    return;

  judge_words (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    check_words (child);
}

static void
check_room (GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_get_child_visible (widget))
    return;

  if (GTK_IS_LABEL (widget))
    judge_label (GTK_LABEL (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    check_room (child);
}

/**
 * pseudo_check_words:
 * @root: what can be seen in it
 */
void
pseudo_check_words (GtkWidget *root)
{
  if (test_pseudo_is_on ())
    check_words (root);
}

/**
 * pseudo_check_room:
 * @root: is drawn first
 */
void
pseudo_check_room (GtkWidget *root)
{
  if (!test_pseudo_is_on () || !gtk_widget_get_mapped (root))
    return;

  gtk_test_widget_wait_for_draw (root);
  check_room (root);
  if (GTK_IS_WINDOW (root))
    judge_window (GTK_WINDOW (root));
}

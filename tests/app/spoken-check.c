/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/spoken-check.h"

#include <adwaita.h>
#include <string.h>

#include "app/stile-before-card.h"
#include "app/stile-flight-row.h"
#include "app/stile-flight-view.h"
#include "app/stile-path-leg.h"
#include "app/stile-path-view.h"
#include "app/stile-step-line.h"
#include "app/stile-verdict-card.h"

/* --- what an accessible is told --- */

/* (transfer full) (nullable): what GTK has for it, as the backend for tests keeps it */
static char *
get_property (GtkWidget *widget, GtkAccessibleProperty property)
{
  g_autofree char *told = NULL;

  if (!gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), property))
    return NULL;

  told = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), property, "");
  return told != NULL && *told != '\0' ? g_steal_pointer (&told) : NULL;
}

static gboolean
has_label (GtkWidget *widget)
{
  g_autofree char *label = get_property (widget, GTK_ACCESSIBLE_PROPERTY_LABEL);

  return label != NULL;
}

/* GTK makes a name of the texts in a button. */
static gboolean
has_text (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    return *gtk_label_get_text (GTK_LABEL (widget)) != '\0';

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child) && !GTK_IS_POPOVER (child) && has_text (child))
      return TRUE;

  return FALSE;
}

static gboolean
is_labelled (GtkWidget *widget)
{
  return has_label (widget) ||
         gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

static gboolean
has_name (GtkWidget *widget)
{
  if (is_labelled (widget))
    return TRUE;
  if (ADW_IS_PREFERENCES_ROW (widget))
    return *adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)) != '\0';

  return (GTK_IS_BUTTON (widget) || GTK_IS_LABEL (widget) || GTK_IS_MENU_BUTTON (widget) ||
          GTK_IS_STACK_SWITCHER (widget)) &&
         has_text (widget);
}

/* --- complaints --- */

static GString *complaints;

static void
complain (GtkWidget *widget, const char *what)
{
  g_autoptr (GString) path = g_string_new (NULL);

  for (GtkWidget *each = widget; each != NULL; each = gtk_widget_get_parent (each))
    g_string_append_printf (path, "%s%s", path->len > 0 ? " in " : "", G_OBJECT_TYPE_NAME (each));
  g_string_append_printf (complaints, "%s: %s\n", what, path->str);
}

/* --- what is looked at --- */

/* What a row opens, and what a group with a title holds, is called as they are. */
static gboolean
is_list_inside (GtkWidget *widget)
{
  GtkWidget *group = gtk_widget_get_ancestor (widget, ADW_TYPE_PREFERENCES_GROUP);
  const char *title = group != NULL ? adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (group)) : NULL;

  return GTK_IS_LIST_BOX (widget) && (gtk_widget_get_ancestor (widget, ADW_TYPE_EXPANDER_ROW) != NULL ||
                                      (title != NULL && *title != '\0'));
}

/* GTK's own, which a person reaches through what is around them. */
static gboolean
is_inner (GtkWidget *widget)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);

  return gtk_widget_get_ancestor (parent, GTK_TYPE_BUTTON) != NULL || is_list_inside (widget) ||
         (GTK_IS_BUTTON (widget) && g_str_equal (G_OBJECT_TYPE_NAME (parent), "AdwToastWidget")) ||
         gtk_widget_get_ancestor (parent, ADW_TYPE_COMBO_ROW) != NULL || GTK_IS_MENU_BUTTON (parent) ||
         GTK_IS_SEARCH_ENTRY (parent) || GTK_IS_ENTRY (parent) || GTK_IS_SPIN_BUTTON (parent) ||
         GTK_IS_SCROLLED_WINDOW (widget) || GTK_IS_VIEWPORT (widget) || GTK_IS_SCROLLBAR (parent) ||
         gtk_widget_get_ancestor (widget, GTK_TYPE_WINDOW_CONTROLS) != NULL || GTK_IS_WINDOW (widget);
}

static gboolean
is_mute (GtkAccessibleRole role)
{
  return role == GTK_ACCESSIBLE_ROLE_WIDGET || role == GTK_ACCESSIBLE_ROLE_GENERIC ||
         role == GTK_ACCESSIBLE_ROLE_NONE || role == GTK_ACCESSIBLE_ROLE_PRESENTATION;
}

static void
check_control (GtkWidget *widget)
{
  if (!gtk_widget_get_focusable (widget) || !gtk_widget_get_can_focus (widget) || is_inner (widget))
    return;

  if (is_mute (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget))))
    complain (widget, "no role");
  if (!has_name (widget))
    complain (widget, "no name");
  if (GTK_IS_LIST_BOX_ROW (widget) && has_label (widget) &&
      gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY))
    complain (widget, "two names");
  if (GTK_IS_BUTTON (widget) && !has_text (widget) && gtk_widget_get_tooltip_text (widget) == NULL)
    complain (widget, "an icon without a tooltip");
}

static void
check_menu_button (GtkWidget *widget)
{
  if (!GTK_IS_MENU_BUTTON (widget))
    return;

  if (!has_name (widget))
    complain (widget, "no name");
  if (!has_text (widget) && gtk_widget_get_tooltip_text (widget) == NULL)
    complain (widget, "an icon without a tooltip");
}

static gboolean
is_drawing (GtkWidget *widget)
{
  return STILE_IS_PATH_VIEW (widget) || STILE_IS_PATH_LEG (widget) || STILE_IS_FLIGHT_VIEW (widget) ||
         STILE_IS_FLIGHT_ROW (widget) || STILE_IS_STEP_LINE (widget) || STILE_IS_VERDICT_CARD (widget) ||
         STILE_IS_BEFORE_CARD (widget) || GTK_IS_PROGRESS_BAR (widget) || GTK_IS_LEVEL_BAR (widget) ||
         GTK_IS_SPINNER (widget) || GTK_IS_DRAWING_AREA (widget) || GTK_IS_PICTURE (widget);
}

static void
check_drawing (GtkWidget *widget)
{
  if (!is_drawing (widget))
    return;

  if (is_mute (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget))))
    complain (widget, "a drawing without a role");
  if (!has_label (widget))
    complain (widget, "a drawing without a name");
}

/* Of a control, which has a name; or GTK's arrows and ticks. */
static gboolean
is_part (GtkWidget *image)
{
  GtkWidget *parent = gtk_widget_get_parent (image);

  return gtk_widget_get_ancestor (image, GTK_TYPE_BUTTON) != NULL ||
         gtk_widget_get_ancestor (image, GTK_TYPE_POPOVER) != NULL || GTK_IS_TEXT (parent) ||
         GTK_IS_SEARCH_ENTRY (parent) || GTK_IS_SPIN_BUTTON (parent) || GTK_IS_SWITCH (parent) ||
         ADW_IS_STATUS_PAGE (gtk_widget_get_ancestor (image, ADW_TYPE_STATUS_PAGE)) ||
         g_strcmp0 (gtk_widget_get_name (image), "GtkImage") != 0 ||
         gtk_widget_has_css_class (image, "expander-row-arrow") || gtk_widget_has_css_class (image, "icon") ||
         gtk_widget_has_css_class (image, "edit-icon") || gtk_widget_has_css_class (image, "dropdown-arrow");
}

static void
check_image (GtkWidget *widget)
{
  GtkAccessibleRole role = gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget));

  if (GTK_IS_IMAGE (widget) && role != GTK_ACCESSIBLE_ROLE_PRESENTATION && !has_label (widget) &&
      !is_part (widget))
    complain (widget, "an image that is neither named nor decoration");
}

static gboolean
tells (GtkWidget *widget, const char *text)
{
  g_autofree char *label = get_property (widget, GTK_ACCESSIBLE_PROPERTY_LABEL);
  g_autofree char *description = get_property (widget, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);

  return (label != NULL && strstr (label, text) != NULL) ||
         (description != NULL && strstr (description, text) != NULL);
}

/* A screen reader reads the row, not what is in it. */
static void
check_row (GtkWidget *widget)
{
  const char *subtitle = NULL;
  g_autofree char *plain = NULL;

  if (ADW_IS_ACTION_ROW (widget))
    subtitle = adw_action_row_get_subtitle (ADW_ACTION_ROW (widget));
  else if (ADW_IS_EXPANDER_ROW (widget))
    subtitle = adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (widget));

  if (subtitle != NULL && *subtitle != '\0' &&
      pango_parse_markup (subtitle, -1, 0, NULL, &plain, NULL, NULL) && !tells (widget, plain))
    complain (widget, "what stands below the title is not told");
}

static void
check (GtkWidget *widget)
{
  if (!gtk_widget_get_visible (widget) || !gtk_widget_get_child_visible (widget))
    return;

  check_control (widget);
  check_menu_button (widget);
  check_drawing (widget);
  check_image (widget);
  check_row (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    check (child);
}

static void
expand (GtkWidget *widget)
{
  if (ADW_IS_EXPANDER_ROW (widget))
    adw_expander_row_set_expanded (ADW_EXPANDER_ROW (widget), TRUE);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    expand (child);
}

/* Opens what is folded in @root, and fails for each widget that a screen reader could not tell of. */
void
spoken_check (gpointer root)
{
  expand (GTK_WIDGET (root));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (root));
  complaints = g_string_new (NULL);
  check (GTK_WIDGET (root));
  if (complaints->len > 0)
    {
      g_printerr ("%s", complaints->str);
      g_test_fail ();
    }
  g_string_free (complaints, TRUE);
}

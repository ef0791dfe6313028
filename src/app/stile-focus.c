/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-focus.h"

/* Where the keyboard is, and where it goes: what pages have to know of it when what had it goes away. */

/* Returns: (transfer none) (nullable): what has the focus, in @widget */
GtkWidget *
stile_focus_get_within (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, widget) ? focus : NULL;
}

/* Returns: whether nothing in @widget has the focus any more that could use it; GTK leaves it to what scrolls */
gboolean
stile_focus_is_lost (GtkWidget *widget)
{
  GtkWidget *focus = stile_focus_get_within (widget);

  return focus == NULL || GTK_IS_SCROLLED_WINDOW (focus) || !gtk_widget_get_mapped (focus) ||
         !gtk_widget_is_sensitive (focus);
}

/**
 * stile_focus_move_along:
 * @direction: Tab forward or backward
 *
 * Goes from child to child in the order that they have: GTK would go by where the middle of each is, and they are not all of
 * one height.
 *
 * Returns: whether one of them took the focus
 */
gboolean
stile_focus_move_along (GtkWidget *widget, GtkDirectionType direction)
{
  gboolean forward = direction == GTK_DIR_TAB_FORWARD;
  GtkWidget *child = gtk_widget_get_focus_child (widget);

  if (child == NULL)
    child = forward ? gtk_widget_get_first_child (widget) : gtk_widget_get_last_child (widget);
  for (; child != NULL;
       child = forward ? gtk_widget_get_next_sibling (child) : gtk_widget_get_prev_sibling (child))
    if (gtk_widget_child_focus (child, direction))
      return TRUE;

  return FALSE;
}

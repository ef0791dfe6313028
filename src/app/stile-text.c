/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-text.h"

#include <adwaita.h>

/* What the platform keeps on one line although it has to fit on a phone in letters of twice the size. */

static void
let_label_wrap (GtkWidget *widget)
{
  if (!GTK_IS_LABEL (widget))
    return;

  gtk_label_set_ellipsize (GTK_LABEL (widget), PANGO_ELLIPSIZE_NONE);
  gtk_label_set_wrap (GTK_LABEL (widget), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (widget), PANGO_WRAP_WORD_CHAR);
}

static gboolean
is_title_of_group (GtkWidget *widget)
{
  return gtk_widget_has_css_class (widget, "heading") && GTK_IS_LABEL (widget) &&
         gtk_widget_get_ancestor (widget, GTK_TYPE_LIST_BOX) == NULL;
}

/**
 * stile_text_let_wrap:
 * @widget: just made, with everything in it
 *
 * The texts of buttons and the titles of groups in it take a second line where they need one.
 */
void
stile_text_let_wrap (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget))
    {
      let_label_wrap (gtk_button_get_child (GTK_BUTTON (widget)));
      return;
    }
  if (is_title_of_group (widget))
    let_label_wrap (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    stile_text_let_wrap (child);
}

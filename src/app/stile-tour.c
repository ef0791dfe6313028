/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-tour.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>

#define N_PAGES 3

/**
 * StileTour:
 *
 * Three pages for somebody who has never seen Stile: what it does, where things are, and where it can be tried.  It can be
 * left on each.
 */
struct _StileTour
{
  AdwWindow parent_instance;

  GtkStack *pages;
  GtkLabel *position;
  GtkButton *next;
};

G_DEFINE_FINAL_TYPE (StileTour, stile_tour, ADW_TYPE_WINDOW)

static int
get_page (StileTour *self)
{
  return atoi (gtk_stack_get_visible_child_name (self->pages));
}

static void
show_page (StileTour *self, int page)
{
  g_autofree char *name = g_strdup_printf ("%d", page);
  /* TRANSLATORS: the page that is shown, and how many there are */
  g_autofree char *position = g_strdup_printf (_ ("%d of %d"), page, N_PAGES);

  gtk_stack_set_visible_child_name (self->pages, name);
  gtk_label_set_text (self->position, position);
  gtk_button_set_label (self->next, page < N_PAGES ? _ ("_Next") : _ ("_Begin"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "tour.back", page > 1);
  gtk_widget_grab_focus (GTK_WIDGET (self->next));
}

static void
go_back (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileTour *self = STILE_TOUR (widget);

  show_page (self, MAX (get_page (self) - 1, 1));
}

static void
go_on (GtkWidget *widget, const char *action, GVariant *parameter)
{
  StileTour *self = STILE_TOUR (widget);

  if (get_page (self) < N_PAGES)
    show_page (self, get_page (self) + 1);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
stile_tour_class_init (StileTourClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-tour.ui");
  gtk_widget_class_bind_template_child (widget_class, StileTour, pages);
  gtk_widget_class_bind_template_child (widget_class, StileTour, position);
  gtk_widget_class_bind_template_child (widget_class, StileTour, next);
  gtk_widget_class_install_action (widget_class, "tour.back", NULL, go_back);
  gtk_widget_class_install_action (widget_class, "tour.next", NULL, go_on);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "tour.back", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Right, GDK_ALT_MASK, "tour.next", NULL);
}

static void
stile_tour_init (StileTour *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  show_page (self, 1);
}

StileTour *
stile_tour_new (GtkWindow *parent)
{
  return g_object_new (STILE_TYPE_TOUR, "transient-for", parent, NULL);
}

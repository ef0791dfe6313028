/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-problem-box.h"

#include <glib/gi18n-lib.h>

#include "app/stile-focus.h"
#include "app/stile-speech.h"
#include "atls/stile-error.h"

/**
 * StileProblemBox:
 *
 * What went wrong and what to do next, or what must be known before going on.  All of it can be copied into a mail.
 * Without anything to say it is not there.
 */
struct _StileProblemBox
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkImage *icon;
  GtkLabel *what;
  GtkLabel *next;
  GtkWidget *copy;
};

G_DEFINE_FINAL_TYPE (StileProblemBox, stile_problem_box, GTK_TYPE_WIDGET)

static void
stile_problem_box_dispose (GObject *object)
{
  g_clear_pointer (&STILE_PROBLEM_BOX (object)->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_problem_box_parent_class)->dispose (object);
}

/* First what is said, then the button. */
static gboolean
stile_problem_box_focus (GtkWidget *widget, GtkDirectionType direction)
{
  if (direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD)
    return stile_focus_move_along (STILE_PROBLEM_BOX (widget)->content, direction);

  return GTK_WIDGET_CLASS (stile_problem_box_parent_class)->focus (widget, direction);
}

static void
copy_clicked (StileProblemBox *self)
{
  g_autofree char *text =
      g_strdup_printf ("%s\n%s", gtk_label_get_text (self->what), gtk_label_get_text (self->next));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-toast", "s", _ ("Copied"));
}

static void
stile_problem_box_class_init (StileProblemBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_problem_box_dispose;
  widget_class->focus = stile_problem_box_focus;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-problem-box.ui");
  gtk_widget_class_bind_template_child (widget_class, StileProblemBox, content);
  gtk_widget_class_bind_template_child (widget_class, StileProblemBox, icon);
  gtk_widget_class_bind_template_child (widget_class, StileProblemBox, what);
  gtk_widget_class_bind_template_child (widget_class, StileProblemBox, next);
  gtk_widget_class_bind_template_child (widget_class, StileProblemBox, copy);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked);
}

static void
stile_problem_box_init (StileProblemBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
set_texts (StileProblemBox *self, const char *what, const char *next)
{
  g_autofree char *spoken = g_strdup_printf ("%s %s", what, next);

  gtk_label_set_text (self->what, what);
  gtk_widget_set_visible (GTK_WIDGET (self->what), *what != '\0');
  gtk_label_set_text (self->next, next);
  gtk_widget_set_visible (GTK_WIDGET (self->next), *next != '\0');
  stile_speech_set_name (GTK_WIDGET (self), g_strstrip (spoken));
  gtk_widget_set_visible (self->copy, *what != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self), *what != '\0' || *next != '\0');
}

static void
set_look (StileProblemBox *self, const char *icon_name, const char *css_class)
{
  static const char *const classes[] = { "error", "warning", "note" };

  gtk_image_set_from_icon_name (self->icon, icon_name);
  for (gsize i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self), classes[i]);
  gtk_widget_add_css_class (GTK_WIDGET (self), css_class);
}

/**
 * stile_problem_box_set_error:
 * @error: (nullable): what failed; %NULL hides the box
 */
void
stile_problem_box_set_error (StileProblemBox *self, const GError *error)
{
  const char *next = error != NULL ? stile_error_get_next_step (error) : NULL;

  set_look (self, "dialog-error-symbolic", "error");
  set_texts (self, error != NULL ? error->message : "", next != NULL ? next : "");
}

/**
 * stile_problem_box_set_warning:
 * @text: (nullable): what must be known; %NULL hides the box
 * @loud: whether it is a reason not to go on
 */
void
stile_problem_box_set_warning (StileProblemBox *self, const char *text, gboolean loud)
{
  set_look (self, loud ? "dialog-warning-symbolic" : "dialog-information-symbolic",
            loud ? "warning" : "note");
  set_texts (self, loud && text != NULL ? text : "", !loud && text != NULL ? text : "");
}

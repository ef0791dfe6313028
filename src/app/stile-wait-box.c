/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-wait-box.h"

#include <glib/gi18n-lib.h>

/**
 * StileWaitBox:
 *
 * Somebody elsewhere has to decide: when they are asked again, counted down, and what their machine says meanwhile.
 */
struct _StileWaitBox
{
  GtkWidget parent_instance;

  gint64 until; /* Unix microseconds, or 0 */
  guint timer;

  GtkWidget *content;
  GtkLabel *countdown;
  GtkWidget *quote;
  GtkLabel *words;
};

G_DEFINE_FINAL_TYPE (StileWaitBox, stile_wait_box, GTK_TYPE_WIDGET)

static void
stile_wait_box_dispose (GObject *object)
{
  StileWaitBox *self = STILE_WAIT_BOX (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_wait_box_parent_class)->dispose (object);
}

static void
stile_wait_box_class_init (StileWaitBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_wait_box_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-wait-box.ui");
  gtk_widget_class_bind_template_child (widget_class, StileWaitBox, content);
  gtk_widget_class_bind_template_child (widget_class, StileWaitBox, countdown);
  gtk_widget_class_bind_template_child (widget_class, StileWaitBox, quote);
  gtk_widget_class_bind_template_child (widget_class, StileWaitBox, words);
}

static void
stile_wait_box_init (StileWaitBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * stile_wait_box_describe:
 * @seconds: until somebody is asked again
 *
 * Returns: (transfer full): for people, translated
 */
char *
stile_wait_box_describe (gint64 seconds)
{
  if (seconds <= 0)
    return g_strdup (_ ("Asking again now"));

  /* TRANSLATORS: minutes and seconds, such as 0:42 */
  return g_strdup_printf (_ ("Asks again in %d:%02d"), (int)(seconds / 60), (int)(seconds % 60));
}

static void
count_down (StileWaitBox *self)
{
  gint64 left = self->until - g_get_real_time ();
  g_autofree char *text = stile_wait_box_describe ((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);

  gtk_label_set_text (self->countdown, text);
}

static gboolean
second_passed (gpointer user_data)
{
  count_down (user_data);
  return G_SOURCE_CONTINUE;
}

/**
 * stile_wait_box_show:
 * @until: when somebody is asked again, in Unix microseconds; 0 hides the box
 * @words: (nullable): what the registrar says, never read as markup
 */
void
stile_wait_box_show (StileWaitBox *self, gint64 until, const char *words)
{
  self->until = until;
  gtk_widget_set_visible (GTK_WIDGET (self), until != 0);
  gtk_widget_set_visible (self->quote, words != NULL);
  gtk_label_set_text (self->words, words != NULL ? words : "");
  if (until == 0)
    {
      g_clear_handle_id (&self->timer, g_source_remove);
      return;
    }

  if (self->timer == 0)
    self->timer = g_timeout_add_seconds (1, second_passed, self);
  count_down (self);
}

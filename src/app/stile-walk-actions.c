/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-walk-actions.h"

#include <glib/gi18n-lib.h>

#include "app/stile-flow-box.h"
#include "app/stile-focus.h"
#include "app/stile-speech.h"

/**
 * StileWalkActions:
 *
 * The buttons under the walk, of which those are there that mean something now.  They do nothing themselves: the page of
 * the walk has the actions.
 */
struct _StileWalkActions
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkWidget *back;
  GtkWidget *cancel;
  GtkWidget *skip;
  GtkWidget *retry;
  GtkWidget *start_again;
  GtkButton *forward;
  gboolean owed; /* the focus, to whichever can take it next */
};

G_DEFINE_FINAL_TYPE (StileWalkActions, stile_walk_actions, GTK_TYPE_WIDGET)

static void
stile_walk_actions_dispose (GObject *object)
{
  g_clear_pointer (&STILE_WALK_ACTIONS (object)->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_walk_actions_parent_class)->dispose (object);
}

static void
stile_walk_actions_class_init (StileWalkActionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_walk_actions_dispose;

  g_type_ensure (STILE_TYPE_FLOW_BOX);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-walk-actions.ui");
  gtk_widget_class_bind_template_child (widget_class, StileWalkActions, content);
  gtk_widget_class_bind_template_child (widget_class, StileWalkActions, back);
  gtk_widget_class_bind_template_child (widget_class, StileWalkActions, cancel);
  gtk_widget_class_bind_template_child (widget_class, StileWalkActions, skip);
  gtk_widget_class_bind_template_child (widget_class, StileWalkActions, retry);
  gtk_widget_class_bind_template_child (widget_class, StileWalkActions, start_again);
  gtk_widget_class_bind_template_child (widget_class, StileWalkActions, forward);
}

static void
stile_walk_actions_init (StileWalkActions *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static GtkWidget *
get_focus (StileWalkActions *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return root != NULL ? gtk_root_get_focus (root) : NULL;
}

/**
 * stile_walk_actions_take_focus:
 *
 * A button that was pressed goes when something runs: whoever walks by keyboard stays among the buttons.  Where all of them rest,
 * the first that can be pressed again gets it.
 */
void
stile_walk_actions_take_focus (StileWalkActions *self)
{
  GtkWidget *buttons[] = { GTK_WIDGET (self->forward), self->cancel, self->retry, self->start_again };

  self->owed = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    if (gtk_widget_get_visible (buttons[i]) && gtk_widget_is_sensitive (buttons[i]))
      {
        gtk_widget_grab_focus (buttons[i]);
        return;
      }

  self->owed = TRUE;
}

static const char *
name_forward (StileBootstrap *job, StileBootstrapStep shown)
{
  if (stile_bootstrap_is_passed (job, shown))
    return _ ("Continue");
  if (shown == STILE_BOOTSTRAP_INSTALL)
    return C_ ("button", "Install");

  return shown == STILE_BOOTSTRAP_ENROL ? _ ("Get Certificate") : _ ("Continue");
}

/**
 * stile_walk_actions_show:
 * @shown: the step that the page shows
 */
void
stile_walk_actions_show (StileWalkActions *self, StileBootstrap *job, StileBootstrapStep shown)
{
  gboolean running = stile_bootstrap_is_running (job);
  gboolean failed =
      stile_bootstrap_get_state (job, shown) == STILE_BOOTSTRAP_FAILED && shown != STILE_BOOTSTRAP_SERVICE;
  gboolean done = shown == STILE_BOOTSTRAP_DONE && stile_bootstrap_is_passed (job, shown);
  gboolean focused =
      stile_focus_get_within (GTK_WIDGET (self)) != NULL || (self->owed && get_focus (self) == NULL);

  gtk_widget_set_visible (self->back, !running && shown > STILE_BOOTSTRAP_SERVICE);
  gtk_widget_set_visible (self->cancel, running);
  gtk_widget_set_visible (self->skip, stile_bootstrap_can_skip (job, shown));
  gtk_widget_set_visible (self->retry, !running && failed);
  gtk_widget_set_visible (self->start_again, !running && done);
  gtk_widget_set_visible (GTK_WIDGET (self->forward), !running && !failed && !done);
  gtk_button_set_label (self->forward, name_forward (job, shown));
  if (focused)
    stile_walk_actions_take_focus (self);
}

/**
 * stile_walk_actions_set_doubtful:
 * @doubtful: whether something speaks against going on: then nothing leads there
 */
void
stile_walk_actions_set_doubtful (StileWalkActions *self, gboolean doubtful)
{
  if (doubtful)
    gtk_widget_remove_css_class (GTK_WIDGET (self->forward), "suggested-action");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->forward), "suggested-action");
}

/**
 * stile_walk_actions_tell:
 * @text: where the walk is, and what came of it
 *
 * Whoever does not see the page hears it with the button that the focus goes to.
 */
void
stile_walk_actions_tell (StileWalkActions *self, const char *text)
{
  GtkWidget *buttons[] = { GTK_WIDGET (self->forward), self->cancel, self->retry, self->start_again };

  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    stile_speech_set_description (buttons[i], text);
}

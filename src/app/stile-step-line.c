/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-step-line.h"

#include <glib/gi18n-lib.h>

#include "app/stile-speech.h"
#include "bootstrap/stile-bootstrap-words.h"

/**
 * StileStepLine:
 *
 * The slim line over the walk: which step this is, and a button for each, of which the done ones, and
 * the next, can be opened.
 */
struct _StileStepLine
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkLabel *label;
  GtkBox *steps;
  GtkWidget *buttons[STILE_BOOTSTRAP_N_STEPS];
};

G_DEFINE_FINAL_TYPE (StileStepLine, stile_step_line, GTK_TYPE_WIDGET)

enum
{
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stile_step_line_dispose (GObject *object)
{
  g_clear_pointer (&STILE_STEP_LINE (object)->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_step_line_parent_class)->dispose (object);
}

static void
stile_step_line_class_init (StileStepLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_step_line_dispose;
  signals[CHOSEN] = g_signal_new ("chosen", STILE_TYPE_STEP_LINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_UINT);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-step-line.ui");
  gtk_widget_class_bind_template_child (widget_class, StileStepLine, content);
  gtk_widget_class_bind_template_child (widget_class, StileStepLine, label);
  gtk_widget_class_bind_template_child (widget_class, StileStepLine, steps);
}

static void
button_clicked (GtkButton *button, StileStepLine *self)
{
  for (guint i = 0; i < STILE_BOOTSTRAP_N_STEPS; i++)
    if (self->buttons[i] == GTK_WIDGET (button))
      g_signal_emit (self, signals[CHOSEN], 0, i);
}

static void
stile_step_line_init (StileStepLine *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  for (guint i = 0; i < STILE_BOOTSTRAP_N_STEPS; i++)
    {
      self->buttons[i] = gtk_button_new ();
      gtk_widget_add_css_class (self->buttons[i], "step");
      gtk_widget_add_css_class (self->buttons[i], "flat");
      gtk_widget_set_hexpand (self->buttons[i], TRUE);
      g_signal_connect_object (self->buttons[i], "clicked", G_CALLBACK (button_clicked), self,
                               G_CONNECT_DEFAULT);
      gtk_box_append (self->steps, self->buttons[i]);
    }
}

static const char *
word_of (StileBootstrapState state)
{
  switch (state)
    {
    case STILE_BOOTSTRAP_COMPLETE:
      return _ ("done");
    case STILE_BOOTSTRAP_RUNNING:
      return _ ("going on");
    case STILE_BOOTSTRAP_SKIPPED:
      return _ ("skipped");
    case STILE_BOOTSTRAP_FAILED:
      return _ ("failed");
    case STILE_BOOTSTRAP_WAITING:
    default:
      return _ ("not begun");
    }
}

/* Colours are not all: a mark says the same, and a number what is still to come. */
static const char *
icon_of (StileBootstrapState state)
{
  switch (state)
    {
    case STILE_BOOTSTRAP_COMPLETE:
      return "stile-state-passed-symbolic";
    case STILE_BOOTSTRAP_SKIPPED:
      return "stile-state-not-run-symbolic";
    case STILE_BOOTSTRAP_FAILED:
      return "stile-state-refused-symbolic";
    case STILE_BOOTSTRAP_RUNNING:
    case STILE_BOOTSTRAP_WAITING:
    default:
      return NULL;
    }
}

static void
show_mark (GtkButton *button, StileBootstrapStep step, StileBootstrapState state)
{
  const char *icon = icon_of (state);
  g_autofree char *number = g_strdup_printf ("%u", (guint)step + 1);

  if (icon != NULL && g_strcmp0 (gtk_button_get_icon_name (button), icon) != 0)
    gtk_button_set_icon_name (button, icon);
  if (icon == NULL && g_strcmp0 (gtk_button_get_label (button), number) != 0)
    gtk_button_set_label (button, number);
}

static void
show_class (GtkWidget *widget, const char *name, gboolean shown)
{
  if (shown)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

/* What has begun or is over can be looked at, and what comes next can be returned to. */
static gboolean
can_open (StileBootstrap *job, StileBootstrapStep step)
{
  return step == STILE_BOOTSTRAP_SERVICE || stile_bootstrap_is_passed (job, step - 1) ||
         stile_bootstrap_get_state (job, step) != STILE_BOOTSTRAP_WAITING;
}

static void
show_step (StileStepLine *self, StileBootstrap *job, StileBootstrapStep step, StileBootstrapStep shown)
{
  GtkWidget *button = self->buttons[step];
  StileBootstrapState state = stile_bootstrap_get_state (job, step);
  /* TRANSLATORS: the number of a step, its title, and whether it is done */
  g_autofree char *text = g_strdup_printf (_ ("%u · %s, %s"), (guint)step + 1,
                                           stile_bootstrap_words_get_title (step), word_of (state));

  show_mark (GTK_BUTTON (button), step, state);
  gtk_widget_set_tooltip_text (button, text);
  stile_speech_set_name (GTK_WIDGET (button), text);
  gtk_widget_set_sensitive (button, can_open (job, step) || step == shown);
  show_class (button, "current", step == shown);
  show_class (button, "complete", state == STILE_BOOTSTRAP_COMPLETE);
  show_class (button, "skipped", state == STILE_BOOTSTRAP_SKIPPED);
  show_class (button, "failed", state == STILE_BOOTSTRAP_FAILED);
}

/**
 * stile_step_line_show:
 * @shown: the step that the page shows
 */
void
stile_step_line_show (StileStepLine *self, StileBootstrap *job, StileBootstrapStep shown)
{
  g_autofree char *text =
      g_strdup_printf (_ ("Step %u of %u · %s"), (guint)shown + 1, (guint)STILE_BOOTSTRAP_N_STEPS,
                       stile_bootstrap_words_get_title (shown));

  gtk_label_set_text (self->label, text);
  stile_speech_set_name (GTK_WIDGET (self), text);
  for (guint i = 0; i < STILE_BOOTSTRAP_N_STEPS; i++)
    show_step (self, job, (StileBootstrapStep)i, shown);
}

/**
 * stile_step_line_get_text:
 *
 * Returns: (transfer none): "Step 3 of 8 · Secure session"
 */
const char *
stile_step_line_get_text (StileStepLine *self)
{
  return gtk_label_get_text (self->label);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-lab-strip.h"

#include "app/stile-flow-box.h"
#include "app/stile-speech.h"

/**
 * StileLabStrip:
 *
 * Says that this is the lab, and lets a person choose what lies between.  The window holds it.
 */
struct _StileLabStrip
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkDropDown *scenarios;
  gboolean setting; /* the choice is ours, not a person's */
};

G_DEFINE_FINAL_TYPE (StileLabStrip, stile_lab_strip, GTK_TYPE_WIDGET)

enum
{
  SCENARIO_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stile_lab_strip_dispose (GObject *object)
{
  g_clear_pointer (&STILE_LAB_STRIP (object)->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_lab_strip_parent_class)->dispose (object);
}

static void
explain (StileLabStrip *self)
{
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->scenarios),
                               stile_lab_scenario_get_meaning (stile_lab_strip_get_scenario (self)));
}

static void
selected (StileLabStrip *self)
{
  explain (self);
  if (!self->setting)
    g_signal_emit (self, signals[SCENARIO_CHANGED], 0);
}

static void
stile_lab_strip_class_init (StileLabStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_lab_strip_dispose;
  signals[SCENARIO_CHANGED] = g_signal_new ("scenario-changed", STILE_TYPE_LAB_STRIP, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (STILE_TYPE_FLOW_BOX);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-lab-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, StileLabStrip, content);
  gtk_widget_class_bind_template_child (widget_class, StileLabStrip, scenarios);
}

static void
stile_lab_strip_init (StileLabStrip *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < STILE_LAB_N_SCENARIOS; i++)
    gtk_string_list_append (titles, stile_lab_scenario_get_title ((StileLabScenario)i));
  gtk_drop_down_set_model (self->scenarios, G_LIST_MODEL (titles));
  explain (self);
  stile_speech_complete (GTK_WIDGET (self->scenarios));
  g_signal_connect_object (self->scenarios, "notify::selected", G_CALLBACK (selected), self,
                           G_CONNECT_SWAPPED);
}

StileLabScenario
stile_lab_strip_get_scenario (StileLabStrip *self)
{
  return (StileLabScenario)gtk_drop_down_get_selected (self->scenarios);
}

void
stile_lab_strip_set_scenario (StileLabStrip *self, StileLabScenario scenario)
{
  self->setting = TRUE;
  gtk_drop_down_set_selected (self->scenarios, scenario);
  self->setting = FALSE;
}

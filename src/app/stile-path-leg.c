/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-path-leg.h"

#include <glib/gi18n-lib.h>

#include "app/stile-finding-words.h"
#include "app/stile-speech.h"
#include "diagnosis/stile-finding.h"

/**
 * StilePathLeg:
 *
 * The layers that go from one box to another, from the inside out: a column of words, a line for each.  Between
 * neighbours it stands in the gap; one that leads past a box stands beside that.  The view draws the lines.
 */
struct _StilePathLeg
{
  GtkWidget parent_instance;

  guint from;
  guint to;
  StileLineStyle style;
  GString *spoken; /* its layers */
};

G_DEFINE_FINAL_TYPE (StilePathLeg, stile_path_leg, GTK_TYPE_WIDGET)

static void
stile_path_leg_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (stile_path_leg_parent_class)->dispose (object);
}

static void
stile_path_leg_finalize (GObject *object)
{
  g_string_free (STILE_PATH_LEG (object)->spoken, TRUE);

  G_OBJECT_CLASS (stile_path_leg_parent_class)->finalize (object);
}

static void
stile_path_leg_class_init (StilePathLegClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_path_leg_dispose;
  G_OBJECT_CLASS (klass)->finalize = stile_path_leg_finalize;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
stile_path_leg_init (StilePathLeg *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  self->spoken = g_string_new (NULL);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 3);
}

/**
 * stile_path_leg_new:
 * @from: the index of a box
 * @to: of one further on
 */
GtkWidget *
stile_path_leg_new (guint from, guint to, StileCertainty certainty)
{
  static const StileLineStyle styles[] = {
    [STILE_CERTAINTY_UNKNOWN] = STILE_LINE_DOTTED,
    [STILE_CERTAINTY_LIKELY] = STILE_LINE_DASHED,
    [STILE_CERTAINTY_PROVEN] = STILE_LINE_SOLID,
  };
  static const StileConfidence confidences[] = {
    [STILE_CERTAINTY_UNKNOWN] = STILE_CONFIDENCE_UNKNOWN,
    [STILE_CERTAINTY_LIKELY] = STILE_CONFIDENCE_LIKELY,
    [STILE_CERTAINTY_PROVEN] = STILE_CONFIDENCE_PROVEN,
  };
  StilePathLeg *self = g_object_new (STILE_TYPE_PATH_LEG, NULL);

  self->from = from;
  self->to = to;
  self->style = styles[certainty];
  stile_speech_set_description (GTK_WIDGET (self),
                                stile_finding_get_confidence_word (confidences[certainty]));
  return GTK_WIDGET (self);
}

void
stile_path_leg_add_layer (StilePathLeg *self, const char *word)
{
  GtkWidget *label = gtk_label_new (word);

  gtk_widget_set_halign (label, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "layer");
  gtk_widget_set_parent (label, GTK_WIDGET (self));
  g_string_append_printf (self->spoken, "%s%s", self->spoken->len > 0 ? ", " : "", word);
  stile_speech_set_name (GTK_WIDGET (self), self->spoken->str);
}

static char *
join (GPtrArray *changes)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < changes->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "",
                            stile_finding_words_get (g_ptr_array_index (changes, i)));

  return g_string_free (text, FALSE);
}

static GtkWidget *
make_mark (void)
{
  GtkWidget *mark = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *icon = stile_speech_make_mark ("stile-state-changed-symbolic");
  GtkWidget *word = gtk_label_new (_ ("Changed"));

  gtk_widget_add_css_class (word, "caption-heading");
  gtk_box_append (GTK_BOX (mark), icon);
  gtk_box_append (GTK_BOX (mark), word);
  return mark;
}

static GtkWidget *
make_popover (const char *text)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "details");
  gtk_popover_set_child (GTK_POPOVER (popover), label);
  return popover;
}

/**
 * stile_path_leg_set_changes:
 * @changes: (element-type utf8): what was changed or blocked here; marked with a sign and a word, which opens the list
 */
void
stile_path_leg_set_changes (StilePathLeg *self, GPtrArray *changes)
{
  g_autofree char *text = changes->len > 0 ? join (changes) : NULL;
  g_autofree char *spoken = text != NULL ? g_strdup_printf (_ ("Changed here: %s"), text) : NULL;
  GtkWidget *button;

  if (text == NULL)
    return;

  button = gtk_menu_button_new ();
  gtk_menu_button_set_child (GTK_MENU_BUTTON (button), make_mark ());
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), make_popover (text));
  gtk_widget_set_tooltip_text (button, text);
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "changed");
  stile_speech_set_name (GTK_WIDGET (button), spoken);
  gtk_widget_set_parent (button, GTK_WIDGET (self));
}

guint
stile_path_leg_get_from (StilePathLeg *self)
{
  return self->from;
}

guint
stile_path_leg_get_to (StilePathLeg *self)
{
  return self->to;
}

/**
 * stile_path_leg_passes:
 *
 * Returns: whether it leads past a box
 */
gboolean
stile_path_leg_passes (StilePathLeg *self)
{
  return self->to - self->from > 1;
}

StileLineStyle
stile_path_leg_get_style (StilePathLeg *self)
{
  return self->style;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-path-box.h"

/**
 * StilePathBox:
 *
 * One who takes part in a connection: icon, name, what it is, and a word about trust.  It can be focused, says all of
 * that, and opens to show details.
 */
struct _StilePathBox
{
  GtkButton parent_instance;

  char *spoken;

  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *what;
  GtkWidget *trust;
  GtkImage *trust_icon;
  GtkLabel *trust_word;
  GtkWidget *popover;
  GtkBox *details;
};

G_DEFINE_FINAL_TYPE (StilePathBox, stile_path_box, GTK_TYPE_BUTTON)

static void
stile_path_box_dispose (GObject *object)
{
  g_clear_pointer (&STILE_PATH_BOX (object)->popover, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_path_box_parent_class)->dispose (object);
}

static void
stile_path_box_finalize (GObject *object)
{
  g_free (STILE_PATH_BOX (object)->spoken);

  G_OBJECT_CLASS (stile_path_box_parent_class)->finalize (object);
}

static void
stile_path_box_clicked (GtkButton *button)
{
  gtk_popover_popup (GTK_POPOVER (STILE_PATH_BOX (button)->popover));
}

static void
stile_path_box_class_init (StilePathBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_path_box_dispose;
  G_OBJECT_CLASS (klass)->finalize = stile_path_box_finalize;
  GTK_BUTTON_CLASS (klass)->clicked = stile_path_box_clicked;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-path-box.ui");
  gtk_widget_class_bind_template_child (widget_class, StilePathBox, icon);
  gtk_widget_class_bind_template_child (widget_class, StilePathBox, name);
  gtk_widget_class_bind_template_child (widget_class, StilePathBox, what);
  gtk_widget_class_bind_template_child (widget_class, StilePathBox, trust);
  gtk_widget_class_bind_template_child (widget_class, StilePathBox, trust_icon);
  gtk_widget_class_bind_template_child (widget_class, StilePathBox, trust_word);
  gtk_widget_class_bind_template_child (widget_class, StilePathBox, popover);
  gtk_widget_class_bind_template_child (widget_class, StilePathBox, details);
}

static void
stile_path_box_init (StilePathBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
}

GtkWidget *
stile_path_box_new (const char *icon_name, const char *name, const char *what)
{
  StilePathBox *self = g_object_new (STILE_TYPE_PATH_BOX, NULL);

  gtk_image_set_from_icon_name (self->icon, icon_name);
  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->what, what);

  return GTK_WIDGET (self);
}

/**
 * stile_path_box_set_trust:
 * @word: says the same as @trust, in a word or two
 */
void
stile_path_box_set_trust (StilePathBox *self, StilePathTrust trust, const char *word)
{
  static const char *const icons[] = {
    [STILE_PATH_TRUST_OPEN] = NULL,
    [STILE_PATH_TRUST_GOOD] = "stile-trusted-symbolic",
    [STILE_PATH_TRUST_BAD] = "stile-untrusted-symbolic",
  };
  static const char *const classes[] = {
    [STILE_PATH_TRUST_OPEN] = "open",
    [STILE_PATH_TRUST_GOOD] = "trusted",
    [STILE_PATH_TRUST_BAD] = "untrusted",
  };

  gtk_image_set_from_icon_name (self->trust_icon, icons[trust]);
  gtk_widget_set_visible (GTK_WIDGET (self->trust_icon), icons[trust] != NULL);
  gtk_label_set_text (self->trust_word, word);
  gtk_widget_set_visible (self->trust, *word != '\0');
  gtk_widget_add_css_class (GTK_WIDGET (self), classes[trust]);
}

static GtkWidget *
make_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);

  return label;
}

/**
 * stile_path_box_add_detail:
 * @text: (nullable): %NULL adds nothing
 */
void
stile_path_box_add_detail (StilePathBox *self, const char *title, const char *text)
{
  GtkWidget *caption, *label;

  if (text == NULL)
    return;

  caption = make_label (title);
  label = make_label (text);
  gtk_widget_add_css_class (caption, "caption");
  gtk_widget_add_css_class (caption, "dim-label");
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_box_append (self->details, caption);
  gtk_box_append (self->details, label);
}

/**
 * stile_path_box_set_spoken:
 * @text: the box in a sentence, with its place among the others
 */
void
stile_path_box_set_spoken (StilePathBox *self, const char *text)
{
  g_free (self->spoken);
  self->spoken = g_strdup (text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

const char *
stile_path_box_get_spoken (StilePathBox *self)
{
  return self->spoken;
}

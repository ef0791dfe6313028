/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-path-box.h"

#include "app/stile-speech.h"

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
  StilePathBox *self = STILE_PATH_BOX (button);

  if (gtk_widget_get_first_child (GTK_WIDGET (self->details)) != NULL)
    gtk_popover_popup (GTK_POPOVER (self->popover));
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

static void
show_trust (StilePathBox *self, const StileHop *hop)
{
  static const char *const icons[] = {
    [STILE_HOP_OPEN] = NULL,
    [STILE_HOP_GOOD] = "stile-trusted-symbolic",
    [STILE_HOP_BAD] = "stile-untrusted-symbolic",
  };
  static const char *const classes[] = {
    [STILE_HOP_OPEN] = "open",
    [STILE_HOP_GOOD] = "trusted",
    [STILE_HOP_BAD] = "untrusted",
  };

  gtk_image_set_from_icon_name (self->trust_icon, icons[hop->trust]);
  gtk_widget_set_visible (GTK_WIDGET (self->trust_icon), icons[hop->trust] != NULL);
  gtk_label_set_text (self->trust_word, hop->trust_word != NULL ? hop->trust_word : "");
  gtk_widget_set_visible (self->trust, hop->trust_word != NULL && *hop->trust_word != '\0');
  gtk_widget_add_css_class (GTK_WIDGET (self), classes[hop->trust]);
}

static void
show_certainty (StilePathBox *self, StileCertainty certainty)
{
  if (certainty == STILE_CERTAINTY_LIKELY)
    gtk_widget_add_css_class (GTK_WIDGET (self), "likely");
  else if (certainty == STILE_CERTAINTY_UNKNOWN)
    gtk_widget_add_css_class (GTK_WIDGET (self), "unknown");
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

static void
add_detail (StilePathBox *self, const char *title, const char *text)
{
  GtkWidget *caption = make_label (title);
  GtkWidget *label = make_label (text);

  gtk_widget_add_css_class (caption, "caption");
  gtk_widget_add_css_class (caption, "dim-label");
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_box_append (self->details, caption);
  gtk_box_append (self->details, label);
}

static void
speak (StilePathBox *self, const StileHop *hop)
{
  self->spoken = g_strdup (hop->spoken != NULL ? hop->spoken : hop->name);
  stile_speech_set_name (GTK_WIDGET (self), self->spoken);
}

/**
 * stile_path_box_new:
 * @hop: read now, not kept
 */
GtkWidget *
stile_path_box_new (const StileHop *hop)
{
  static const char *const icons[] = {
    [STILE_HOP_COMPUTER] = "stile-computer-symbolic",   [STILE_HOP_PROXY] = "stile-proxy-symbolic",
    [STILE_HOP_MIDDLEBOX] = "stile-middlebox-symbolic", [STILE_HOP_FRONT] = "stile-front-symbolic",
    [STILE_HOP_SERVICE] = "stile-service-symbolic",
  };
  StilePathBox *self = g_object_new (STILE_TYPE_PATH_BOX, NULL);

  gtk_image_set_from_icon_name (self->icon, icons[hop->kind]);
  gtk_label_set_text (self->name, hop->name);
  gtk_label_set_text (self->what, hop->what);
  show_trust (self, hop);
  show_certainty (self, hop->certainty);
  for (guint i = 0; i + 1 < hop->details->len; i += 2)
    add_detail (self, g_ptr_array_index (hop->details, i), g_ptr_array_index (hop->details, i + 1));
  speak (self, hop);

  return GTK_WIDGET (self);
}

const char *
stile_path_box_get_spoken (StilePathBox *self)
{
  return self->spoken;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-empty-box.h"

/**
 * StileEmptyBox:
 *
 * Where a step has nothing to show: that this is so, why, and what would change it.
 */
struct _StileEmptyBox
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkLabel *title;
  GtkLabel *text;
};

G_DEFINE_FINAL_TYPE (StileEmptyBox, stile_empty_box, GTK_TYPE_WIDGET)

enum
{
  PROP_TITLE = 1,
  PROP_TEXT,
};

static void
stile_empty_box_dispose (GObject *object)
{
  g_clear_pointer (&STILE_EMPTY_BOX (object)->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_empty_box_parent_class)->dispose (object);
}

static GtkLabel *
get_label (StileEmptyBox *self, guint id)
{
  return id == PROP_TITLE ? self->title : self->text;
}

static void
stile_empty_box_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_string (value, gtk_label_get_text (get_label (STILE_EMPTY_BOX (object), id)));
}

static void
stile_empty_box_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  gtk_label_set_text (get_label (STILE_EMPTY_BOX (object), id), g_value_get_string (value));
}

static void
stile_empty_box_class_init (StileEmptyBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = stile_empty_box_dispose;
  object_class->get_property = stile_empty_box_get_property;
  object_class->set_property = stile_empty_box_set_property;
  g_object_class_install_property (object_class, PROP_TITLE,
                                   g_param_spec_string ("title", NULL, NULL, "", flags));
  g_object_class_install_property (object_class, PROP_TEXT,
                                   g_param_spec_string ("text", NULL, NULL, "", flags));

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-empty-box.ui");
  gtk_widget_class_bind_template_child (widget_class, StileEmptyBox, content);
  gtk_widget_class_bind_template_child (widget_class, StileEmptyBox, title);
  gtk_widget_class_bind_template_child (widget_class, StileEmptyBox, text);
}

static void
stile_empty_box_init (StileEmptyBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

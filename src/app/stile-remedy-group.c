/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-remedy-group.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-speech.h"

/**
 * StileRemedyGroup:
 *
 * What to do, a row each, that opens to what is there to be copied.  Without remedies it is not there.
 */
struct _StileRemedyGroup
{
  GtkWidget parent_instance;

  GtkWidget *list;
};

G_DEFINE_FINAL_TYPE (StileRemedyGroup, stile_remedy_group, GTK_TYPE_WIDGET)

static void
stile_remedy_group_dispose (GObject *object)
{
  g_clear_pointer (&STILE_REMEDY_GROUP (object)->list, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_remedy_group_parent_class)->dispose (object);
}

static void
stile_remedy_group_class_init (StileRemedyGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_remedy_group_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
stile_remedy_group_init (StileRemedyGroup *self)
{
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
}

static void
copy_clicked (GtkButton *button, gpointer user_data)
{
  const char *text = g_object_get_data (G_OBJECT (button), "stile-text");

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)), text);
  gtk_widget_activate_action (GTK_WIDGET (button), "win.show-toast", "s", _ ("Copied"));
}

static GtkWidget *
make_copy_button (StileRemedy *remedy)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  g_autofree char *name = g_strdup_printf (_ ("Copy: %s"), stile_remedy_get_title (remedy));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Copy"));
  stile_speech_set_name (GTK_WIDGET (button), name);
  g_object_set_data_full (G_OBJECT (button), "stile-text", g_strdup (stile_remedy_get_copy (remedy)), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (copy_clicked), NULL);
  return button;
}

static GtkWidget *
make_text (const char *text, gboolean command)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  if (command)
    gtk_widget_add_css_class (label, "monospace");
  return label;
}

static GtkWidget *
make_body (StileRemedy *remedy)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);

  gtk_box_append (GTK_BOX (box), make_text (stile_remedy_get_text (remedy), FALSE));
  if (stile_remedy_get_copy (remedy) != NULL)
    gtk_box_append (GTK_BOX (box), make_text (stile_remedy_get_copy (remedy), TRUE));
  gtk_widget_add_css_class (box, "field");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  return row;
}

static GtkWidget *
make_row (StileRemedy *remedy)
{
  GtkWidget *row = adw_expander_row_new ();
  g_autofree char *title = g_markup_escape_text (stile_remedy_get_title (remedy), -1);
  gboolean administrator = g_strcmp0 (stile_remedy_get_audience (remedy), "administrator") == 0;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (administrator)
    adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), _ ("For the network’s administrator"));
  if (stile_remedy_get_copy (remedy) != NULL)
    adw_expander_row_add_action (ADW_EXPANDER_ROW (row), make_copy_button (remedy));
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), make_body (remedy));
  stile_speech_complete (row);

  return row;
}

/**
 * stile_remedy_group_show:
 *
 * What the report says can be done.
 */
void
stile_remedy_group_show (StileRemedyGroup *self, StileReport *report)
{
  g_autoptr (GPtrArray) remedies = stile_report_get_remedies (report);
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
  for (guint i = 0; i < remedies->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), make_row (g_ptr_array_index (remedies, i)));
  gtk_widget_set_visible (GTK_WIDGET (self), remedies->len > 0);
}

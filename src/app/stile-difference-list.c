/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-difference-list.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-flow-box.h"
#include "app/stile-speech.h"

#include "codec/stile-json.h"
#include "diagnosis/stile-report-difference.h"

/* Where the two columns stand one below the other. */
#define COLUMN_WIDTH 220

/**
 * StileDifferenceList:
 *
 * Two sides of the same thing: what differs stands open, side by side; what is equal is folded into one row.  Without rows it is
 * not there.
 */
struct _StileDifferenceList
{
  GtkWidget parent_instance;

  GtkWidget *list;
  GtkWidget *equal; /* an expander row, or NULL while there are none */
  guint n_equal;
};

G_DEFINE_FINAL_TYPE (StileDifferenceList, stile_difference_list, GTK_TYPE_WIDGET)

static void
stile_difference_list_dispose (GObject *object)
{
  g_clear_pointer (&STILE_DIFFERENCE_LIST (object)->list, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_difference_list_parent_class)->dispose (object);
}

static void
stile_difference_list_class_init (StileDifferenceListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_difference_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
stile_difference_list_init (StileDifferenceList *self)
{
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
}

static void
clear (StileDifferenceList *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
  self->equal = NULL;
  self->n_equal = 0;
}

static GtkWidget *
make_side (const char *head, const char *value)
{
  GtkWidget *side = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *caption = gtk_label_new (head);
  GtkWidget *text = gtk_label_new (value != NULL ? value : "–");

  gtk_widget_add_css_class (caption, "caption");
  gtk_widget_add_css_class (caption, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (caption), 0);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (text), 30);
  gtk_widget_set_size_request (side, COLUMN_WIDTH, -1);
  gtk_box_append (GTK_BOX (side), caption);
  gtk_box_append (GTK_BOX (side), text);

  return side;
}

static void
add_row (
    StileDifferenceList *self, const char *label, const char *heads[2], const char *one, const char *other)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *title = gtk_label_new (label);
  GtkWidget *sides = stile_flow_box_new (2, 6);
  g_autofree char *spoken = g_strdup_printf ("%s. %s: %s. %s: %s", label, heads[0], one != NULL ? one : "–",
                                             heads[1], other != NULL ? other : "–");

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_widget_add_css_class (title, "heading");
  gtk_widget_set_parent (make_side (heads[0], one), sides);
  gtk_widget_set_parent (make_side (heads[1], other), sides);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), sides);
  gtk_widget_add_css_class (box, "field");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  stile_speech_set_name (GTK_WIDGET (row), spoken);
  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
}

static void
add_equal (StileDifferenceList *self, const char *label, const char *value)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = g_markup_escape_text (label, -1);
  g_autofree char *below = g_markup_escape_text (value != NULL ? value : "", -1);

  if (self->equal == NULL)
    self->equal = g_object_ref_sink (adw_expander_row_new ());
  self->n_equal++;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), below);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  stile_speech_complete (row);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self->equal), row);
}

/* The folded row comes last. */
static void
finish (StileDifferenceList *self)
{
  if (self->equal != NULL)
    {
      g_autofree char *title = g_strdup_printf (
          g_dngettext (GETTEXT_PACKAGE, "%u the same", "%u the same", self->n_equal), self->n_equal);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->equal), title);
      gtk_list_box_append (GTK_LIST_BOX (self->list), self->equal);
      g_object_unref (self->equal);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), gtk_widget_get_first_child (self->list) != NULL);
}

/**
 * stile_difference_list_show_sides:
 *
 * What this computer saw, and what the service saw.
 */
void
stile_difference_list_show_sides (StileDifferenceList *self, StileReport *report)
{
  GVariant *document = stile_report_get_document (report);
  const char *heads[] = { _ ("This computer saw"), _ ("The service saw") };

  clear (self);
  for (guint i = 0; i < stile_report_count (document, "differences"); i++)
    {
      g_autoptr (GVariant) row = stile_report_get_item (document, "differences", i);
      const char *label = stile_json_get_string (row, "label");
      const char *client = stile_json_get_string (row, "client");

      if (label == NULL)
        continue;
      if (stile_json_get_boolean (row, "equal", FALSE))
        add_equal (self, label, client);
      else
        add_row (self, label, heads, client, stile_json_get_string (row, "service"));
    }
  finish (self);
}

/**
 * stile_difference_list_show_changes:
 *
 * What changed from one report to another.
 */
void
stile_difference_list_show_changes (StileDifferenceList *self, StileReport *one, StileReport *other)
{
  g_autoptr (GPtrArray) changes = stile_report_difference_list (one, other);
  const char *heads[] = { _ ("Before"), _ ("After") };

  clear (self);
  for (guint i = 0; i < changes->len; i++)
    {
      StileReportDifference *change = g_ptr_array_index (changes, i);

      add_row (self, change->label, heads, change->before, change->after);
    }
  if (changes->len == 0)
    add_equal (self, _ ("Nothing has changed."), NULL);
  finish (self);
}

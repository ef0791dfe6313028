/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-history-list.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/**
 * StileHistoryList:
 *
 * The diagnoses of before, the newest on top: opened by a click, removed by a button.  It is not there while there are none.
 */
struct _StileHistoryList
{
  GtkWidget parent_instance;

  GtkWidget *list;
  StileDiagnosisHistory *history;
};

enum
{
  OPEN,
  REMOVE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (StileHistoryList, stile_history_list, GTK_TYPE_WIDGET)

static void
stile_history_list_dispose (GObject *object)
{
  StileHistoryList *self = STILE_HISTORY_LIST (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (GTK_LIST_BOX (self->list), NULL, NULL, NULL, NULL);
  g_clear_pointer (&self->list, gtk_widget_unparent);
  g_clear_object (&self->history);

  G_OBJECT_CLASS (stile_history_list_parent_class)->dispose (object);
}

static void
stile_history_list_class_init (StileHistoryListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_history_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[OPEN] = g_signal_new ("open", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, STILE_TYPE_REPORT);
  signals[REMOVE] = g_signal_new ("remove", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, STILE_TYPE_REPORT);
}

static void
row_activated (GtkListBox *list, GtkListBoxRow *row, StileHistoryList *self)
{
  g_autoptr (StileReport) report =
      g_list_model_get_item (G_LIST_MODEL (self->history), (guint)gtk_list_box_row_get_index (row));

  if (report != NULL)
    g_signal_emit (self, signals[OPEN], 0, report);
}

static void
stile_history_list_init (StileHistoryList *self)
{
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (row_activated), self);
}

static void
remove_clicked (GtkButton *button, StileHistoryList *self)
{
  g_signal_emit (self, signals[REMOVE], 0, g_object_get_data (G_OBJECT (button), "stile-report"));
}

static GtkWidget *
make_remove_button (StileHistoryList *self, StileReport *report)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *name = g_strdup_printf (_ ("Remove: %s"), stile_report_get_url (report));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Remove"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (button), "stile-report", g_object_ref (report), g_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_clicked), self, G_CONNECT_DEFAULT);
  return button;
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  StileReport *report = item;
  GtkWidget *row = adw_action_row_new ();
  g_autoptr (GDateTime) created = stile_report_get_created (report);
  g_autoptr (GDateTime) local = g_date_time_to_local (created);
  g_autofree char *date = g_date_time_format (local, "%c");
  g_autofree char *title = g_markup_escape_text (stile_report_get_url (report), -1);
  g_autofree char *text = g_strdup_printf ("%s\n%s", date, stile_report_get_sentence (report));
  g_autofree char *below = g_markup_escape_text (text, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), below);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_remove_button (user_data, report));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  return row;
}

static void
items_changed (GListModel *model, guint position, guint removed, guint added, StileHistoryList *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), g_list_model_get_n_items (model) > 0);
}

/**
 * stile_history_list_set_history:
 * @history: is followed
 */
void
stile_history_list_set_history (StileHistoryList *self, StileDiagnosisHistory *history)
{
  g_set_object (&self->history, history);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (history), make_row, self, NULL);
  g_signal_connect_object (history, "items-changed", G_CALLBACK (items_changed), self, G_CONNECT_DEFAULT);
  items_changed (G_LIST_MODEL (history), 0, 0, 0, self);
}

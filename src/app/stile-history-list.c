/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-history-list.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-speech.h"
#include "app/stile-undo.h"
#include "atls/stile-error.h"

/**
 * StileHistoryList:
 *
 * The diagnoses of before, the newest on top: opened by a click, compared and removed by buttons.  It is not there while there
 * are none.  What was removed can be had back as long as the toast is there.
 */
struct _StileHistoryList
{
  GtkWidget parent_instance;

  GtkWidget *list;
  StileDiagnosisHistory *history;
  GHashTable *removed; /* file → StileReport */
  GMenu *addresses;    /* that were looked at, each once, the last on top */
  guint limit;
};

/* More than that nobody looks through. */
#define MAX_ADDRESSES 8

G_DEFINE_FINAL_TYPE (StileHistoryList, stile_history_list, GTK_TYPE_WIDGET)

static void
stile_history_list_dispose (GObject *object)
{
  StileHistoryList *self = STILE_HISTORY_LIST (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (GTK_LIST_BOX (self->list), NULL, NULL, NULL, NULL);
  g_clear_pointer (&self->list, gtk_widget_unparent);
  g_clear_object (&self->history);
  g_clear_object (&self->addresses);
  g_clear_pointer (&self->removed, g_hash_table_unref);

  G_OBJECT_CLASS (stile_history_list_parent_class)->dispose (object);
}

static void
stile_history_list_class_init (StileHistoryListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_history_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
stile_history_list_init (StileHistoryList *self)
{
  self->list = gtk_list_box_new ();
  self->addresses = g_menu_new ();
  self->limit = STILE_DIAGNOSIS_HISTORY_DEFAULT;
  self->removed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/* --- rows --- */

static GtkWidget *
make_button (const char *icon, const char *tooltip, const char *name, const char *action, const char *file)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, tooltip);
  stile_speech_set_name (GTK_WIDGET (button), name);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", file);
  return button;
}

static void
add_buttons (AdwActionRow *row, const char *url, const char *date, const char *file)
{
  g_autofree char *compare = g_strdup_printf (_ ("Compare with what is shown: %s, %s"), url, date);
  g_autofree char *remove = g_strdup_printf (_ ("Remove: %s, %s"), url, date);

  adw_action_row_add_suffix (row, make_button ("view-dual-symbolic", _ ("Compare with what is shown"),
                                               compare, "diagnose.compare-with", file));
  adw_action_row_add_suffix (
      row, make_button ("user-trash-symbolic", _ ("Remove"), remove, "diagnose.forget", file));
  adw_action_row_add_suffix (row, stile_speech_make_mark ("go-next-symbolic"));
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  StileHistoryList *self = user_data;
  StileReport *report = item;
  GtkWidget *row = adw_action_row_new ();
  const char *file = stile_diagnosis_history_get_file (self->history, report);
  g_autoptr (GDateTime) created = stile_report_get_created (report);
  g_autoptr (GDateTime) local = g_date_time_to_local (created);
  g_autofree char *date = g_date_time_format (local, "%c");
  g_autofree char *title = g_markup_escape_text (stile_report_get_url (report), -1);
  g_autofree char *text = g_strdup_printf ("%s\n%s", date, stile_report_get_sentence (report));
  g_autofree char *below = g_markup_escape_text (text, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), below);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  gtk_widget_set_tooltip_text (row, text);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "diagnose.open");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", file);
  stile_speech_complete (row);
  add_buttons (ADW_ACTION_ROW (row), stile_report_get_url (report), date, file);
  return row;
}

/* --- what is kept --- */

static void
add_address (GMenu *menu, const char *url)
{
  g_auto (GStrv) parts = g_strsplit (url, "_", -1);
  g_autofree char *label = g_strjoinv ("__", parts); /* no mnemonics */
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, "diagnose.address", "s", url);
  g_menu_append_item (menu, item);
}

static void
list_addresses (StileHistoryList *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GListModel *reports = G_LIST_MODEL (self->history);

  g_menu_remove_all (self->addresses);
  for (guint i = 0; i < g_list_model_get_n_items (reports) && g_hash_table_size (seen) < MAX_ADDRESSES; i++)
    {
      g_autoptr (StileReport) report = g_list_model_get_item (reports, i);

      if (g_hash_table_add (seen, g_strdup (stile_report_get_url (report))))
        add_address (self->addresses, stile_report_get_url (report));
    }
}

static void
items_changed (StileHistoryList *self)
{
  list_addresses (self);
  gtk_widget_set_visible (GTK_WIDGET (self), g_list_model_get_n_items (G_LIST_MODEL (self->history)) > 0);
}

static void
tell (StileHistoryList *self, const GError *error)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-toast", "s", error->message);
}

static void
loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileHistoryList) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!stile_diagnosis_history_load_finish (STILE_DIAGNOSIS_HISTORY (object), result, &error) &&
      !stile_error_is_cancelled (error))
    tell (self, error);
}

/**
 * stile_history_list_set_folder:
 *
 * Shows the reports that are kept there, as soon as they are read.
 */
void
stile_history_list_set_folder (StileHistoryList *self, const char *folder)
{
  g_clear_object (&self->history);
  g_hash_table_remove_all (self->removed);
  self->history = stile_diagnosis_history_new (folder);
  stile_diagnosis_history_set_limit (self->history, self->limit);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (self->history), make_row, self, NULL);
  g_signal_connect_object (self->history, "items-changed", G_CALLBACK (items_changed), self,
                           G_CONNECT_SWAPPED);
  stile_diagnosis_history_load_async (self->history, NULL, loaded, g_object_ref (self));
  items_changed (self);
}

/**
 * stile_history_list_set_limit:
 * @limit: how many reports are kept
 */
void
stile_history_list_set_limit (StileHistoryList *self, guint limit)
{
  self->limit = limit;
  if (self->history != NULL)
    stile_diagnosis_history_set_limit (self->history, limit);
}

/**
 * stile_history_list_get_history:
 *
 * Returns: (transfer none): what it shows
 */
StileDiagnosisHistory *
stile_history_list_get_history (StileHistoryList *self)
{
  return self->history;
}

/**
 * stile_history_list_get_addresses:
 *
 * Returns: (transfer none): what was looked at, each address once and the last on top, as a menu that follows; an item
 *   activates "diagnose.address" with its address
 */
GMenuModel *
stile_history_list_get_addresses (StileHistoryList *self)
{
  return G_MENU_MODEL (self->addresses);
}

static void
kept (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileHistoryList) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!stile_diagnosis_history_add_finish (STILE_DIAGNOSIS_HISTORY (object), result, &error))
    tell (self, error);
}

void
stile_history_list_keep (StileHistoryList *self, StileReport *report)
{
  stile_diagnosis_history_add_async (self->history, report, NULL, kept, g_object_ref (self));
}

static void
restore (GtkWidget *widget, const char *file)
{
  StileHistoryList *self = STILE_HISTORY_LIST (widget);
  StileReport *report = g_hash_table_lookup (self->removed, file);

  if (report == NULL)
    return;

  stile_history_list_keep (self, report);
  g_hash_table_remove (self->removed, file);
}

/**
 * stile_history_list_forget:
 *
 * Removes the report that is kept in @file, and offers to take that back.
 */
void
stile_history_list_forget (StileHistoryList *self, const char *file)
{
  StileReport *report = stile_diagnosis_history_find_file (self->history, file);
  g_autofree char *key = g_strdup (file);
  g_autoptr (GError) error = NULL;

  if (report == NULL)
    return;

  g_hash_table_insert (self->removed, g_strdup (key), g_object_ref (report));
  if (stile_diagnosis_history_remove (self->history, report, &error))
    stile_undo_offer (GTK_WIDGET (self), _ ("Removed"), key, restore);
  else
    tell (self, error);
}

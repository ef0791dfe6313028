/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-record-list.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-speech.h"
#include "bootstrap/stile-installation.h"
#include "bootstrap/stile-trust-stores.h"

typedef enum
{
  LOAD_NOT,
  LOAD_RUNS,
  LOAD_RUNS_AND_IS_OLD,
} Load;

/**
 * StileRecordList:
 *
 * What Stile installed earlier, by this walk or by any other, from where, and a button for each that takes it back.
 * Without any it is not there.
 */
struct _StileRecordList
{
  GtkWidget parent_instance;

  StileTrustRecord *record;
  GListModel *stores; /* of StileTrustStore: those that are in use, which know more than new ones */
  GCancellable *cancellable;
  StileTrustEntry *leaving; /* what is taken back now, or NULL */
  GPtrArray *rows;          /* that are shown; no-ref: the expander holds them */
  Load load;

  GtkWidget *content;
  AdwExpanderRow *entries;
};

G_DEFINE_FINAL_TYPE (StileRecordList, stile_record_list, GTK_TYPE_WIDGET)

enum
{
  PROP_BUSY = 1,
  N_PROPS,
};

enum
{
  TAKEN_BACK,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static void
stile_record_list_dispose (GObject *object)
{
  StileRecordList *self = STILE_RECORD_LIST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_object (&self->record);
  g_clear_object (&self->stores);
  g_clear_object (&self->leaving);
  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (stile_record_list_parent_class)->dispose (object);
}

static void
stile_record_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_boolean (value, stile_record_list_is_busy (STILE_RECORD_LIST (object)));
}

static void
stile_record_list_class_init (StileRecordListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = stile_record_list_dispose;
  object_class->get_property = stile_record_list_get_property;
  props[PROP_BUSY] =
      g_param_spec_boolean ("busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[TAKEN_BACK] = g_signal_new ("taken-back", STILE_TYPE_RECORD_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 1, STILE_TYPE_TRUST_ENTRY);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-record-list.ui");
  gtk_widget_class_bind_template_child (widget_class, StileRecordList, content);
  gtk_widget_class_bind_template_child (widget_class, StileRecordList, entries);
}

static void
stile_record_list_init (StileRecordList *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_speech_complete (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
set_leaving (StileRecordList *self, StileTrustEntry *entry)
{
  g_set_object (&self->leaving, entry);
  gtk_widget_set_sensitive (GTK_WIDGET (self->entries), entry == NULL);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUSY]);
}

static void
say (StileRecordList *self, const char *text)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-toast", "s", text);
}

/* --- taking back --- */

/* The store of the walk, if it is one: it knows what this very process did. */
static StileTrustStore *
open_store (StileRecordList *self, const char *id, GError **error)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->stores); i++)
    {
      g_autoptr (StileTrustStore) store = g_list_model_get_item (self->stores, i);

      if (g_strcmp0 (stile_trust_store_get_id (store), id) == 0)
        return g_steal_pointer (&store);
    }

  return stile_trust_stores_open (id, g_get_user_data_dir (), g_get_home_dir (), error);
}

static void load (StileRecordList *self);

static void
taken_back (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results = stile_installation_finish (result, &error);
  gboolean done = results != NULL && stile_installation_result_check (results, &error);
  StileRecordList *self = user_data;
  g_autoptr (StileTrustEntry) entry = NULL;

  if (results == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the list is gone: dispose cancelled us */

  entry = g_object_ref (self->leaving);
  set_leaving (self, NULL);
  say (self, done ? _ ("Taken back") : error->message);
  load (self);
  if (done)
    g_signal_emit (self, signals[TAKEN_BACK], 0, entry);
}

static void
take_back (StileRecordList *self, StileTrustEntry *entry)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileTrustStore) store = open_store (self, stile_trust_entry_get_store (entry), &error);
  g_autoptr (GPtrArray) stores = g_ptr_array_new_with_free_func (g_object_unref);

  if (store == NULL)
    {
      say (self, error->message);
      return;
    }

  g_ptr_array_add (stores, g_steal_pointer (&store));
  set_leaving (self, entry);
  stile_installation_undo_async (stores, stile_trust_entry_get_roots (entry), self->record, self->cancellable,
                                 taken_back, self);
}

static void
take_back_clicked (GtkButton *button, StileRecordList *self)
{
  take_back (self, g_object_get_data (G_OBJECT (button), "entry"));
}

/* --- what there is --- */

static char *
describe_voucher (const StileTrustOrigin *origin)
{
  if (origin->signer != NULL && origin->domain != NULL)
    return g_strdup_printf (_ ("Vouched for by “%s”, for the domain “%s”"), origin->signer, origin->domain);
  if (origin->signer != NULL)
    return g_strdup_printf (_ ("Vouched for by “%s”"), origin->signer);

  return origin->domain != NULL ? g_strdup_printf (_ ("For the domain “%s”"), origin->domain) : NULL;
}

static void
append_origin (GString *text, StileTrustEntry *entry)
{
  const StileTrustOrigin *origin = stile_trust_entry_get_origin (entry);
  g_autofree char *voucher = describe_voucher (origin);

  if (origin->service != NULL)
    {
      g_autofree char *when = g_strdup (text->str);

      /* TRANSLATORS: a day and a time, and the address of a service */
      g_string_printf (text, _ ("%s, from %s"), when, origin->service);
    }
  if (voucher != NULL)
    g_string_append_printf (text, "\n%s", voucher);
}

static char *
describe (StileTrustEntry *entry)
{
  GPtrArray *roots = stile_trust_entry_get_roots (entry);
  g_autoptr (GDateTime) time = g_date_time_to_local (stile_trust_entry_get_time (entry));
  /* TRANSLATORS: a day and a time, such as 1 December 2026, 14:05; see g_date_time_format() */
  g_autofree char *when = g_date_time_format (time, _ ("%-d %B %Y, %H:%M"));
  GString *text = g_string_new (when);

  append_origin (text, entry);
  for (guint i = 0; i < roots->len; i++)
    g_string_append_printf (text, "\n%s", stile_certificate_get_name (g_ptr_array_index (roots, i)));
  if (!stile_trust_entry_is_done (entry))
    g_string_append_printf (text, "\n%s", _ ("Begun, and perhaps not finished."));

  return g_string_free (text, FALSE);
}

static GtkWidget *
make_button (StileRecordList *self, StileTrustEntry *entry)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Take Back"));
  g_autofree char *spoken = g_strdup_printf (_ ("Take back: %s"), stile_trust_entry_get_store_name (entry));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  stile_speech_set_name (GTK_WIDGET (button), spoken);
  g_object_set_data_full (G_OBJECT (button), "entry", g_object_ref (entry), g_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (take_back_clicked), self, G_CONNECT_DEFAULT);

  return button;
}

static GtkWidget *
make_row (StileRecordList *self, StileTrustEntry *entry)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = g_markup_escape_text (stile_trust_entry_get_store_name (entry), -1);
  g_autofree char *text = describe (entry);
  g_autofree char *below = g_markup_escape_text (text, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), below);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_button (self, entry));
  stile_speech_complete (row);

  return row;
}

/* The last one first. */
static void
fill (StileRecordList *self, GPtrArray *entries)
{
  g_autofree char *below = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%u installation", "%u installations", entries->len), entries->len);

  for (guint i = 0; i < self->rows->len; i++)
    adw_expander_row_remove (self->entries, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = entries->len; i > 0; i--)
    {
      GtkWidget *row = make_row (self, g_ptr_array_index (entries, i - 1));

      g_ptr_array_add (self->rows, row);
      adw_expander_row_add_row (self->entries, row);
    }
  adw_expander_row_set_subtitle (self->entries, below);
  gtk_widget_set_visible (GTK_WIDGET (self), entries->len > 0);
}

static void
list_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *entries = stile_trust_record_list (task_data, &error);

  if (entries != NULL)
    g_task_return_pointer (task, entries, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
listed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = g_task_propagate_pointer (G_TASK (result), &error);
  StileRecordList *self = user_data;
  gboolean old;

  if (entries == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the list is gone: dispose cancelled us */

  if (entries != NULL)
    fill (self, entries);
  else
    say (self, error->message);
  old = self->load == LOAD_RUNS_AND_IS_OLD;
  self->load = LOAD_NOT;
  if (old)
    load (self);
}

static void
load (StileRecordList *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->load != LOAD_NOT)
    self->load = LOAD_RUNS_AND_IS_OLD;
  if (self->record == NULL || self->load != LOAD_NOT)
    return;

  self->load = LOAD_RUNS;
  task = g_task_new (NULL, self->cancellable, listed, self);
  g_task_set_source_tag (task, load);
  g_task_set_task_data (task, g_object_ref (self->record), g_object_unref);
  g_task_run_in_thread (task, list_in_thread);
}

/**
 * stile_record_list_show:
 * @record: (nullable): what was installed; it is read anew
 * @stores: of StileTrustStore: those of the walk
 */
void
stile_record_list_show (StileRecordList *self, StileTrustRecord *record, GListModel *stores)
{
  g_set_object (&self->stores, stores);
  g_set_object (&self->record, record);
  load (self);
}

gboolean
stile_record_list_is_busy (StileRecordList *self)
{
  return self->leaving != NULL;
}

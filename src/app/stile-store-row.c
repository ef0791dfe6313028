/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-store-row.h"

#include <glib/gi18n-lib.h>

#include "app/stile-dialogs.h"
#include "app/stile-speech.h"
#include "app/stile-trust-row.h"
#include "bootstrap/stile-pem-store.h"

/**
 * StileStoreRow:
 *
 * One place where roots can be trusted: what it is, what trusting there means, whether to, or why not and how to do it by
 * hand; behind it what exactly would change, and afterwards who trusts the roots now.  A store that is a file of the
 * person's choice has a button to choose it.
 */
struct _StileStoreRow
{
  AdwExpanderRow parent_instance;

  StileTrustStore *store;
  GCancellable *cancellable;
  char *obstacle;      /* why it cannot be chosen, or NULL */
  gboolean busy;       /* somebody looks at the store */
  char *by_hand;       /* the whole command, or NULL */
  GPtrArray *programs; /* of the rows that are shown */

  GtkSwitch *selected;
  GtkWidget *choose;
  GtkWidget *result;
  GtkImage *result_icon;
  GtkLabel *result_word;
  GtkWidget *problem_row;
  GtkLabel *problem;
  GtkWidget *change_row;
  GtkLabel *change;
  GtkWidget *command_row;
  GtkLabel *command;
};

G_DEFINE_FINAL_TYPE (StileStoreRow, stile_store_row, ADW_TYPE_EXPANDER_ROW)

enum
{
  FILE_CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stile_store_row_dispose (GObject *object)
{
  StileStoreRow *self = STILE_STORE_ROW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (stile_store_row_parent_class)->dispose (object);
}

static void
stile_store_row_finalize (GObject *object)
{
  StileStoreRow *self = STILE_STORE_ROW (object);

  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->programs);
  g_free (self->obstacle);
  g_free (self->by_hand);

  G_OBJECT_CLASS (stile_store_row_parent_class)->finalize (object);
}

static gboolean
is_file (StileStoreRow *self)
{
  return STILE_IS_PEM_STORE (self->store) && !stile_pem_store_is_own (STILE_PEM_STORE (self->store));
}

/* Taking back belongs to the file that was written: until then no other one is chosen. */
static gboolean
is_locked (StileStoreRow *self)
{
  return is_file (self) && stile_pem_store_is_written (STILE_PEM_STORE (self->store));
}

/* --- words --- */

static char *
describe (StileStoreRow *self)
{
  const char *location = stile_trust_store_get_location (self->store);
  GString *text = g_string_new (stile_trust_store_get_meaning (self->store));

  if (is_file (self))
    g_string_append_printf (text, "\n%s", location != NULL ? location : _ ("No file chosen yet"));
  if (is_locked (self))
    g_string_append_printf (text, "\n%s", _ ("Written by this walk: undo first, then choose another file."));
  if (self->obstacle != NULL)
    g_string_append_printf (text, "\n%s", self->obstacle);

  return g_string_free (text, FALSE);
}

static void
show_texts (StileStoreRow *self)
{
  const char *name = stile_trust_store_get_name (self->store);
  g_autofree char *title = g_markup_escape_text (name, -1);
  g_autofree char *text = describe (self);
  g_autofree char *below = g_markup_escape_text (text, -1);
  g_autofree char *spoken = g_strdup_printf (_ ("Install into: %s"), name);
  const char *tip = _ ("Whether to install here");

  if (self->obstacle != NULL)
    tip = self->obstacle;
  else if (stile_trust_store_get_location (self->store) == NULL)
    tip = _ ("Choose a file first");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), below);
  stile_speech_set_name (GTK_WIDGET (self), name);
  stile_speech_set_name (GTK_WIDGET (self->selected), spoken);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->selected), tip);
}

static void
show_choice (StileStoreRow *self)
{
  gboolean possible = stile_trust_store_get_location (self->store) != NULL && self->obstacle == NULL;

  show_texts (self);
  gtk_widget_set_sensitive (GTK_WIDGET (self->selected), possible);
  gtk_widget_set_sensitive (self->choose, !is_locked (self) && !self->busy);
}

/* --- what a person does --- */

static void
file_chosen (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = stile_dialogs_save_finish (GTK_WIDGET (object), result, NULL);
  StileStoreRow *self = user_data;

  /* None was chosen, or the row is gone, or somebody looks at the store. */
  if (file == NULL || g_file_peek_path (file) == NULL || self->busy)
    return;

  stile_pem_store_set_path (STILE_PEM_STORE (self->store), g_file_peek_path (file));
  stile_trust_store_set_selected (self->store, TRUE);
  show_choice (self);
  gtk_switch_set_active (self->selected, TRUE);
  g_signal_emit (self, signals[FILE_CHOSEN], 0);
}

static void
choose_clicked (StileStoreRow *self)
{
  stile_dialogs_save_async (GTK_WIDGET (self), stile_trust_store_get_name (self->store), "domain-roots.pem",
                            self->cancellable, file_chosen, self);
}

static void
copy_clicked (StileStoreRow *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->by_hand);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-toast", "s", _ ("Command copied"));
}

static void
selected_changed (StileStoreRow *self)
{
  if (self->store != NULL)
    stile_trust_store_set_selected (self->store, gtk_switch_get_active (self->selected));
}

/* --- the object --- */

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-store-row.ui");
  gtk_widget_class_bind_template_child (widget_class, StileStoreRow, selected);
  gtk_widget_class_bind_template_child (widget_class, StileStoreRow, choose);
  gtk_widget_class_bind_template_child (widget_class, StileStoreRow, result);
  gtk_widget_class_bind_template_child (widget_class, StileStoreRow, result_icon);
  gtk_widget_class_bind_template_child (widget_class, StileStoreRow, result_word);
  gtk_widget_class_bind_template_child (widget_class, StileStoreRow, problem_row);
  gtk_widget_class_bind_template_child (widget_class, StileStoreRow, problem);
  gtk_widget_class_bind_template_child (widget_class, StileStoreRow, change_row);
  gtk_widget_class_bind_template_child (widget_class, StileStoreRow, change);
  gtk_widget_class_bind_template_child (widget_class, StileStoreRow, command_row);
  gtk_widget_class_bind_template_child (widget_class, StileStoreRow, command);
  gtk_widget_class_bind_template_callback (widget_class, choose_clicked);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, selected_changed);
}

static void
stile_store_row_class_init (StileStoreRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_store_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = stile_store_row_finalize;
  signals[FILE_CHOSEN] = g_signal_new ("file-chosen", STILE_TYPE_STORE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);

  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
stile_store_row_init (StileStoreRow *self)
{
  self->cancellable = g_cancellable_new ();
  self->programs = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_speech_complete (GTK_WIDGET (self));
}

GtkWidget *
stile_store_row_new (StileTrustStore *store)
{
  StileStoreRow *self = g_object_new (STILE_TYPE_STORE_ROW, NULL);

  self->store = g_object_ref (store);
  gtk_switch_set_active (self->selected, stile_trust_store_get_selected (store));
  stile_store_row_show (self, STILE_BOOTSTRAP_WAITING, NULL);

  return GTK_WIDGET (self);
}

StileTrustStore *
stile_store_row_get_store (StileStoreRow *self)
{
  return self->store;
}

/**
 * stile_store_row_set_busy:
 * @busy: whether somebody uses the store now, so that it cannot become another one
 */
void
stile_store_row_set_busy (StileStoreRow *self, gboolean busy)
{
  self->busy = busy;
  show_choice (self);
}

/* Nobody installs where it cannot be done. */
static void
take_obstacle (StileStoreRow *self, const char *obstacle)
{
  g_free (self->obstacle);
  self->obstacle = g_strdup (obstacle);
  if (obstacle != NULL && stile_trust_store_get_location (self->store) != NULL)
    gtk_switch_set_active (self->selected, FALSE);
}

/* Its last line end is for the terminal. */
static void
show_command (StileStoreRow *self, const char *command)
{
  g_autofree char *shown = g_strchomp (g_strdup (command != NULL ? command : ""));

  g_free (self->by_hand);
  self->by_hand = g_strdup (command);
  gtk_label_set_text (self->command, shown);
  gtk_widget_set_visible (self->command_row, command != NULL);
}

/**
 * stile_store_row_show_survey:
 * @survey: what the store says of installing
 */
void
stile_store_row_show_survey (StileStoreRow *self, const StileStoreSurvey *survey)
{
  gboolean chosen = stile_trust_store_get_location (self->store) != NULL;

  /* A file that nobody chose is no obstacle to speak of: the row says so already. */
  take_obstacle (self, chosen || !is_file (self) ? survey->obstacle : NULL);
  gtk_label_set_text (self->change, survey->change);
  gtk_widget_set_visible (self->change_row, chosen);
  show_command (self, survey->command);
  show_choice (self);
}

/* --- how it went --- */

static void
show_programs (StileStoreRow *self, StileInstallationResult *result)
{
  GPtrArray *programs = result != NULL ? stile_installation_result_get_programs (result) : NULL;

  for (guint i = 0; i < self->programs->len; i++)
    adw_expander_row_remove (ADW_EXPANDER_ROW (self), g_ptr_array_index (self->programs, i));
  g_ptr_array_set_size (self->programs, 0);
  for (guint i = 0; programs != NULL && i < programs->len; i++)
    {
      GtkWidget *row = stile_trust_row_new (g_ptr_array_index (programs, i));

      g_ptr_array_add (self->programs, row);
      adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
    }
}

static void
show_result (StileStoreRow *self, StileInstallationResult *result)
{
  const GError *error = result != NULL ? stile_installation_result_get_error (result) : NULL;

  gtk_widget_set_visible (self->result, result != NULL);
  gtk_widget_set_visible (self->problem_row, error != NULL);
  show_programs (self, result);
  if (result == NULL)
    return;

  gtk_image_set_from_icon_name (self->result_icon, error == NULL ? "stile-state-passed-symbolic"
                                                                 : "stile-state-refused-symbolic");
  gtk_label_set_text (self->result_word, error == NULL ? _ ("Done and verified") : _ ("Not done"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->result_word), gtk_label_get_text (self->result_word));
  gtk_widget_remove_css_class (self->result, error == NULL ? "error" : "success");
  gtk_widget_add_css_class (self->result, error == NULL ? "success" : "error");
  gtk_label_set_text (self->problem, error != NULL ? error->message : "");
  if (error != NULL)
    adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self), TRUE);
}

/**
 * stile_store_row_show:
 * @state: of the step that installs
 * @result: (nullable): how it went here
 */
void
stile_store_row_show (StileStoreRow *self, StileBootstrapState state, StileInstallationResult *result)
{
  gboolean complete = state == STILE_BOOTSTRAP_COMPLETE;

  show_choice (self);
  gtk_widget_set_visible (self->choose, !complete && is_file (self));
  gtk_widget_set_visible (GTK_WIDGET (self->selected), !complete);
  show_result (self, result);
}

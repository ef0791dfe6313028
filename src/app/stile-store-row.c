/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-store-row.h"

#include <glib/gi18n-lib.h>

#include "app/stile-dialogs.h"
#include "bootstrap/stile-pem-store.h"

/**
 * StileStoreRow:
 *
 * One place where roots can be trusted: what it is, what trusting there means, where it lies, whether to, and whether
 * it was done.  A store that is a file of the person's choice has a button to choose it.
 */
struct _StileStoreRow
{
  AdwActionRow parent_instance;

  StileTrustStore *store;
  GCancellable *cancellable;

  GtkSwitch *selected;
  GtkWidget *choose;
  GtkWidget *result;
};

G_DEFINE_FINAL_TYPE (StileStoreRow, stile_store_row, ADW_TYPE_ACTION_ROW)

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
  g_clear_object (&STILE_STORE_ROW (object)->cancellable);

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

static void
show_texts (StileStoreRow *self)
{
  const char *name = stile_trust_store_get_name (self->store);
  const char *location = stile_trust_store_get_location (self->store);
  g_autofree char *title = g_markup_escape_text (name, -1);
  g_autofree char *meaning = g_markup_escape_text (stile_trust_store_get_meaning (self->store), -1);
  g_autofree char *where = g_markup_escape_text (location != NULL ? location : _ ("No file chosen yet"), -1);
  g_autofree char *below = g_strdup_printf (
      "%s\n%s%s%s", meaning, where, is_locked (self) ? "\n" : "",
      is_locked (self) ? _ ("Written by this walk: undo first, then choose another file.") : "");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), below);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->selected), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->selected),
                               location == NULL ? _ ("Choose a file first") : _ ("Whether to install here"));
}

static void
file_chosen (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = stile_dialogs_save_finish (GTK_WIDGET (object), result, NULL);
  StileStoreRow *self = user_data;

  /* None was chosen, or the row is gone. */
  if (file == NULL || g_file_peek_path (file) == NULL)
    return;

  stile_pem_store_set_path (STILE_PEM_STORE (self->store), g_file_peek_path (file));
  stile_trust_store_set_selected (self->store, TRUE);
  show_texts (self);
  gtk_widget_set_sensitive (GTK_WIDGET (self->selected), TRUE);
  gtk_switch_set_active (self->selected, TRUE);
}

static void
choose_clicked (StileStoreRow *self)
{
  stile_dialogs_save_async (GTK_WIDGET (self), stile_trust_store_get_name (self->store), "domain-roots.pem",
                            self->cancellable, file_chosen, self);
}

static void
selected_changed (StileStoreRow *self)
{
  if (self->store != NULL)
    stile_trust_store_set_selected (self->store, gtk_switch_get_active (self->selected));
}

static void
stile_store_row_class_init (StileStoreRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_store_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = stile_store_row_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-store-row.ui");
  gtk_widget_class_bind_template_child (widget_class, StileStoreRow, selected);
  gtk_widget_class_bind_template_child (widget_class, StileStoreRow, choose);
  gtk_widget_class_bind_template_child (widget_class, StileStoreRow, result);
  gtk_widget_class_bind_template_callback (widget_class, choose_clicked);
  gtk_widget_class_bind_template_callback (widget_class, selected_changed);
}

static void
stile_store_row_init (StileStoreRow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
stile_store_row_new (StileTrustStore *store)
{
  StileStoreRow *self = g_object_new (STILE_TYPE_STORE_ROW, NULL);

  self->store = g_object_ref (store);
  gtk_switch_set_active (self->selected, stile_trust_store_get_selected (store));
  stile_store_row_show (self, STILE_BOOTSTRAP_WAITING);

  return GTK_WIDGET (self);
}

/**
 * stile_store_row_show:
 * @state: of the step that installs
 */
void
stile_store_row_show (StileStoreRow *self, StileBootstrapState state)
{
  gboolean complete = state == STILE_BOOTSTRAP_COMPLETE;
  gboolean chosen = stile_trust_store_get_location (self->store) != NULL;

  show_texts (self);
  gtk_widget_set_visible (self->choose, !complete && is_file (self));
  gtk_widget_set_sensitive (self->choose, !is_locked (self));
  gtk_widget_set_visible (GTK_WIDGET (self->selected), !complete);
  gtk_widget_set_sensitive (GTK_WIDGET (self->selected), chosen);
  gtk_widget_set_visible (self->result, complete && stile_trust_store_get_selected (self->store));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-install-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-record-list.h"
#include "app/stile-step-page.h"
#include "app/stile-store-row.h"
#include "app/stile-store-survey.h"
#include "bootstrap/stile-installation.h"

/**
 * StileInstallPage:
 *
 * Where the authorities shall be trusted: a row for each store, what would change there, and how it went; and what was
 * installed before.
 */
struct _StileInstallPage
{
  GtkWidget parent_instance;

  StileBootstrap *job;
  GListModel *shown; /* no-ref: the list box holds it */
  GCancellable *cancellable;
  GPtrArray *surveyed; /* the roots that the stores were asked about, or NULL */
  gboolean surveying;

  GtkWidget *content;
  GtkWidget *note_box;
  GtkLabel *note;
  GtkListBox *stores;
  GtkWidget *undo;
  StileRecordList *record;
};

static void step_page_init (StileStepPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileInstallPage,
                               stile_install_page,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_STEP_PAGE, step_page_init))

enum
{
  PROP_BUSY = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
stile_install_page_dispose (GObject *object)
{
  StileInstallPage *self = STILE_INSTALL_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_pointer (&self->surveyed, g_ptr_array_unref);
  g_clear_object (&self->job);

  G_OBJECT_CLASS (stile_install_page_parent_class)->dispose (object);
}

static void
stile_install_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_boolean (value, stile_install_page_is_busy (STILE_INSTALL_PAGE (object)));
}

/* --- asking the stores --- */

static StileStoreRow *
get_row (StileInstallPage *self, guint index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->stores, (int)index);

  return row != NULL ? STILE_STORE_ROW (row) : NULL;
}

static void
busy_changed (StileInstallPage *self)
{
  StileStoreRow *row;

  for (guint i = 0; (row = get_row (self, i)) != NULL; i++)
    stile_store_row_set_busy (row, stile_install_page_is_busy (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUSY]);
}

static void
surveyed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) surveys = stile_store_survey_run_finish (result, &error);
  StileInstallPage *self = user_data;
  StileStoreRow *row;

  if (surveys == NULL)
    return; /* the page is gone: dispose cancelled us */

  for (guint i = 0; i < surveys->len && (row = get_row (self, i)) != NULL; i++)
    stile_store_row_show_survey (row, g_ptr_array_index (surveys, i));
  self->surveying = FALSE;
  busy_changed (self);
}

static void
survey (StileInstallPage *self)
{
  GPtrArray *roots = stile_bootstrap_get_roots (self->job);
  g_autoptr (GPtrArray) stores = stile_installation_list_stores (self->shown, FALSE);

  if (roots == NULL || self->surveying)
    return;

  g_clear_pointer (&self->surveyed, g_ptr_array_unref);
  self->surveyed = g_ptr_array_ref (roots);
  self->surveying = TRUE;
  busy_changed (self);
  stile_store_survey_run_async (stores, roots, self->cancellable, surveyed, self);
}

/* --- the object --- */

static void
taken_back (StileRecordList *list, StileTrustEntry *entry, StileInstallPage *self)
{
  GPtrArray *roots = stile_bootstrap_get_roots (self->job);
  GPtrArray *gone = stile_trust_entry_get_roots (entry);
  gboolean ours = FALSE;

  for (guint i = 0; roots != NULL && i < gone->len; i++)
    ours = ours || g_ptr_array_find_with_equal_func (roots, g_ptr_array_index (gone, i),
                                                     (GEqualFunc)stile_certificate_equal, NULL);

  /* What this walk says of its own roots was true until now. */
  if (ours && !stile_bootstrap_is_running (self->job) &&
      stile_bootstrap_get_state (self->job, STILE_BOOTSTRAP_INSTALL) != STILE_BOOTSTRAP_WAITING)
    stile_bootstrap_go_back (self->job, STILE_BOOTSTRAP_INSTALL);
}

static void
stile_install_page_class_init (StileInstallPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = stile_install_page_dispose;
  object_class->get_property = stile_install_page_get_property;
  props[PROP_BUSY] =
      g_param_spec_boolean ("busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (STILE_TYPE_RECORD_LIST);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-install-page.ui");
  gtk_widget_class_bind_template_child (widget_class, StileInstallPage, content);
  gtk_widget_class_bind_template_child (widget_class, StileInstallPage, note_box);
  gtk_widget_class_bind_template_child (widget_class, StileInstallPage, note);
  gtk_widget_class_bind_template_child (widget_class, StileInstallPage, stores);
  gtk_widget_class_bind_template_child (widget_class, StileInstallPage, undo);
  gtk_widget_class_bind_template_child (widget_class, StileInstallPage, record);
  gtk_widget_class_bind_template_callback (widget_class, busy_changed);
  gtk_widget_class_bind_template_callback (widget_class, taken_back);
}

static void
stile_install_page_init (StileInstallPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

gboolean
stile_install_page_is_busy (StileInstallPage *self)
{
  return self->surveying || stile_record_list_is_busy (self->record);
}

/**
 * stile_install_page_set_note:
 * @note: (nullable): what somebody should know of all of these places
 */
void
stile_install_page_set_note (StileInstallPage *self, const char *note)
{
  gtk_label_set_text (self->note, note != NULL ? note : "");
  gtk_widget_set_visible (self->note_box, note != NULL);
}

/* --- what is shown --- */

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  GtkWidget *row = stile_store_row_new (item);

  g_signal_connect_object (row, "file-chosen", G_CALLBACK (survey), user_data, G_CONNECT_SWAPPED);
  return row;
}

static StileInstallationResult *
find_result (GPtrArray *results, StileTrustStore *store)
{
  for (guint i = 0; results != NULL && i < results->len; i++)
    if (stile_installation_result_get_store (g_ptr_array_index (results, i)) == store)
      return g_ptr_array_index (results, i);

  return NULL;
}

static void
show_rows (StileInstallPage *self, StileBootstrapState state)
{
  gboolean tried = state == STILE_BOOTSTRAP_COMPLETE || state == STILE_BOOTSTRAP_FAILED;
  GPtrArray *results = tried ? stile_bootstrap_get_installation (self->job) : NULL;
  StileStoreRow *row;

  for (guint i = 0; (row = get_row (self, i)) != NULL; i++)
    stile_store_row_show (row, state, find_result (results, stile_store_row_get_store (row)));
}

static void
take_job (StileInstallPage *self, StileBootstrap *job)
{
  g_set_object (&self->job, job);
  if (self->shown == stile_bootstrap_get_stores (job))
    return;

  self->shown = stile_bootstrap_get_stores (job);
  g_clear_pointer (&self->surveyed, g_ptr_array_unref);
  gtk_list_box_bind_model (self->stores, self->shown, make_row, self, NULL);
}

static void
show (StileStepPage *page, StileBootstrap *job)
{
  StileInstallPage *self = STILE_INSTALL_PAGE (page);
  StileBootstrapState state = stile_bootstrap_get_state (job, STILE_BOOTSTRAP_INSTALL);

  take_job (self, job);
  gtk_widget_set_visible (self->undo, stile_bootstrap_can_undo (job));
  /* The stores belong to what runs; the page can not be used meanwhile, and is shown again at the end. */
  if (stile_bootstrap_is_running (job))
    return;

  show_rows (self, state);
  stile_record_list_show (self->record, stile_bootstrap_get_record (job), self->shown);
  if (self->surveyed != stile_bootstrap_get_roots (job))
    survey (self);
}

static void
step_page_init (StileStepPageInterface *iface)
{
  iface->show = show;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-install-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-step-page.h"
#include "app/stile-store-row.h"

/**
 * StileInstallPage:
 *
 * Where the authorities shall be trusted: a row for each store, and how it went there.
 */
struct _StileInstallPage
{
  GtkWidget parent_instance;

  GListModel *shown; /* no-ref: the list box holds it */
  GtkWidget *content;
  GtkListBox *stores;
  GtkWidget *undo;
};

static void step_page_init (StileStepPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileInstallPage,
                               stile_install_page,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_STEP_PAGE, step_page_init))

static void
stile_install_page_dispose (GObject *object)
{
  StileInstallPage *self = STILE_INSTALL_PAGE (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_install_page_parent_class)->dispose (object);
}

static void
stile_install_page_class_init (StileInstallPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_install_page_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-install-page.ui");
  gtk_widget_class_bind_template_child (widget_class, StileInstallPage, content);
  gtk_widget_class_bind_template_child (widget_class, StileInstallPage, stores);
  gtk_widget_class_bind_template_child (widget_class, StileInstallPage, undo);
}

static void
stile_install_page_init (StileInstallPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  return stile_store_row_new (item);
}

static void
show (StileStepPage *page, StileBootstrap *job)
{
  StileInstallPage *self = STILE_INSTALL_PAGE (page);
  StileBootstrapState state = stile_bootstrap_get_state (job, STILE_BOOTSTRAP_INSTALL);

  if (self->shown != stile_bootstrap_get_stores (job))
    {
      self->shown = stile_bootstrap_get_stores (job);
      gtk_list_box_bind_model (self->stores, self->shown, make_row, NULL, NULL);
    }

  gtk_widget_set_visible (self->undo, stile_bootstrap_can_undo (job));
  /* The stores belong to what runs; the page can not be used meanwhile, and is shown again at the end. */
  if (stile_bootstrap_is_running (job))
    return;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->stores)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    if (STILE_IS_STORE_ROW (row))
      stile_store_row_show (STILE_STORE_ROW (row), state);
}

static void
step_page_init (StileStepPageInterface *iface)
{
  iface->show = show;
}

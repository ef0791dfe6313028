/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-roots-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-chain-list.h"
#include "app/stile-speech.h"
#include "app/stile-step-page.h"

/**
 * StileRootsPage:
 *
 * The authorities that speak for the domain, and on what the trust in them rests.
 */
struct _StileRootsPage
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkWidget *roots_group;
  StileChainList *roots;
  GtkWidget *basis_group;
  AdwActionRow *basis;
  StileChainList *anchors;
};

static void step_page_init (StileStepPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileRootsPage,
                               stile_roots_page,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_STEP_PAGE, step_page_init))

static void
stile_roots_page_dispose (GObject *object)
{
  StileRootsPage *self = STILE_ROOTS_PAGE (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_roots_page_parent_class)->dispose (object);
}

static void
stile_roots_page_class_init (StileRootsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_roots_page_dispose;

  g_type_ensure (STILE_TYPE_CHAIN_LIST);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-roots-page.ui");
  gtk_widget_class_bind_template_child (widget_class, StileRootsPage, content);
  gtk_widget_class_bind_template_child (widget_class, StileRootsPage, roots_group);
  gtk_widget_class_bind_template_child (widget_class, StileRootsPage, roots);
  gtk_widget_class_bind_template_child (widget_class, StileRootsPage, basis_group);
  gtk_widget_class_bind_template_child (widget_class, StileRootsPage, basis);
  gtk_widget_class_bind_template_child (widget_class, StileRootsPage, anchors);
}

static void
stile_roots_page_init (StileRootsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_speech_complete (GTK_WIDGET (self));
  stile_chain_list_set_open (self->roots, TRUE);
}

static const char *
describe_basis (StileBootstrap *job)
{
  if (stile_bootstrap_get_pledge (job) != NULL)
    return _ (
        "On a voucher of the manufacturer: it vouches for the registrar that these authorities came from, "
        "and it was signed under one of these certificates, which you gave.");
  if (stile_bootstrap_get_client (job) == NULL)
    return _ (
        "On plain HTTPS, which this computer’s trust store vouches for: no session of its own was used.");
  if (stile_bootstrap_get_anchors (job) != NULL)
    return _ (
        "On the anchors that you gave, such as the manufacturer’s: the service was verified against "
        "them, and these authorities came through the secure session with it. No voucher was asked for.");

  return _ ("On this computer’s trust store: the service was verified against it, and these authorities came "
            "through the secure session with it. No voucher was asked for.");
}

static void
show_basis (StileRootsPage *self, StileBootstrap *job)
{
  GPtrArray *anchors = stile_bootstrap_get_anchors (job);

  adw_action_row_set_subtitle (self->basis, describe_basis (job));
  stile_chain_list_show (self->anchors, stile_bootstrap_get_client (job) != NULL ? anchors : NULL, NULL);
}

static void
show (StileStepPage *page, StileBootstrap *job)
{
  StileRootsPage *self = STILE_ROOTS_PAGE (page);
  GPtrArray *roots = stile_bootstrap_get_roots (job);

  gtk_widget_set_visible (self->roots_group, roots != NULL);
  gtk_widget_set_visible (self->basis_group, roots != NULL);
  stile_chain_list_show (self->roots, roots,
                         stile_bootstrap_is_intercepted (job) ? stile_bootstrap_get_inspecting_root (job)
                                                              : NULL);
  if (roots != NULL)
    show_basis (self, job);
}

static void
step_page_init (StileStepPageInterface *iface)
{
  iface->show = show;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-done-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-before-card.h"
#include "app/stile-step-page.h"

/**
 * StileDonePage:
 *
 * The end of the walk: the connection that failed before, made again, beside what it was.
 */
struct _StileDonePage
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkWidget *evidence;
  GtkLabel *address;
  StileBeforeCard *before;
  StileBeforeCard *after;
  GtkLabel *installed;
};

static void step_page_init (StileStepPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileDonePage,
                               stile_done_page,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_STEP_PAGE, step_page_init))

static void
stile_done_page_dispose (GObject *object)
{
  StileDonePage *self = STILE_DONE_PAGE (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_done_page_parent_class)->dispose (object);
}

static void
stile_done_page_class_init (StileDonePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_done_page_dispose;

  g_type_ensure (STILE_TYPE_BEFORE_CARD);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-done-page.ui");
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, content);
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, evidence);
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, address);
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, before);
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, after);
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, installed);
}

static void
stile_done_page_init (StileDonePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
show_before (StileDonePage *self, StileObservation *seen)
{
  g_autofree char *errors = stile_observation_describe_errors (seen);
  g_autofree char *reason = errors != NULL ? g_strdup_printf (_ ("Because %s"), errors) : NULL;
  GPtrArray *chain = stile_observation_get_chain (seen);
  const char *issuer =
      chain != NULL ? stile_certificate_get_issuer_name (g_ptr_array_index (chain, 0)) : NULL;

  if (errors != NULL)
    stile_before_card_show (self->before, FALSE, _ ("Refused"), issuer, reason);
  else
    stile_before_card_show (self->before, TRUE, _ ("Valid"), issuer,
                            stile_observation_get_tls_version (seen));
}

static void
show_after (StileDonePage *self, StileObservation *seen)
{
  GPtrArray *chain = stile_observation_get_chain (seen);
  const char *issuer =
      chain != NULL ? stile_certificate_get_issuer_name (g_ptr_array_index (chain, 0)) : NULL;

  stile_before_card_show (self->after, TRUE, _ ("Valid"), issuer, stile_observation_get_tls_version (seen));
}

static void
show_installed (StileDonePage *self, StileBootstrap *job)
{
  GListModel *stores = stile_bootstrap_get_stores (job);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (stores); i++)
    {
      g_autoptr (StileTrustStore) store = g_list_model_get_item (stores, i);

      if (stile_trust_store_get_selected (store))
        g_string_append_printf (text, _ ("%s%s: %s"), text->len > 0 ? "\n" : "",
                                stile_trust_store_get_name (store), stile_trust_store_get_location (store));
    }

  gtk_label_set_text (self->installed, text->str);
}

static void
show (StileStepPage *page, StileBootstrap *job)
{
  StileDonePage *self = STILE_DONE_PAGE (page);
  StileObservation *before = stile_bootstrap_get_path (job);
  StileObservation *after = stile_bootstrap_get_verification (job);

  gtk_widget_set_visible (self->evidence, before != NULL && after != NULL);
  if (before == NULL || after == NULL)
    return;

  gtk_label_set_text (self->address, stile_profile_get_service (stile_bootstrap_get_profile (job)));
  show_before (self, before);
  show_after (self, after);
  show_installed (self, job);
}

static void
step_page_init (StileStepPageInterface *iface)
{
  iface->show = show;
}

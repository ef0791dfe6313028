/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-path-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-chain-list.h"
#include "app/stile-path-view.h"
#include "app/stile-speech.h"
#include "app/stile-step-page.h"
#include "diagnosis/stile-path-walk.h"

/**
 * StilePathPage:
 *
 * What lies between: the drawn path, and behind it what this computer was shown.
 */
struct _StilePathPage
{
  GtkWidget parent_instance;

  GtkWidget *content;
  StilePathView *view;
  GtkWidget *legend;
  AdwPreferencesGroup *chain_group;
  StileChainList *chain;
  AdwActionRow *tls;
  AdwActionRow *http;
  AdwActionRow *proxy;
  GtkWidget *connection_group;
};

static void step_page_init (StileStepPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StilePathPage,
                               stile_path_page,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_STEP_PAGE, step_page_init))

static void
stile_path_page_dispose (GObject *object)
{
  StilePathPage *self = STILE_PATH_PAGE (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_path_page_parent_class)->dispose (object);
}

static void
stile_path_page_class_init (StilePathPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_path_page_dispose;

  g_type_ensure (STILE_TYPE_PATH_VIEW);
  g_type_ensure (STILE_TYPE_CHAIN_LIST);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-path-page.ui");
  gtk_widget_class_bind_template_child (widget_class, StilePathPage, content);
  gtk_widget_class_bind_template_child (widget_class, StilePathPage, view);
  gtk_widget_class_bind_template_child (widget_class, StilePathPage, legend);
  gtk_widget_class_bind_template_child (widget_class, StilePathPage, chain_group);
  gtk_widget_class_bind_template_child (widget_class, StilePathPage, chain);
  gtk_widget_class_bind_template_child (widget_class, StilePathPage, tls);
  gtk_widget_class_bind_template_child (widget_class, StilePathPage, http);
  gtk_widget_class_bind_template_child (widget_class, StilePathPage, proxy);
  gtk_widget_class_bind_template_child (widget_class, StilePathPage, connection_group);
}

static void
stile_path_page_init (StilePathPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_speech_complete (GTK_WIDGET (self));
}

static StilePathSession
get_session (StileBootstrap *job)
{
  StileClient *client = stile_bootstrap_get_client (job);

  if (client != NULL && stile_bootstrap_get_state (job, STILE_BOOTSTRAP_SESSION) == STILE_BOOTSTRAP_COMPLETE)
    return STILE_PATH_SESSION_ESTABLISHED;
  /* Nothing comes next where the way is closed. */
  if (stile_bootstrap_get_state (job, STILE_BOOTSTRAP_PATH) == STILE_BOOTSTRAP_FAILED ||
      stile_bootstrap_get_state (job, STILE_BOOTSTRAP_SESSION) == STILE_BOOTSTRAP_COMPLETE ||
      stile_profile_get_policy (stile_bootstrap_get_profile (job)) == STILE_POLICY_NEVER)
    return STILE_PATH_SESSION_NONE;

  return STILE_PATH_SESSION_PLANNED;
}

static void
show_path (StilePathPage *self, StileBootstrap *job)
{
  const char *service = stile_profile_get_service (stile_bootstrap_get_profile (job));
  g_autoptr (GUri) uri = service != NULL ? g_uri_parse (service, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  StileObservation *told = stile_bootstrap_get_service_view (job);
  gboolean intercepted = stile_bootstrap_is_intercepted (job);
  StilePathSession session = get_session (job);
  g_autoptr (StilePath) path = stile_path_walk_new (
      host != NULL ? host : _ ("The service"), stile_bootstrap_get_path (job), told, intercepted, session);

  stile_path_view_show (self->view, path);
  gtk_widget_set_visible (self->legend,
                          session == STILE_PATH_SESSION_PLANNED || (intercepted && told == NULL));
}

static void
show_row (AdwActionRow *row, const char *text)
{
  g_autofree char *escaped = text != NULL ? g_markup_escape_text (text, -1) : NULL;

  adw_action_row_set_subtitle (row, escaped);
  gtk_widget_set_visible (GTK_WIDGET (row), text != NULL);
}

static void
show_connection (StilePathPage *self, StileObservation *seen)
{
  const char *version = stile_observation_get_tls_version (seen);
  const char *cipher = stile_observation_get_cipher (seen);
  g_autofree char *tls =
      version != NULL && cipher != NULL ? g_strdup_printf ("%s, %s", version, cipher) : g_strdup (version);

  show_row (self->tls, tls != NULL ? tls : _ ("None: anybody on the way can read along"));
  show_row (self->http, stile_observation_get_http_version (seen));
  show_row (self->proxy, stile_observation_get_proxy (seen));
}

static void
show (StileStepPage *page, StileBootstrap *job)
{
  StilePathPage *self = STILE_PATH_PAGE (page);
  StileObservation *seen = stile_bootstrap_get_path (job);
  GPtrArray *chain = seen != NULL ? stile_observation_get_chain (seen) : NULL;

  show_path (self, job);
  gtk_widget_set_visible (GTK_WIDGET (self->chain_group), chain != NULL);
  stile_chain_list_show (self->chain, chain, NULL);
  gtk_widget_set_visible (self->connection_group, seen != NULL);
  if (seen != NULL)
    show_connection (self, seen);
}

static void
step_page_init (StileStepPageInterface *iface)
{
  iface->show = show;
}

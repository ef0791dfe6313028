/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-session-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-chain-list.h"
#include "app/stile-flight-view.h"
#include "app/stile-speech.h"
#include "app/stile-step-page.h"

/**
 * StileSessionPage:
 *
 * The secure session: its flights while they go over, then who the service is and who says so.
 */
struct _StileSessionPage
{
  GtkWidget parent_instance;

  GtkWidget *content;
  StileFlightView *flights;
  GtkWidget *save;
  GtkWidget *peer;
  AdwActionRow *who;
  StileChainList *chain;
  AdwActionRow *cipher;
};

static void step_page_init (StileStepPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileSessionPage,
                               stile_session_page,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_STEP_PAGE, step_page_init))

static void
stile_session_page_dispose (GObject *object)
{
  StileSessionPage *self = STILE_SESSION_PAGE (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_session_page_parent_class)->dispose (object);
}

static void
stile_session_page_class_init (StileSessionPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_session_page_dispose;

  g_type_ensure (STILE_TYPE_FLIGHT_VIEW);
  g_type_ensure (STILE_TYPE_CHAIN_LIST);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-session-page.ui");
  gtk_widget_class_bind_template_child (widget_class, StileSessionPage, content);
  gtk_widget_class_bind_template_child (widget_class, StileSessionPage, flights);
  gtk_widget_class_bind_template_child (widget_class, StileSessionPage, save);
  gtk_widget_class_bind_template_child (widget_class, StileSessionPage, peer);
  gtk_widget_class_bind_template_child (widget_class, StileSessionPage, who);
  gtk_widget_class_bind_template_child (widget_class, StileSessionPage, chain);
  gtk_widget_class_bind_template_child (widget_class, StileSessionPage, cipher);
}

static void
stile_session_page_init (StileSessionPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_speech_complete (GTK_WIDGET (self));
}

/* Until the manufacturer has vouched for a registrar, nobody has. */
static char *
describe_standing (StileBootstrap *job, const char *name, const char *organization)
{
  if (stile_bootstrap_get_pledge (job) == NULL)
    return g_strdup_printf (_ ("%s, verified: %s"), name, organization);
  if (stile_bootstrap_get_state (job, STILE_BOOTSTRAP_VOUCHER) != STILE_BOOTSTRAP_COMPLETE)
    return g_strdup_printf (_ ("%s, still to be vouched for: %s"), name, organization);

  return g_strdup_printf (_ ("%s, vouched for by the voucher: %s"), name, organization);
}

static char *
describe_peer (StileBootstrap *job, GPtrArray *chain)
{
  StileCertificate *leaf = g_ptr_array_index (chain, 0);
  const char *organization = stile_certificate_get_organization (leaf);

  if (organization == NULL || *organization == '\0')
    organization = stile_certificate_get_issuer_name (leaf);

  return describe_standing (job, stile_certificate_get_name (leaf), organization);
}

static void
show_peer (StileSessionPage *self, StileBootstrap *job)
{
  StileClient *client = stile_bootstrap_get_client (job);
  StileSession *session = stile_client_get_session (client);
  GPtrArray *chain = stile_session_get_peer_chain (session);
  g_autofree char *who =
      chain != NULL ? describe_peer (job, chain) : g_strdup (_ ("The service, known from before"));
  g_autofree char *title = g_markup_escape_text (who, -1);
  guint trips = stile_client_get_round_trips (client);
  g_autofree char *cipher = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%s, %s, %u round trip", "%s, %s, %u round trips", trips),
      stile_session_get_version (session), stile_session_get_cipher_suite (session), trips);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->who), title);
  stile_speech_set_name (GTK_WIDGET (self->who), who);
  adw_action_row_set_subtitle (self->cipher, cipher);
  stile_chain_list_show (self->chain, chain, NULL);
}

/* Of a session that failed too; not while it goes on, when there is still more to come. */
static gboolean
can_save (StileBootstrap *job)
{
  return !stile_bootstrap_is_running (job) &&
         g_list_model_get_n_items (G_LIST_MODEL (stile_bootstrap_get_trace (job))) > 0;
}

static void
show (StileStepPage *page, StileBootstrap *job)
{
  StileSessionPage *self = STILE_SESSION_PAGE (page);
  StileClient *client = stile_bootstrap_get_client (job);
  gboolean complete = stile_bootstrap_get_state (job, STILE_BOOTSTRAP_SESSION) == STILE_BOOTSTRAP_COMPLETE;

  stile_flight_view_set_trace (self->flights, stile_bootstrap_get_trace (job));
  stile_flight_view_set_between (self->flights, stile_bootstrap_is_intercepted (job));
  gtk_widget_set_visible (GTK_WIDGET (self->flights), !complete || client != NULL);
  gtk_widget_set_visible (self->save, can_save (job));
  gtk_widget_set_visible (self->peer, complete && client != NULL);
  if (complete && client != NULL)
    show_peer (self, job);
}

static void
step_page_init (StileStepPageInterface *iface)
{
  iface->show = show;
}

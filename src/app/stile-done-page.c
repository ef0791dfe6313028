/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-done-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-before-card.h"
#include "app/stile-chain-list.h"
#include "app/stile-flow-box.h"
#include "app/stile-speech.h"
#include "app/stile-step-page.h"
#include "bootstrap/stile-enrolment.h"
#include "bootstrap/stile-installation-result.h"
#include "bootstrap/stile-voucher-words.h"

/**
 * StileDonePage:
 *
 * The end of the walk: the connection that failed before, made again, beside what it was; who vouched for all this, what was
 * installed where, and this computer's new certificate.
 */
struct _StileDonePage
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkWidget *evidence;
  GtkLabel *address;
  StileBeforeCard *before;
  StileBeforeCard *after;
  GtkWidget *installed_group;
  GtkListBox *installed;
  GtkWidget *voucher_group;
  AdwActionRow *voucher;
  GtkWidget *identity_group;
  StileChainList *identity;
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

  g_type_ensure (STILE_TYPE_FLOW_BOX);
  g_type_ensure (STILE_TYPE_BEFORE_CARD);
  g_type_ensure (STILE_TYPE_CHAIN_LIST);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-done-page.ui");
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, content);
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, evidence);
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, address);
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, before);
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, after);
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, installed_group);
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, installed);
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, voucher_group);
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, voucher);
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, identity_group);
  gtk_widget_class_bind_template_child (widget_class, StileDonePage, identity);
}

static void
stile_done_page_init (StileDonePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_speech_complete (GTK_WIDGET (self));
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

/* "Firefox: …" for those who trust them; the others are told on the page of the step. */
static char *
describe_programs (GPtrArray *programs)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; programs != NULL && i < programs->len; i++)
    {
      StileTrustResult *result = g_ptr_array_index (programs, i);

      if (stile_trust_result_get_state (result) == STILE_TRUST_HOLDS)
        g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "",
                                stile_trust_result_get_program (result));
    }

  return names->len > 0 ? g_strdup_printf (_ ("Trusted now by: %s"), names->str) : NULL;
}

static GtkWidget *
make_place (StileInstallationResult *result)
{
  StileTrustStore *store = stile_installation_result_get_store (result);
  const char *location = stile_trust_store_get_location (store);
  g_autofree char *programs = describe_programs (stile_installation_result_get_programs (result));
  g_autofree char *text =
      g_strdup_printf ("%s%s%s", location != NULL ? location : "",
                       location != NULL && programs != NULL ? "\n" : "", programs != NULL ? programs : "");
  g_autofree char *title = g_markup_escape_text (stile_trust_store_get_name (store), -1);
  g_autofree char *below = g_markup_escape_text (text, -1);
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), below);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  stile_speech_complete (row);

  return row;
}

static void
show_installed (StileDonePage *self, GPtrArray *results)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->installed))) != NULL)
    gtk_list_box_remove (self->installed, row);
  for (guint i = 0; results != NULL && i < results->len; i++)
    gtk_list_box_append (self->installed, make_place (g_ptr_array_index (results, i)));
  gtk_widget_set_visible (self->installed_group, results != NULL && results->len > 0);
}

static void
show_voucher (StileDonePage *self, StilePledge *pledge)
{
  const StileJudgement *judgement = pledge != NULL ? stile_pledge_get_judgement (pledge) : NULL;
  gboolean vouched = judgement != NULL && judgement->voucher != NULL;
  g_autofree char *words =
      vouched ? stile_voucher_words_summarize (judgement->voucher, judgement->signer) : g_strdup ("");
  g_autofree char *escaped = g_markup_escape_text (words, -1);

  gtk_widget_set_visible (self->voucher_group, vouched);
  adw_action_row_set_subtitle (self->voucher, escaped);
}

static void
show_identity (StileDonePage *self, StileEnrolment *enrolment)
{
  GPtrArray *chain = enrolment != NULL ? stile_enrolment_get_chain (enrolment) : NULL;

  gtk_widget_set_visible (self->identity_group, chain != NULL);
  stile_chain_list_show (self->identity, chain, NULL);
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
  show_installed (self, stile_bootstrap_get_installation (job));
  show_voucher (self, stile_bootstrap_get_pledge (job));
  show_identity (self, stile_bootstrap_get_enrolment (job));
}

static void
step_page_init (StileStepPageInterface *iface)
{
  iface->show = show;
}

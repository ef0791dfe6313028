/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-voucher-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-chain-list.h"
#include "app/stile-check-list.h"
#include "app/stile-copy-row.h"
#include "app/stile-empty-box.h"
#include "app/stile-speech.h"
#include "app/stile-step-page.h"
#include "app/stile-wait-box.h"
#include "bootstrap/stile-voucher-words.h"
#include "codec/stile-date.h"

/**
 * StileVoucherPage:
 *
 * The manufacturer's word: what it says and who signed it, the domain that it pins, and all that was looked at before it
 * was believed; while somebody has to approve, when the registrar is asked again.
 */
struct _StileVoucherPage
{
  GtkWidget parent_instance;

  StileSignedMessage *shown; /* the voucher that the rows are of, or NULL */

  GtkWidget *content;
  GtkWidget *empty;
  StileWaitBox *waiting;
  StileCheckList *refused;
  GtkWidget *voucher;
  AdwPreferencesGroup *claims;
  AdwActionRow *claim;
  AdwActionRow *assertion;
  AdwActionRow *validity;
  GtkWidget *signer_group;
  StileChainList *signer;
  GtkWidget *pin_group;
  StileChainList *pin;
  StileCopyRow *serial;
  StileCopyRow *nonce;
  StileCopyRow *created;
  StileCopyRow *expires;
  StileCopyRow *asserted;
  StileCopyRow *registrar;
  StileCopyRow *format;
  StileCheckList *checks;
};

static void step_page_init (StileStepPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileVoucherPage,
                               stile_voucher_page,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_STEP_PAGE, step_page_init))

static void
stile_voucher_page_dispose (GObject *object)
{
  StileVoucherPage *self = STILE_VOUCHER_PAGE (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_object (&self->shown);

  G_OBJECT_CLASS (stile_voucher_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-voucher-page.ui");
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, content);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, empty);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, waiting);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, refused);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, voucher);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, claims);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, claim);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, assertion);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, validity);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, signer_group);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, signer);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, pin_group);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, pin);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, serial);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, nonce);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, created);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, expires);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, asserted);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, registrar);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, format);
  gtk_widget_class_bind_template_child (widget_class, StileVoucherPage, checks);
}

static void
stile_voucher_page_class_init (StileVoucherPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_voucher_page_dispose;

  g_type_ensure (STILE_TYPE_CHAIN_LIST);
  g_type_ensure (STILE_TYPE_CHECK_LIST);
  g_type_ensure (STILE_TYPE_EMPTY_BOX);
  g_type_ensure (STILE_TYPE_COPY_ROW);
  g_type_ensure (STILE_TYPE_WAIT_BOX);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  bind_template (widget_class);
}

static void
stile_voucher_page_init (StileVoucherPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_speech_complete (GTK_WIDGET (self));
}

/* --- what the voucher says --- */

static void
set_subtitle (AdwActionRow *row, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_action_row_set_subtitle (row, escaped);
}

static void
show_claims (StileVoucherPage *self, const StileJudgement *judgement)
{
  g_autofree char *summary = stile_voucher_words_summarize (judgement->voucher, judgement->signer);
  g_autofree char *assertion =
      stile_voucher_words_describe_assertion (stile_voucher_get_fields (judgement->voucher)->assertion);
  g_autofree char *validity = stile_voucher_words_describe_validity (judgement->voucher);

  set_subtitle (self->claim, summary);
  set_subtitle (self->assertion, assertion);
  set_subtitle (self->validity, validity);
}

/* Nobody is called the signer who was not verified to be. */
static void
show_signer (StileVoucherPage *self, const StileJudgement *judgement)
{
  g_autoptr (GPtrArray) chain = g_ptr_array_new_with_free_func (g_object_unref);

  if (judgement->signer != NULL)
    g_ptr_array_add (chain, g_object_ref (judgement->signer));
  if (judgement->signer != NULL && judgement->message != NULL)
    {
      g_autoptr (GPtrArray) sent = stile_signed_message_get_signer_chain (judgement->message, 0);

      for (guint i = 1; i < sent->len; i++)
        g_ptr_array_add (chain, g_object_ref (g_ptr_array_index (sent, i)));
    }

  gtk_widget_set_visible (self->signer_group, chain->len > 0);
  stile_chain_list_show (self->signer, chain, NULL);
}

static void
show_pin (StileVoucherPage *self, StileVoucher *voucher)
{
  StileCertificate *pin = stile_voucher_get_pin (voucher);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);

  if (pin != NULL)
    g_ptr_array_add (list, g_object_ref (pin));
  gtk_widget_set_visible (self->pin_group, pin != NULL);
  stile_chain_list_show (self->pin, list, NULL);
}

static void
show_date (StileCopyRow *row, gint64 date)
{
  g_autofree char *text = date != STILE_VOUCHER_NO_DATE ? stile_date_format (date) : NULL;

  stile_copy_row_set_text (row, text);
}

static void
show_details (StileVoucherPage *self, const StileJudgement *judgement)
{
  const StileVoucherFields *fields = stile_voucher_get_fields (judgement->voucher);
  gboolean cms =
      judgement->message != NULL && stile_signed_message_get_format (judgement->message) == STILE_SIGNED_CMS;

  stile_copy_row_set_text (self->serial, fields->serial_number);
  stile_copy_row_set_text (self->nonce, fields->nonce);
  show_date (self->created, fields->created_on);
  show_date (self->expires, fields->expires_on);
  stile_copy_row_set_text (self->asserted, fields->assertion != STILE_ASSERTION_NONE
                                               ? stile_voucher_get_assertion_name (fields->assertion)
                                               : NULL);
  stile_copy_row_set_text (self->format, cms ? STILE_VOUCHER_CMS_MEDIA_TYPE : STILE_VOUCHER_JWS_MEDIA_TYPE);
}

static void
show_voucher (StileVoucherPage *self, const StileJudgement *judgement, StileBootstrapState state)
{
  gboolean refused = state == STILE_BOOTSTRAP_FAILED;

  adw_preferences_group_set_title (self->claims, refused ? _ ("What it said, and is not believed")
                                                         : _ ("What the voucher says"));
  /* A voucher that holds is told by the step's own sentence. */
  gtk_widget_set_visible (GTK_WIDGET (self->claim), refused);
  if (self->shown != NULL && self->shown == judgement->message)
    return;

  g_set_object (&self->shown, judgement->message);
  show_claims (self, judgement);
  show_signer (self, judgement);
  show_pin (self, judgement->voucher);
  show_details (self, judgement);
}

static void
show_waiting (StileVoucherPage *self, StilePledge *pledge, StileBootstrapState state)
{
  gboolean running = pledge != NULL && state == STILE_BOOTSTRAP_RUNNING;

  stile_wait_box_show (self->waiting, running ? stile_pledge_get_waiting_until (pledge) : 0,
                       running ? stile_pledge_get_waiting_words (pledge) : NULL);
}

static void
show (StileStepPage *page, StileBootstrap *job)
{
  StileVoucherPage *self = STILE_VOUCHER_PAGE (page);
  StileBootstrapState state = stile_bootstrap_get_state (job, STILE_BOOTSTRAP_VOUCHER);
  StilePledge *pledge = stile_bootstrap_get_pledge (job);
  gboolean over = pledge != NULL && (state == STILE_BOOTSTRAP_COMPLETE || state == STILE_BOOTSTRAP_FAILED);
  const StileJudgement *judgement = over ? stile_pledge_get_judgement (pledge) : NULL;
  StileChecks *checks = over ? stile_pledge_get_checks (pledge) : NULL;
  gboolean refused = checks != NULL && stile_checks_get_refused (checks) != NULL;
  gboolean read = judgement != NULL && judgement->voucher != NULL;

  gtk_widget_set_visible (self->empty, state == STILE_BOOTSTRAP_SKIPPED);
  show_waiting (self, pledge, state);
  stile_check_list_show (self->refused, refused ? checks : NULL);
  stile_check_list_show (self->checks, refused ? NULL : checks);
  gtk_widget_set_visible (self->voucher, read);
  if (!read)
    return;

  show_voucher (self, judgement, state);
  stile_copy_row_set_text (self->registrar, stile_pledge_get_registrar (pledge));
}

static void
step_page_init (StileStepPageInterface *iface)
{
  iface->show = show;
}

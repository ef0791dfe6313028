/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-forger.h"

#include "bootstrap/stile-brski-answer.h"
#include "bootstrap/stile-voucher-json.h"
#include "bootstrap/stile-voucher-signature.h"

#define DAY_SECONDS (24 * 60 * 60)

/* How long a registrar should wait for a MASA that is closed. */
#define CLOSED_SECONDS 60

/**
 * StileLabForger:
 *
 * Stands before the lab's MASA and spoils the vouchers that it gives, as the scenario wants; the MASA itself is the honest
 * one of stiled, and knows nothing of it.  The lab's MASA holds it.
 */
struct _StileLabForger
{
  GObject parent_instance;

  StileLabPki *pki;
  StileHandler *honest;
  StileLabScenario scenario;
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileLabForger,
                               stile_lab_forger,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
stile_lab_forger_finalize (GObject *object)
{
  StileLabForger *self = STILE_LAB_FORGER (object);

  g_clear_object (&self->pki);
  g_clear_object (&self->honest);

  G_OBJECT_CLASS (stile_lab_forger_parent_class)->finalize (object);
}

static void
stile_lab_forger_class_init (StileLabForgerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_lab_forger_finalize;
}

static void
stile_lab_forger_init (StileLabForger *self)
{
}

/**
 * stile_lab_forger_new:
 * @honest: answers requests for vouchers as it should be
 */
StileLabForger *
stile_lab_forger_new (StileLabPki *pki, StileHandler *honest)
{
  StileLabForger *self = g_object_new (STILE_TYPE_LAB_FORGER, NULL);

  self->pki = g_object_ref (pki);
  self->honest = g_object_ref (honest);

  return self;
}

/**
 * stile_lab_forger_set_scenario:
 *
 * What it does from the next request on.
 */
void
stile_lab_forger_set_scenario (StileLabForger *self, StileLabScenario scenario)
{
  self->scenario = scenario;
}

/* --- vouchers that are not as they should be --- */

static gboolean
is_spoilt (StileLabForger *self)
{
  return self->scenario == STILE_LAB_OTHER_DEVICE || self->scenario == STILE_LAB_EXPIRED_VOUCHER ||
         self->scenario == STILE_LAB_ROGUE_MASA || self->scenario == STILE_LAB_OTHER_DOMAIN;
}

static void
spoil_fields (StileLabForger *self, StileVoucherFields *fields, gint64 now)
{
  StileLabAuthority *other = stile_lab_pki_get_authority (self->pki, STILE_LAB_OTHER_OWNER);

  if (self->scenario == STILE_LAB_OTHER_DEVICE)
    fields->serial_number = STILE_LAB_PKI_OTHER_DEVICE;
  if (self->scenario == STILE_LAB_OTHER_DOMAIN)
    fields->pinned_domain_cert = stile_certificate_get_der (stile_lab_authority_get_certificate (other));
  if (self->scenario == STILE_LAB_EXPIRED_VOUCHER)
    {
      fields->created_on = now - 2 * DAY_SECONDS;
      fields->expires_on = now - DAY_SECONDS;
    }
}

/* Everything but what the scenario is about is as the honest MASA has it, so that no other check stops it before. */
static GBytes *
spoil (StileLabForger *self, GBytes *good, GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  StileIdentity *signer = stile_lab_pki_get_identity (
      self->pki, self->scenario == STILE_LAB_ROGUE_MASA ? STILE_LAB_PART_ROGUE_MASA : STILE_LAB_PART_MASA);
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (good, error);
  g_autoptr (StileVoucher) voucher =
      message != NULL ? stile_voucher_json_parse (stile_signed_message_get_content (message),
                                                  STILE_VOUCHER_ARTIFACT, error)
                      : NULL;
  g_autoptr (StileVoucher) spoilt = NULL;
  g_autoptr (GBytes) content = NULL;
  StileVoucherFields fields;

  if (voucher == NULL)
    return NULL;

  fields = *stile_voucher_get_fields (voucher);
  spoil_fields (self, &fields, now);
  spoilt = stile_voucher_new (STILE_VOUCHER_ARTIFACT, &fields);
  content = stile_voucher_json_print (spoilt);
  return stile_voucher_signature_make (signer, stile_identity_get_chain (signer),
                                       stile_signed_message_get_format (message), content, now, error);
}

/* --- as a handler --- */

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (StileHttpMessage) response = stile_handler_handle_finish (STILE_HANDLER (object), result);
  StileLabForger *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) voucher = NULL;

  if (stile_http_message_get_status (response) == 200 && is_spoilt (self))
    {
      voucher = spoil (self, stile_http_message_get_content (response), &error);
      if (voucher == NULL)
        g_warning ("A voucher cannot be spoilt: %s", error->message);
      else
        stile_http_message_set_content (response, NULL, voucher);
    }
  g_task_return_pointer (task, g_steal_pointer (&response), g_object_unref);
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  StileLabForger *self = STILE_LAB_FORGER (handler);
  GTask *task;

  if (self->scenario == STILE_LAB_MASA_DOWN)
    {
      stile_handler_return (handler, cancellable, callback, user_data,
                            stile_brski_answer_wait (503, CLOSED_SECONDS, "Closed for maintenance"));
      return;
    }

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, handle_async);
  stile_handler_handle_async (self->honest, exchange, cancellable, answered, task);
}

static StileHttpMessage *
handle_finish (StileHandler *handler, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
handler_init (StileHandlerInterface *iface)
{
  iface->handle_async = handle_async;
  iface->handle_finish = handle_finish;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-masa-voucher.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-masa-artifact.h"
#include "bootstrap/stile-brski-answer.h"
#include "codec/stile-certificate-path.h"
#include "codec/stile-hex.h"

/**
 * StileMasaVoucher:
 *
 * Answers a registrar's request with a voucher (RFC 8995 section 5.6).  Owner, audit log and voucher are in the ledger
 * before it is answered (M9), and the same request gets the same voucher without a second line in the log.
 */
struct _StileMasaVoucher
{
  GObject parent_instance;

  StileMasa *masa;
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileMasaVoucher,
                               stile_masa_voucher,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

/* How long a registrar waits while the MASA cannot write. */
#define RETRY_SECONDS 60

static void
stile_masa_voucher_finalize (GObject *object)
{
  g_clear_object (&STILE_MASA_VOUCHER (object)->masa);

  G_OBJECT_CLASS (stile_masa_voucher_parent_class)->finalize (object);
}

static void
stile_masa_voucher_class_init (StileMasaVoucherClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_masa_voucher_finalize;
}

static void
stile_masa_voucher_init (StileMasaVoucher *self)
{
}

/**
 * stile_masa_voucher_new:
 *
 * Returns: (transfer full): what answers at /.well-known/brski/requestvoucher
 */
StileHandler *
stile_masa_voucher_new (StileMasa *masa)
{
  StileMasaVoucher *self = g_object_new (STILE_TYPE_MASA_VOUCHER, NULL);

  self->masa = g_object_ref (masa);

  return STILE_HANDLER (self);
}

static StileHttpMessage *
fail (const GError *error)
{
  g_warning ("A voucher cannot be given: %s", error->message);
  return stile_brski_answer_wait (503, RETRY_SECONDS, "The MASA is not able to answer; try again later");
}

/* --- M6: who owns it --- */

/* What the manufacturer's own records say counts before what came first. */
static const char *
find_objection (StileMasa *masa, const char *serial, const char *owner, const char *domain_id)
{
  const StileMasaRules *rules = stile_masa_devices_get_rules (stile_masa_get_devices (masa));
  const char *sold_to = stile_masa_devices_find_owner (stile_masa_get_devices (masa), serial);

  if (sold_to != NULL)
    return strcmp (sold_to, domain_id) == 0 ? NULL : "M6: The device was sold to somebody else";
  if (owner == NULL)
    return rules->first_come ? NULL : "M6: The manufacturer does not know who owns the device";
  if (strcmp (owner, domain_id) == 0 || rules->transfer)
    return NULL;

  return "M6: The device belongs to another domain";
}

static StileHttpMessage *
check_owner (StileMasa *masa, const char *issuer, const char *serial, const char *domain_id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *owner = stile_ledger_find_owner (stile_masa_get_ledger (masa), issuer, serial, &error);
  const char *objection;

  if (error != NULL)
    return fail (error);

  objection = find_objection (masa, serial, owner, domain_id);
  if (objection == NULL)
    return NULL;

  g_message ("Device %s is refused to domain %s: %s", serial, domain_id, objection);
  return stile_brski_answer_refuse (403, objection);
}

/* --- M9: written, then answered --- */

static StileHttpMessage *
recall (StileMasa *masa, const char *digest, const char *media_type)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLedgerVoucher) record =
      stile_ledger_find_voucher (stile_masa_get_ledger (masa), digest, &error);

  if (error != NULL)
    return fail (error);

  return record != NULL && record->voucher != NULL ? stile_brski_answer_new (media_type, record->voucher)
                                                   : NULL;
}

static gboolean
write_down (StileMasa *masa,
            const char *digest,
            const char *issuer,
            const char *serial,
            const StileMasaArtifact *artifact,
            gint64 now,
            GError **error)
{
  const StileLedgerVoucher record = {
    .request = (char *)digest,
    .issuer = (char *)issuer,
    .serial = (char *)serial,
    .voucher = artifact->voucher,
  };
  const StileLedgerAuditEntry entry = {
    .date = now,
    .domain_id = artifact->domain_id,
    .nonce = artifact->nonce,
    .assertion = (char *)stile_voucher_get_assertion_name (artifact->assertion),
  };

  return stile_ledger_issue_voucher (stile_masa_get_ledger (masa), &record, &entry, artifact->domain_id,
                                     error);
}

static StileHttpMessage *
issue (StileMasa *masa,
       const StileJudgement *judgement,
       const char *digest,
       const char *issuer,
       const char *media_type)
{
  const char *serial = stile_voucher_get_fields (judgement->voucher)->serial_number;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileMasaArtifact) artifact = stile_masa_artifact_make (masa, judgement, now, &error);
  StileHttpMessage *earlier;

  if (artifact == NULL)
    return fail (error);
  if (write_down (masa, digest, issuer, serial, artifact, now, &error))
    {
      g_message ("Device %s: domain %s has a voucher that says “%s”", serial, artifact->domain_id,
                 stile_voucher_get_assertion_name (artifact->assertion));
      return stile_brski_answer_new (media_type, artifact->voucher);
    }

  /* Another worker was faster with the same request: then its answer is the one. */
  earlier =
      g_error_matches (error, STILE_ERROR, STILE_ERROR_RETRY) ? recall (masa, digest, media_type) : NULL;
  return earlier != NULL ? earlier : fail (error);
}

static StileHttpMessage *
answer_good (StileMasa *masa,
             StileExchange *exchange,
             const StileJudgement *judgement,
             const char *media_type)
{
  GBytes *content = stile_http_message_get_content (stile_exchange_get_request (exchange));
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);
  g_autoptr (GBytes) key_id = stile_masa_devices_find_issuer (stile_masa_get_devices (masa), judgement);
  g_autofree char *issuer = key_id != NULL ? stile_hex_encode_bytes (key_id) : NULL;
  g_autoptr (StileCertificate) pin = stile_masa_artifact_get_pin (judgement);
  g_autofree char *domain_id = pin != NULL ? stile_certificate_path_get_domain_id (pin) : NULL;
  StileHttpMessage *response;

  if (issuer == NULL || domain_id == NULL)
    return stile_brski_answer_refuse (404, "M6: The manufacturer does not know this device");

  response = recall (masa, digest, media_type);
  if (response == NULL)
    response =
        check_owner (masa, issuer, stile_voucher_get_fields (judgement->voucher)->serial_number, domain_id);
  if (response == NULL)
    response = issue (masa, judgement, digest, issuer, media_type);

  return response;
}

static StileHttpMessage *
answer (StileMasa *masa, StileExchange *exchange)
{
  StileHttpMessage *request = stile_exchange_get_request (exchange);
  StileHttpMessage *refusal = stile_brski_answer_check_request (request, stile_brski_answer_voucher_types,
                                                                STILE_SIGNED_MESSAGE_MAX_SIZE);
  const char *media_type = stile_brski_answer_find_type (request, stile_brski_answer_voucher_types);
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_auto (StileJudgement) judgement = { 0 };
  g_autoptr (GError) error = NULL;

  if (refusal == NULL)
    refusal = stile_brski_answer_check_accept (request, media_type);
  if (refusal != NULL)
    return refusal;
  if (stile_masa_judge (masa, exchange, checks, &judgement, &error))
    return answer_good (masa, exchange, &judgement, media_type);

  g_message ("A registrar's request is refused: %s", error->message);
  return stile_brski_answer_judged (checks, error);
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  stile_handler_return (handler, cancellable, callback, user_data,
                        answer (STILE_MASA_VOUCHER (handler)->masa, exchange));
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

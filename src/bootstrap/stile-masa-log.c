/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-masa-log.h"

#include <string.h>

#include "bootstrap/stile-audit-log.h"
#include "bootstrap/stile-masa-artifact.h"
#include "bootstrap/stile-brski-answer.h"
#include "codec/stile-certificate-path.h"
#include "codec/stile-hex.h"

/**
 * StileMasaLog:
 *
 * Tells a registrar which domains a device belonged to (RFC 8995 section 5.8): only one that has, or had, a voucher for
 * it, and that shows the same signed request again, or another good one.
 */
struct _StileMasaLog
{
  GObject parent_instance;

  StileMasa *masa;
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileMasaLog,
                               stile_masa_log,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
stile_masa_log_finalize (GObject *object)
{
  g_clear_object (&STILE_MASA_LOG (object)->masa);

  G_OBJECT_CLASS (stile_masa_log_parent_class)->finalize (object);
}

static void
stile_masa_log_class_init (StileMasaLogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_masa_log_finalize;
}

static void
stile_masa_log_init (StileMasaLog *self)
{
}

/**
 * stile_masa_log_new:
 *
 * Returns: (transfer full): what answers at /.well-known/brski/requestauditlog
 */
StileHandler *
stile_masa_log_new (StileMasa *masa)
{
  StileMasaLog *self = g_object_new (STILE_TYPE_MASA_LOG, NULL);

  self->masa = g_object_ref (masa);

  return STILE_HANDLER (self);
}

static gboolean
has_entry (GPtrArray *entries, const char *domain_id)
{
  for (guint i = 0; i < entries->len; i++)
    if (strcmp (((const StileLedgerAuditEntry *)g_ptr_array_index (entries, i))->domain_id, domain_id) == 0)
      return TRUE;

  return FALSE;
}

/* Whoever never had a voucher for the device learns nothing, not even whether it exists. */
static StileHttpMessage *
tell (StileMasaLog *self, const StileJudgement *judgement)
{
  g_autoptr (GBytes) key_id = stile_masa_devices_find_issuer (stile_masa_get_devices (self->masa), judgement);
  g_autofree char *issuer = key_id != NULL ? stile_hex_encode_bytes (key_id) : NULL;
  g_autoptr (StileCertificate) pin = stile_masa_artifact_get_pin (judgement);
  g_autofree char *domain_id = pin != NULL ? stile_certificate_path_get_domain_id (pin) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries =
      issuer != NULL && domain_id != NULL
          ? stile_ledger_list_audit (stile_masa_get_ledger (self->masa), issuer,
                                     stile_voucher_get_fields (judgement->voucher)->serial_number, &error)
          : NULL;
  g_autoptr (StileAuditLog) log = NULL;
  g_autoptr (GBytes) json = NULL;

  if (error != NULL)
    {
      g_warning ("An audit log cannot be read: %s", error->message);
      return stile_brski_answer_wait (503, 60, "The MASA is not able to answer; try again later");
    }
  if (entries == NULL || !has_entry (entries, domain_id))
    return stile_brski_answer_refuse (404, "M6: This domain never had a voucher for such a device");

  log = stile_audit_log_new (entries);
  json = stile_audit_log_to_json (log);
  return stile_brski_answer_new ("application/json", json);
}

static StileHttpMessage *
answer (StileMasaLog *self, StileExchange *exchange)
{
  StileHttpMessage *request = stile_exchange_get_request (exchange);
  StileHttpMessage *refusal = stile_brski_answer_check_request (request, stile_brski_answer_voucher_types,
                                                                STILE_SIGNED_MESSAGE_MAX_SIZE);
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_auto (StileJudgement) judgement = { 0 };
  g_autoptr (GError) error = NULL;

  if (refusal == NULL)
    refusal = stile_brski_answer_check_accept (request, "application/json");
  if (refusal != NULL)
    return refusal;
  if (stile_masa_judge (self->masa, exchange, checks, &judgement, &error))
    return tell (self, &judgement);

  g_message ("A request for an audit log is refused: %s", error->message);
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
                        answer (STILE_MASA_LOG (handler), exchange));
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

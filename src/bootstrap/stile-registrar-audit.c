/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-audit.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-registrar-admission.h"
#include "bootstrap/stile-registrar-masa.h"
#include "bootstrap/stile-voucher.h"

#define LOG_MEDIA_TYPE "application/json"

static StileAdmission
get_admission (StileVerdict verdict)
{
  switch (verdict)
    {
    case STILE_VERDICT_ALLOW:
      return STILE_ADMISSION_AUDITED;
    case STILE_VERDICT_ASK:
      return STILE_ADMISSION_QUARANTINED;
    case STILE_VERDICT_REFUSE:
    default:
      return STILE_ADMISSION_REFUSED;
    }
}

/* A person may have decided while the MASA was asked: that counts. */
static gboolean
settle (StileRegistrar *registrar,
        const StileRegistrarDevice *device,
        StileVerdict verdict,
        const char *reason,
        GError **error)
{
  return stile_registrar_admission_change (registrar, device, STILE_ADMISSION_ALLOWED,
                                           get_admission (verdict), reason, error);
}

static gboolean
judge_log (StileRegistrar *registrar, const StileRegistrarDevice *device, GBytes *content, GError **error)
{
  g_autoptr (StileAuditLog) log = stile_audit_log_parse (content, error);
  g_autofree char *reason = NULL;
  StileVerdict verdict;

  if (log == NULL)
    return FALSE;
  if (stile_audit_log_get_version (log) > STILE_AUDIT_LOG_VERSION)
    g_warning ("The audit log of %s is of version %" G_GINT64_FORMAT ", and has more than is looked at",
               device->serial, stile_audit_log_get_version (log));

  verdict = stile_registrar_policy_judge_log (stile_registrar_get_policy (registrar), log,
                                              stile_registrar_get_domain_id (registrar), &reason);
  return settle (registrar, device, verdict, reason, error);
}

static gboolean
read_answer (StileRegistrar *registrar,
             const StileRegistrarDevice *device,
             StileHttpMessage *response,
             GError **error)
{
  g_autoptr (StileHttpMessage) refusal =
      stile_registrar_masa_check (response, LOG_MEDIA_TYPE, STILE_AUDIT_LOG_MAX_SIZE);

  if (refusal == NULL)
    return judge_log (registrar, device, stile_http_message_get_content (response), error);

  g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED,
               _ ("The manufacturer’s service does not give the audit log: it answered with status %u"),
               stile_http_message_get_status (response));
  return FALSE;
}

/* The device stays where it is, and a person can see why it does not go on. */
static void
note_failure (StileRegistrar *registrar, const StileRegistrarDevice *device, const GError *error)
{
  g_autofree char *reason = g_strdup_printf ("R9: The audit log could not be looked at: %s", error->message);
  g_autoptr (GError) failure = NULL;

  if (!stile_registrar_admission_change (registrar, device, STILE_ADMISSION_ALLOWED, STILE_ADMISSION_ALLOWED,
                                         reason, &failure))
    g_warning ("Device %s: %s", device->serial, failure->message);
}

static void
masa_answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StileRegistrar *registrar = STILE_REGISTRAR (object);
  const StileRegistrarDevice *device = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response = stile_registrar_masa_ask_finish (registrar, result, &error);

  if (response != NULL && read_answer (registrar, device, response, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  note_failure (registrar, device, error);
  g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * stile_registrar_audit_run_async:
 * @voucher: the device's, with the request that it came for: the MASA wants the same again
 *
 * The device is then AUDITED, QUARANTINED or REFUSED in the ledger, if it was ALLOWED until then; an audit log that
 * cannot be had changes nothing.
 */
void
stile_registrar_audit_run_async (StileRegistrar *registrar,
                                 const StileRegistrarDevice *device,
                                 const StileLedgerVoucher *voucher,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (registrar, cancellable, callback, user_data);
  const char *first = g_bytes_get_data (voucher->upstream_request, NULL);

  g_task_set_source_tag (task, stile_registrar_audit_run_async);
  g_task_set_task_data (task, stile_registrar_device_copy (device),
                        (GDestroyNotify)stile_registrar_device_free);
  stile_registrar_masa_ask_async (registrar, device, "requestauditlog", voucher->upstream_request,
                                  *first == '{' ? STILE_VOUCHER_JWS_MEDIA_TYPE : STILE_VOUCHER_CMS_MEDIA_TYPE,
                                  LOG_MEDIA_TYPE, cancellable, masa_answered, task);
}

/**
 * stile_registrar_audit_run_finish:
 *
 * Returns: whether there was an audit log to decide by
 */
gboolean
stile_registrar_audit_run_finish (StileRegistrar *registrar, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

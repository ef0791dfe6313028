/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-status.h"

#include "bootstrap/stile-registrar-admission.h"
#include "bootstrap/stile-registrar-audit.h"
#include "bootstrap/stile-registrar-prm-status.h"
#include "bootstrap/stile-registrar-report.h"
#include "bootstrap/stile-brski-answer.h"

/**
 * StileRegistrarStatus:
 *
 * Hears from a pledge how it liked its voucher (RFC 8995 section 5.7).  A good word makes the registrar look at the
 * device's audit log before it answers, since the device asks for its certificate next (section 5.8).
 */
struct _StileRegistrarStatus
{
  GObject parent_instance;

  StileRegistrar *registrar;
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileRegistrarStatus,
                               stile_registrar_status,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
stile_registrar_status_finalize (GObject *object)
{
  g_clear_object (&STILE_REGISTRAR_STATUS (object)->registrar);

  G_OBJECT_CLASS (stile_registrar_status_parent_class)->finalize (object);
}

static void
stile_registrar_status_class_init (StileRegistrarStatusClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_registrar_status_finalize;
}

static void
stile_registrar_status_init (StileRegistrarStatus *self)
{
}

/**
 * stile_registrar_status_new:
 *
 * Returns: (transfer full): what answers at /.well-known/brski/voucher_status
 */
StileHandler *
stile_registrar_status_new (StileRegistrar *registrar)
{
  StileRegistrarStatus *self = g_object_new (STILE_TYPE_REGISTRAR_STATUS, NULL);

  self->registrar = g_object_ref (registrar);

  return STILE_HANDLER (self);
}

/* What a request says and who sends it; @answer is set when there is nothing more to do. */
typedef struct
{
  StileRegistrarDevice *device;
  StileStatusReport *report;
  StileLedgerVoucher *voucher;
  StileHttpMessage *answer;
} Reading;

static void
reading_clear (Reading *reading)
{
  g_clear_pointer (&reading->device, stile_registrar_device_free);
  g_clear_object (&reading->report);
  g_clear_pointer (&reading->voucher, stile_ledger_voucher_free);
  g_clear_object (&reading->answer);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

static gboolean
read_request (StileRegistrarStatus *self, StileExchange *exchange, Reading *reading)
{
  g_autoptr (GError) error = NULL;

  reading->report = stile_registrar_report_read (stile_exchange_get_request (exchange), &reading->answer);
  if (reading->report == NULL)
    return FALSE;

  reading->device = stile_registrar_identify (self->registrar, exchange, &error);
  if (reading->device == NULL)
    reading->answer = stile_brski_answer_refuse (403, error->message);
  return reading->device != NULL;
}

static gboolean
find_voucher (StileRegistrarStatus *self, Reading *reading)
{
  g_autoptr (GError) error = NULL;

  reading->voucher = stile_ledger_find_last_voucher (
      stile_registrar_get_ledger (self->registrar), reading->device->issuer, reading->device->serial, &error);
  if (reading->voucher != NULL && reading->voucher->upstream_request != NULL)
    return TRUE;

  if (error != NULL)
    g_warning ("The registrar cannot look up a voucher: %s", error->message);
  reading->answer = error != NULL ? stile_brski_answer_wait (503, 60, "The registrar is not able to answer")
                                  : stile_brski_answer_refuse (404, "This device has got no voucher here");
  return FALSE;
}

/* Whether the audit log is to be looked at: not for a device that people have decided about. */
static gboolean
wants_audit (StileRegistrarStatus *self, Reading *reading)
{
  StileAdmission admission;

  return stile_status_report_is_good (reading->report) &&
         stile_registrar_admission_get (self->registrar, reading->device, &admission, NULL, NULL) &&
         admission == STILE_ADMISSION_ALLOWED;
}

/* The device need not know what was found: it learns by asking for a certificate. */
static void
audited (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!stile_registrar_audit_run_finish (STILE_REGISTRAR (object), result, &error))
    g_warning ("An audit log could not be looked at: %s", error->message);
  g_task_return_pointer (task, stile_brski_answer_new (NULL, NULL), g_object_unref);
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  StileRegistrarStatus *self = STILE_REGISTRAR_STATUS (handler);
  g_auto (Reading) reading = { 0 };
  GTask *task;

  if (stile_registrar_prm_status_takes (stile_exchange_get_request (exchange)))
    {
      stile_handler_return (
          handler, cancellable, callback, user_data,
          stile_registrar_prm_status_answer (self->registrar, STILE_PRM_STATUS_VOUCHER, exchange));
      return;
    }
  if (!read_request (self, exchange, &reading) || !find_voucher (self, &reading))
    {
      stile_handler_return (handler, cancellable, callback, user_data, g_steal_pointer (&reading.answer));
      return;
    }

  stile_registrar_report_record (self->registrar, reading.device->issuer, reading.device->serial,
                                 "voucher-status", reading.report, NULL);
  if (!wants_audit (self, &reading))
    {
      stile_handler_return (handler, cancellable, callback, user_data, stile_brski_answer_new (NULL, NULL));
      return;
    }

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, handle_async);
  stile_registrar_audit_run_async (self->registrar, reading.device, reading.voucher, cancellable, audited,
                                   task);
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

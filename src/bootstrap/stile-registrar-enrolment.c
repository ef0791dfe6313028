/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-enrolment.h"

#include "bootstrap/stile-registrar-member.h"
#include "bootstrap/stile-registrar-prm-status.h"
#include "bootstrap/stile-registrar-report.h"
#include "bootstrap/stile-brski-answer.h"

/**
 * StileRegistrarEnrolment:
 *
 * Hears from a pledge whether it got its certificate (RFC 8995 section 5.9.4), and writes down whether the certificate
 * that it shows while it says so is the one that it was given (R11).
 */
struct _StileRegistrarEnrolment
{
  GObject parent_instance;

  StileRegistrar *registrar;
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileRegistrarEnrolment,
                               stile_registrar_enrolment,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
stile_registrar_enrolment_finalize (GObject *object)
{
  g_clear_object (&STILE_REGISTRAR_ENROLMENT (object)->registrar);

  G_OBJECT_CLASS (stile_registrar_enrolment_parent_class)->finalize (object);
}

static void
stile_registrar_enrolment_class_init (StileRegistrarEnrolmentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_registrar_enrolment_finalize;
}

static void
stile_registrar_enrolment_init (StileRegistrarEnrolment *self)
{
}

/**
 * stile_registrar_enrolment_new:
 *
 * Returns: (transfer full): what answers at /.well-known/brski/enrollstatus
 */
StileHandler *
stile_registrar_enrolment_new (StileRegistrar *registrar)
{
  StileRegistrarEnrolment *self = g_object_new (STILE_TYPE_REGISTRAR_ENROLMENT, NULL);

  self->registrar = g_object_ref (registrar);

  return STILE_HANDLER (self);
}

static void
record_member (StileRegistrarEnrolment *self, const StileLedgerCertificate *issued, StileStatusReport *report)
{
  const char *issuer = issued->issuer != NULL ? issued->issuer : "";

  stile_registrar_report_record (self->registrar, issuer, issued->device, "enrol-status", report,
                                 "R11: It shows the certificate that it was given");
}

static StileHttpMessage *
record_device (StileRegistrarEnrolment *self, StileExchange *exchange, StileStatusReport *report)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileRegistrarDevice) device = stile_registrar_identify (self->registrar, exchange, &error);

  if (device == NULL)
    return stile_brski_answer_refuse (404, "R11: Nobody who was given a certificate here shows this one");

  stile_registrar_report_record (self->registrar, device->issuer, device->serial, "enrol-status", report,
                                 stile_status_report_is_good (report)
                                     ? "R11: It does not show the certificate that it was given"
                                     : NULL);
  return stile_brski_answer_new (NULL, NULL);
}

static StileHttpMessage *
answer (StileRegistrarEnrolment *self, StileExchange *exchange)
{
  StileHttpMessage *refusal = NULL;
  g_autoptr (StileStatusReport) report = NULL;
  g_autoptr (StileLedgerCertificate) issued = NULL;

  if (stile_registrar_prm_status_takes (stile_exchange_get_request (exchange)))
    return stile_registrar_prm_status_answer (self->registrar, STILE_PRM_STATUS_ENROL, exchange);

  report = stile_registrar_report_read (stile_exchange_get_request (exchange), &refusal);
  if (report == NULL)
    return refusal;

  issued = stile_registrar_member_find (self->registrar, exchange, NULL);
  if (issued == NULL)
    return record_device (self, exchange, report);

  record_member (self, issued, report);
  return stile_brski_answer_new (NULL, NULL);
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  stile_handler_return (handler, cancellable, callback, user_data,
                        answer (STILE_REGISTRAR_ENROLMENT (handler), exchange));
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
